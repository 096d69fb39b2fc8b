-- kept_rows: the rows of files that no rule left out, each with a keyed hash of what makes two rows the same.
-- So rows of another file can be told to be their duplicates without a raw value at hand.
with with_events as (
    select distinct source_file, source_row from hashed_events
),

with_issues as (
    select distinct source_file, source_row from refused_rows
)

select
    judged.source_file,
    judged.source_row,
    md5(concat_ws('|', $salt, $same)) as same_row,
    refused.source_row is not null as is_refused,
    refused.source_row is null and used.source_row is not null as is_used
from judged_rows as judged
left join with_events as used
    on judged.source_file = used.source_file and judged.source_row = used.source_row
left join with_issues as refused
    on judged.source_file = refused.source_file and judged.source_row = refused.source_row
where judged.parcours_judgement = 'kept'
order by judged.source_file, judged.source_row
