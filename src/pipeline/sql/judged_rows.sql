-- judged_rows: each row of a source beside the rule that leaves it out, if any.
-- Of rows that are the same, the first counts; where $latest says which is newest, that one, left out or not.
-- Names of its own begin with parcours_, as no raw column may.
with filtered as (
    select
        *,
        $filtered_by as parcours_filtered_by
    from joined_rows
),

repeated as (
    select
        *,
        -- $apart: a row left out by a rule must not make its twin a duplicate, unless it is a newer version of it
        row_number() over (
            partition by $apart, $same
            order by $latest, source_file, source_row
        ) as parcours_repeat
    from filtered
)

select
    *,
    case
        when parcours_filtered_by is not null then 'filtered'
        when parcours_repeat > 1 then 'duplicate'
        else 'kept'
    end as parcours_judgement
from repeated
