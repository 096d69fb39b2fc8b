-- judged_rows: each row of a source beside the rule that leaves it out, if any.
with filtered as (
    select
        *,
        $filtered_by as filtered_by
    from joined_rows
),

repeated as (
    select
        *,
        -- a row left out by a rule must not make its twin a duplicate
        row_number() over (
            partition by filtered_by is null, $same
            order by source_file, source_row
        ) as repeat
    from filtered
)

select
    *,
    case
        when filtered_by is not null then 'filtered'
        when repeat > 1 then 'duplicate'
        else 'kept'
    end as judgement
from repeated
