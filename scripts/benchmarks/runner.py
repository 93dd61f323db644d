"""Rows by peers by repeats: the peers take turns within each repeat, and a row that fails or hangs ends alone."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Sequence

from . import bulk
from .machine import time_limit, warm_page_cache
from .peers import Peer
from .results import Results, table
from .rows import Measure, Row, Sizes

START_SECONDS = 600.0
TOUCHES = 3
"""How many times the megabytes of a repeat are touched: the peers' topics stand beside each other for a while."""


def to_stderr(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def run(rows: Sequence[Row], peers: Sequence[Peer], sizes: Sizes, repeats: int, results: Results) -> None:
    """Fill `results`; each row is printed when it is complete."""
    peers = [peer for peer in peers if bring_up(peer, sizes, results)]
    print(table(Results(results.peers, failures=results.failures)), flush=True)
    for row in rows:
        began = time.monotonic()
        Turns(row, peers, sizes, results).run(repeats)
        to_stderr(f"  {row.name}: {time.monotonic() - began:.0f} s")
        print(table(results.of(row.name), head=False), flush=True)
        peers = [peer for peer in peers if peer.alive() or bring_up(peer, sizes, results)]


def bring_up(peer: Peer, sizes: Sizes, results: Results) -> bool:
    """Start it and warm it up; return whether it came, and note in `results` why it did not."""
    to_stderr(f"starting and warming up {peer.name}")
    try:
        with time_limit(START_SECONDS, f"the start of {peer.name}"):
            peer.start()
            bulk.warm_up(peer, sizes)
    except Exception as error:
        results.fail("start-up", peer.name, f"{type(error).__name__}: {error}")
        to_stderr(f"{peer.name} is left out: {error}")
        return False
    return True


class Turns:
    """One row."""

    def __init__(self, row: Row, peers: Sequence[Peer], sizes: Sizes, results: Results) -> None:
        self._row, self._peers, self._sizes, self._results = row, peers, sizes, results
        self._measures: dict[Peer, Measure] = {}

    def run(self, repeats: int) -> None:
        row = self._row
        if row.writes:
            warm_page_cache(TOUCHES * self._sizes.megabytes)
        stacks = {peer: contextlib.ExitStack() for peer in self._peers}
        for peer, stack in stacks.items():
            self._prepare(peer, stack)
        for repeat in range(-1 if row.warm_up else 0, 1 if row.once else repeats):
            for peer in list(self._measures)[:: -1 if repeat % 2 else 1]:
                self._measure(peer, counts=repeat >= 0)
        for peer, stack in stacks.items():
            with self._failing_alone(peer):
                stack.close()

    def _prepare(self, peer: Peer, stack: contextlib.ExitStack) -> None:
        if missing := self._row.needs - peer.can:
            self._results.fail(self._row.name, peer.name, f"not a broker that {', '.join(sorted(missing))}")
            return
        with self._failing_alone(peer):
            self._measures[peer] = stack.enter_context(self._row.open(peer, self._sizes))

    def _measure(self, peer: Peer, *, counts: bool) -> None:
        with self._failing_alone(peer):
            figures = self._measures[peer]()
            if counts:
                self._results.add(self._row.name, peer.name, figures)

    @contextlib.contextmanager
    def _failing_alone(self, peer: Peer) -> Iterator[None]:
        """A failure, or the end of the time, is noted and ends this peer's part of the row."""
        try:
            with time_limit(self._row.limit_seconds, self._row.name):
                yield
        except Exception as error:
            self._measures.pop(peer, None)
            self._results.fail(self._row.name, peer.name, f"{type(error).__name__}: {error}")
