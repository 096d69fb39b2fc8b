"""The report: small result tables, params and a language become sections of a page, in HTML.

Pure but for `reading`: a section is a function of `Results` and a `Voice`. The notebook
`notebooks/persona_report.ipynb` calls one after the other; the verb `report` runs it.
"""

from pipeline.reporting.document import SECTIONS, Report, open_report

__all__ = ["SECTIONS", "Report", "open_report"]
