-- answer_counts: the rows of kpi_answers added up by part of the customers and by stratum.
select
    persona,
    cast(customer_id % 1000003 % $parts as int) as part,
    stage,
    $strata,
    cast(sum(asked) as bigint) as asked,
    cast(sum(answered) as bigint) as answered,
    cast(sum(total) as bigint) as total
from kpi_answers
group by persona, cast(customer_id % 1000003 % $parts as int), stage, $strata_keys
order by persona, part, stage, $strata_keys
