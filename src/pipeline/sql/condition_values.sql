-- condition_values: of one attribute at each touchpoint, the values that at least a share of its meetings have.
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

shared as (
    select
        *,
        sum(n) over (partition by stage, touchpoint) as total
    from counted
)

select
    stage,
    touchpoint,
    cast(attribute_value as varchar) as attribute_value
from shared
where n >= $least_share * total and n < total
order by stage, touchpoint, attribute_value
