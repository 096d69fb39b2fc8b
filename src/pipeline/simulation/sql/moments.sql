-- moments: what happened when, by the clock of the ledger.
select person, visit, touchpoint, part, by_daylight(second) as moment, score
from touches
