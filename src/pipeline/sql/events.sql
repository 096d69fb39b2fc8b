-- events: one row per interaction of one source, identifiers already as keyed hashes.
-- Equal contents are told apart by their order in the files, so that a row has the same id on every run.
with contents as (
    select
        *,
        md5(concat_ws('|', $salt, $source, $content)) as parcours_content
    from hashed_events
),

numbered as (
    select
        *,
        row_number() over (partition by parcours_content order by source_file, source_row) as parcours_repeat
    from contents
)

select
    md5(concat_ws('|', parcours_content, cast(parcours_repeat as varchar))) as event_id,
    occurred_at,
    $source as source,
    -- the total order of ties in time: source, file, row, rule, packed into one whole number
    cast($source_rank as bigint) * 18014398509481984
        + cast($file_number as bigint) * 4398046511104 + source_row * 256 + rule as position,
    channel,
    touchpoint,
    actor,
    value,
    score,
    emotion,
    source_file,
    source_row,
    $identifiers,
    $attributes
from numbered
order by occurred_at, position
