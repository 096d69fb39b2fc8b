-- persona_sums: customers and money of one persona beside those of everybody; money in cents, so that sums are exact.
with in_cents as (
    select
        persona = $persona as is_own,
        cast(round(coalesce(value, 0) * 100) as bigint) as cents
    from personas
)

select
    cast(count(*) as bigint) as n_everyone,
    cast(count(*) filter (where is_own) as bigint) as n_customers,
    cast(sum(cents) as decimal(38, 0)) as money,
    cast(sum(cast(cents as decimal(38, 0)) * cents) as decimal(38, 0)) as money2,
    cast(coalesce(sum(cents) filter (where is_own), 0) as decimal(38, 0)) as own_money,
    cast(coalesce(sum(cast(cents as decimal(38, 0)) * cents) filter (where is_own), 0) as decimal(38, 0)) as own_money2
from in_cents
