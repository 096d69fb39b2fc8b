-- typed_rows: a landed file's text as typed columns. What cannot be read is named, so that the row can be refused.
select
    source_file,
    source_row,
    $columns,
    $issue_column as parcours_issue_column,
    $issue_value as parcours_issue_value
from landed
