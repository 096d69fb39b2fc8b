-- index_steps: time zero of each unit – the customer's first step of the touchpoint, or every one.
-- Only the columns that the hypothesis speaks of are carried along.
with numbered as (
    select
        $columns,
        row_number() over (
            partition by customer_id order by occurred_at, position
        ) as place
    from steps
    where touchpoint = $touchpoint
)

select *
from numbered
where place = 1 or $every
