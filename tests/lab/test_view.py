"""Text from data is text in the views, whatever it holds."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.lab.view import grid, side_by_side


def test_cells_headings_and_captions_are_escaped() -> None:
    hostile = "<script>alert(1)</script>"
    page = grid([hostile, "n"], [[hostile, "1"]], hostile)
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 3
    assert side_by_side(page, Markup("<p>") + hostile).count("&lt;script&gt;") == 4
