-- coded_steps: the steps just written, stages and channels as codes again.
select
    * exclude (stage, previous_stage, channel),
    $codes
from written_steps
