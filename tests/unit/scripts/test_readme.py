"""A generated table stands between its markers in the README."""

from __future__ import annotations

import pytest

from scripts.readme import begin, end, replaced

NAME = "versions"


def test_only_what_stands_between_the_markers_is_replaced() -> None:
    text = f"a\n{begin(NAME)}\nold\n{end(NAME)}\nb\n{begin('other')}\nkept\n{end('other')}\n"
    once = replaced(text, NAME, "new")
    assert once == text.replace("old", "new")
    assert replaced(once, NAME, "new") == once


def test_a_readme_without_markers_is_refused() -> None:
    with pytest.raises(SystemExit, match="put them where the table belongs"):
        replaced("nothing", NAME, "new")
