"""Ten thousand connections need as many files."""

from __future__ import annotations

import resource

import pytest

from scripts.benchmarks import crowding
from scripts.benchmarks.peers import Mock
from scripts.benchmarks.rows import Sizes
from tests.compat.cache import Unavailable


def test_a_low_limit_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (4096, 4096))
    with (
        pytest.raises(Unavailable, match="here it is 4096"),
        crowding.idle_connections(Mock(), Sizes()),
    ):
        pass
