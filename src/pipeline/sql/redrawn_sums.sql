-- redrawn_sums: numerator and denominator of each question per redrawn graph.
-- Reads graph_counts: graph, item, a, b per customer.
select
    graph,
    item,
    cast(sum(a) as bigint) as a,
    cast(sum(b) as bigint) as b
from graph_counts
group by graph, item
order by graph, item
