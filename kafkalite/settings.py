"""What one run of the broker was asked to be, and what it says when it is ready or cannot start.

The command line makes `Settings` and hands them to `kafkalite.server.serve.serve(settings, ready=...)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from kafkalite.config import BrokerConfig, Listener


class StartError(Exception):
    """The broker cannot start although its configuration is fine: port in use, directory locked, no permission.

    The message is a sentence for the person at the terminal that says what to do. The process exits 1.
    """


class LostDisk(Exception):
    """The broker ran and cannot go on: the disks that it needs are out of use. The message says why. Exit code 1."""


class Settings(NamedTuple):
    """One run: everything that was decided before the first socket."""

    config: BrokerConfig
    listeners: tuple[Listener, ...]
    memory: bool = False
    """Keep everything in memory: the log directories are then neither created nor read."""
    memory_limit: int | None = None
    """How many bytes that may be; None is half of the machine's memory."""
    port_file: Path | None = None
    started_at: float = 0.0
    """When this process began, in seconds of `time.monotonic`; the ready line tells how long ago."""

    @property
    def host(self) -> str:
        return self.listeners[0].host

    @property
    def port(self) -> int:
        return self.listeners[0].port


class Ready(NamedTuple):
    """What `serve` reports once clients get answers."""

    listeners: Sequence[Listener]
    """As bound: port 0 has become a number."""
    node_id: int
    cluster_id: str
    store: str
    """`LogDirectories.describe()`."""
