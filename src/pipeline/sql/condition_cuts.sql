-- condition_cuts: of one number at each touchpoint, its two least values and its first and third quartile.
-- A quartile is the least value that at least that share of the meetings do not exceed.
with counted as (
    select
        stage,
        touchpoint,
        $attribute as attribute_value,
        count(*) as n
    from meetings
    where $attribute is not null
    group by stage, touchpoint, $attribute
),

ranked as (
    select
        *,
        sum(n) over (
            partition by stage, touchpoint order by attribute_value
            rows between unbounded preceding and current row
        ) as at_most,
        row_number() over (partition by stage, touchpoint order by attribute_value) as place,
        sum(n) over (partition by stage, touchpoint) as total
    from counted
)

select
    stage,
    touchpoint,
    cast(min(attribute_value) as varchar) as least,
    cast(min(case when place = 2 then attribute_value end) as varchar) as second,
    cast(min(case when 4 * at_most >= total then attribute_value end) as varchar) as first_quartile,
    cast(min(case when 4 * at_most >= 3 * total then attribute_value end) as varchar) as third_quartile
from ranked
group by stage, touchpoint
order by stage, touchpoint
