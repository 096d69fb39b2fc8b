-- arm_sums: per persona and kind of pain, the whole numbers that a clustered difference of means needs.
-- Exposed meetings are arm 1, the others of $population arm 0. Sums may outgrow 64 bits, so they travel as text.
with kinds as (select unnest([$kinds]) as kind),

told as (
    select
        meeting_outcomes.persona,
        meeting_outcomes.customer_id,
        kinds.kind,
        $exposure as is_exposed,
        cast($outcome as bigint) as y
    from meeting_outcomes
    cross join kinds
    where $population
),

arms as (
    select
        persona,
        customer_id,
        kind,
        cast(sum(case when is_exposed then 1 else 0 end) as bigint) as n_1,
        cast(sum(case when is_exposed then y else 0 end) as bigint) as y_1,
        cast(sum(case when is_exposed then y * y else 0 end) as bigint) as q_1,
        cast(sum(case when is_exposed then 0 else 1 end) as bigint) as n_0,
        cast(sum(case when is_exposed then 0 else y end) as bigint) as y_0,
        cast(sum(case when is_exposed then 0 else y * y end) as bigint) as q_0
    from told
    where is_exposed is not null and y is not null
    group by persona, customer_id, kind
)

select
    persona,
    kind,
    cast(count(*) as varchar) as clusters,
    cast(sum(case when n_1 > 0 then 1 else 0 end) as varchar) as clusters_1,
    cast(sum(case when n_0 > 0 then 1 else 0 end) as varchar) as clusters_0,
    cast(sum(n_1) as varchar) as n_1,
    cast(sum(y_1) as varchar) as y_1,
    cast(sum(cast(q_1 as decimal(38, 0))) as varchar) as q_1,
    cast(sum(n_0) as varchar) as n_0,
    cast(sum(y_0) as varchar) as y_0,
    cast(sum(cast(q_0 as decimal(38, 0))) as varchar) as q_0,
    cast(sum(n_1 * n_1) as varchar) as nn_1,
    cast(sum(n_1 * y_1) as varchar) as ny_1,
    cast(sum(cast(y_1 * y_1 as decimal(38, 0))) as varchar) as yy_1,
    cast(sum(n_0 * n_0) as varchar) as nn_0,
    cast(sum(n_0 * y_0) as varchar) as ny_0,
    cast(sum(cast(y_0 * y_0 as decimal(38, 0))) as varchar) as yy_0,
    cast(sum(n_1 * n_0) as varchar) as nn,
    cast(sum(n_1 * y_0) as varchar) as n1_y0,
    cast(sum(y_1 * n_0) as varchar) as y1_n0,
    cast(sum(cast(y_1 * y_0 as decimal(38, 0))) as varchar) as yy
from arms
group by persona, kind
order by persona, kind
