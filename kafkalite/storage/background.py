"""Where a store's slow work runs: one daemon thread, one job after the other, outcomes told in the store's own thread.

The store's own thread is trio's: what a job returned comes back through the run loop. A test gives its store another
`Background`, which runs jobs when the test says so.
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Final, Protocol

import trio

STOP_SECONDS: Final = 60.0
"""How long a store that closes waits for a sync under way: a disk that takes longer than this may never answer."""

Job = Callable[[], None]
Done = Callable[[BaseException | None], None]


class Background(Protocol):
    """Somebody who does jobs elsewhere."""

    def start(self, job: Job, done: Done, *, after: float = 0.0) -> None:
        """Run `job` in `after` seconds, elsewhere; then `done` in the caller's thread, with what the job raised."""

    def attach(self) -> None:
        """The calling thread is the store's own, for `post`."""

    def post(self, action: Callable[[], None]) -> None:
        """Run `action` in the store's own thread: now if this is it, else soon."""

    def stop(self) -> bool:
        """Take no more jobs, let the one under way end and tell its outcome; False if it does not end in time."""


class SyncThread:
    """The real one. The thread starts with the first job."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._thread: threading.Thread | None = None
        self._token: trio.lowlevel.TrioToken | None = None
        self._owner = threading.get_ident()
        self._jobs: SimpleQueue[tuple[Job, Done, float] | None] = SimpleQueue()
        self._told: deque[tuple[Done, BaseException | None]] = deque()
        self._stopping = threading.Event()

    def start(self, job: Job, done: Done, *, after: float = 0.0) -> None:
        if self._thread is None:
            self.attach()
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        self._jobs.put((job, done, after))

    def attach(self) -> None:
        self._owner = threading.get_ident()
        try:
            self._token = trio.lowlevel.current_trio_token()
        except RuntimeError:  # no run loop: a program that uses the store by itself
            self._token = None

    def post(self, action: Callable[[], None]) -> None:
        if threading.get_ident() == self._owner:
            action()
        elif self._token is not None:
            self._in_own_thread(action)

    def stop(self) -> bool:
        if self._thread is None:
            return True
        self._stopping.set()
        self._jobs.put(None)
        self._thread.join(STOP_SECONDS)
        self._tell()
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (item := self._jobs.get()) is not None:
            job, done, after = item
            if after and self._stopping.wait(after):
                return
            try:
                job()
                self._told.append((done, None))
            except BaseException as error:
                self._told.append((done, error))
            self._in_own_thread(self._tell)

    def _in_own_thread(self, action: Callable[[], None]) -> None:
        if self._token is not None:
            with contextlib.suppress(trio.RunFinishedError):  # then nobody is there to hear it, except `stop`
                self._token.run_sync_soon(action)

    def _tell(self) -> None:
        while self._told:
            done, error = self._told.popleft()
            done(error)
