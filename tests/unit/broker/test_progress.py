"""The start is silent when it is quick, and says where it is when it is not."""

from __future__ import annotations

import logging

import pytest

from kafkalite.broker.progress import Progress


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> float:
        return self.seconds

    def wall_ms(self) -> int:
        return 0


def test_a_line_a_second(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    clock = Clock()
    progress = Progress(clock)
    read = progress.around(lambda base, position, size: bytes(size))
    progress.begin("first-0")
    read(0, 0, 1 << 20)
    clock.seconds = 0.9
    read(0, 0, 1 << 20)
    assert caplog.messages == []
    progress.begin("second-3")
    clock.seconds = 1.1
    assert len(read(0, 0, 1 << 20)) == 1 << 20
    clock.seconds = 1.5
    read(0, 0, 1 << 20)
    clock.seconds = 2.2
    read(0, 0, 1 << 20)
    assert caplog.messages == [
        "reading logs: at second-3, partition 2, 3 MiB so far",
        "reading logs: at second-3, partition 2, 5 MiB so far",
    ]
