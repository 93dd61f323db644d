"""Every test of connections runs with each driver."""

from __future__ import annotations

import pytest

from tests.unit.server import sockets


@pytest.fixture(params=sockets.DRIVERS)
def driver(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have `listening` use it."""
    name: str = request.param
    monkeypatch.setattr(sockets, "driver", name)
    return name
