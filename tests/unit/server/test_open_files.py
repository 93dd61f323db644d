"""Descriptors: all that the system gives, shared between connections and segments."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from kafkalite.server.open_files import FEW, FEWER, MANY, SEGMENTS_FEW, SEGMENTS_MOST, for_segments, raise_limit

resource = pytest.importorskip("resource")


class Limits:
    """A system with limits of its own; it refuses what is over `ceiling`."""

    def __init__(self, soft: int, hard: int, ceiling: int) -> None:
        self.soft, self.hard, self.ceiling = soft, hard, ceiling

    def getrlimit(self, which: int) -> tuple[int, int]:
        return self.soft, self.hard

    def setrlimit(self, which: int, limits: tuple[int, int]) -> None:
        if limits[0] > self.ceiling:
            raise ValueError("not allowed to raise maximum limit")
        self.soft = limits[0]


INFINITY = resource.RLIM_INFINITY


@pytest.fixture
def kept() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize(
    ("soft", "hard", "ceiling", "got"),
    [
        (1024, 1024, 1 << 30, 1024),
        (1024, 65_536, 1 << 30, 65_536),
        (256, INFINITY, 1 << 30, MANY),
        (256, INFINITY, FEWER, FEWER),  # macOS
        (256, INFINITY, 300, 256),
        (INFINITY, INFINITY, 1 << 30, MANY),
        (70_000, 70_000, 1 << 30, 70_000),
    ],
)
def test_what_the_system_gives_is_taken(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, ceiling: int, got: int
) -> None:
    limits = Limits(soft, hard, ceiling)
    monkeypatch.setattr(resource, "getrlimit", limits.getrlimit)
    monkeypatch.setattr(resource, "setrlimit", limits.setrlimit)
    assert raise_limit() == got


@pytest.mark.usefixtures("kept")
def test_the_real_limit_is_the_hard_one() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert raise_limit() >= soft
    if hard != INFINITY:
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == hard


def test_a_system_without_limits_has_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    assert raise_limit() == FEW


@pytest.mark.parametrize(
    ("limit", "directories", "segments"),
    [(256, 1, SEGMENTS_FEW), (1024, 2, SEGMENTS_FEW // 2), (10_240, 1, 5120), (MANY, 4, SEGMENTS_MOST // 4)],
)
def test_segments_leave_half_to_connections(limit: int, directories: int, segments: int) -> None:
    assert for_segments(limit, directories) == segments
