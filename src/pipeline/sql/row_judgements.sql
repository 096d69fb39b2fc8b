-- row_judgements: per file of a source, how many rows were used, empty, filtered, duplicate or refused for an event.
with with_events as (
    select distinct source_file, source_row from hashed_events
),

with_issues as (
    select distinct source_file, source_row from refused_rows
)

select
    judged.source_file,
    cast(count(*) filter (where refused.source_row is not null) as bigint) as refused,
    cast(count(*) filter (where refused.source_row is null and judged.parcours_judgement = 'filtered') as bigint) as filtered,
    cast(count(*) filter (where refused.source_row is null and judged.parcours_judgement = 'duplicate') as bigint) as duplicate,
    cast(count(*) filter (where refused.source_row is null and judged.parcours_judgement = 'kept' and used.source_row is not null) as bigint) as used,
    cast(count(*) filter (where refused.source_row is null and judged.parcours_judgement = 'kept' and used.source_row is null) as bigint) as empty
from judged_rows as judged
left join with_events as used
    on judged.source_file = used.source_file and judged.source_row = used.source_row
left join with_issues as refused
    on judged.source_file = refused.source_file and judged.source_row = refused.source_row
group by judged.source_file
order by judged.source_file
