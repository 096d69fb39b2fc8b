-- redrawn_sums: numerator and denominator of each question per redrawn graph.
-- Reads graph_counts: graph, "group", item, a, b per customer.
select
    graph,
    "group",
    item,
    cast(sum(a) as bigint) as a,
    cast(sum(b) as bigint) as b
from graph_counts
group by graph, "group", item
order by graph, "group", item
