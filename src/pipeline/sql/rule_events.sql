-- rule_events: the events that one rule of a source description makes of the kept rows.
-- Numbers that cannot be read leave their text in `issue_value`; the whole row is then refused.
with happened as (
    select
        source_file,
        source_row,
        $occurred_at as occurred_at,
        $value as raw_value,
        $score as raw_score,
        $identifiers,
        $attributes
    from judged_rows
    where parcours_judgement = 'kept' and $happened
),

measured as (
    select
        *,
        try_cast(raw_value as decimal(18, 4)) as value,
        try_cast(raw_score as decimal(9, 4)) as score
    from happened
    where occurred_at is not null
)

select
    * exclude (raw_value, raw_score),
    cast(case when $is_reversed then 2 - 4 * (score - $low) / $span else 4 * (score - $low) / $span - 2 end
        as decimal(9, 4)) as emotion,
    $channel as channel,
    $touchpoint as touchpoint,
    $actor as actor,
    case
        when occurred_at < timestamp '1990-01-01' or occurred_at >= timestamp '2100-01-01' then 'impossible_date'
        when raw_value is not null and value is null then 'unparseable_number'
        when raw_score is not null and score is null then 'unparseable_number'
        when score < $low or score > $low + $span then 'score_off_its_scale'
    end as issue,
    case
        when occurred_at < timestamp '1990-01-01' or occurred_at >= timestamp '2100-01-01' then cast(occurred_at as varchar)
        when raw_value is not null and value is null then cast(raw_value as varchar)
        else cast(raw_score as varchar)
    end as issue_value
from measured
