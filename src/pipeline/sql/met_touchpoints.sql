-- met_touchpoints: which touchpoints the half met in each stage.
select
    stage,
    touchpoint
from meetings
group by stage, touchpoint
order by stage, touchpoint
