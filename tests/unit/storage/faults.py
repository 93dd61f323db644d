"""A file system that fails or ends the process where a test says so, and a background that waits for the test."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TypeVar

from kafkalite.storage.background import Done, Job
from kafkalite.storage.files import Entry, FileSystem
from kafkalite.storage.segment_store import Buffer

T = TypeVar("T")

LOOKS = ("open", "read", "look")
CHANGES = (
    "create",
    "write",
    "truncate",
    "reserve",
    "sync",
    "sync_directory",
    "rename",
    "unlink",
    "make_directory",
    "remove_directory",
)
"""What the steps are called: those that change nothing, and the others."""


class Crash(BaseException):
    """The process ends here."""


class Faults(FileSystem):
    """The real file system, except for what `fail` or `crash` said; syncs are counted and cost nothing.

    `steps` has what was done, one name each.
    """

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[str] = []
        self.done: Counter[str] = Counter()
        self._failing: dict[str, tuple[int, int]] = {}
        self._lasting = False
        self._countdown = -1
        self._takes = -1
        self._crash_at = -1
        self._how = ""
        self._dead = False
        write, read = self.write_once, self.read_once
        self.write_once = lambda file, parts, at: self._write(write, file, parts, at)
        self.read_once = lambda file, size, at: self._do("read", lambda: read(file, size, at))
        self.sync = lambda file: self._do("sync", lambda: None)

    def fail(self, kinds: str | Collection[str], error: int, *, nth: int = 1, lasting: bool = False) -> None:
        """Let the n-th step from now on that is of these kinds fail; with `lasting`, all after it too."""
        kinds = [kinds] if isinstance(kinds, str) else kinds
        self._failing = dict.fromkeys(kinds, (error, nth))
        self._countdown = nth
        self._lasting = lasting

    def heal(self) -> None:
        self._failing = {}
        self._takes = -1

    @property
    def has_failed(self) -> bool:
        """Whether the step that was to fail came."""
        return self._countdown <= 0

    def take(self, size: int) -> None:
        """A write that is to fail takes this many bytes first."""
        self._takes = size

    def crash(self, step: int, how: str) -> None:
        """End the process `before`, in the `middle` of (a write) or `after` this step that changes something."""
        self._crash_at, self._how = step, how

    def _do(self, kind: str, action: Callable[[], T], half: Callable[[], object] | None = None) -> T:
        if self._dead:
            raise Crash
        self.done[kind] += 1
        if kind in CHANGES:
            self.steps.append(kind)
            if len(self.steps) == self._crash_at:
                self._dead = True
                if self._how == "after":
                    action()
                elif self._how == "middle" and half is not None:
                    half()
                raise Crash
        if kind in self._failing:
            self._countdown -= 1
            if self._countdown == 0 or (self._lasting and self._countdown < 0):
                error = self._failing[kind][0]
                raise OSError(error, os.strerror(error))
        return action()

    def _write(
        self, write: Callable[[int, Sequence[Buffer], int], int], file: int, parts: Sequence[Buffer], at: int
    ) -> int:
        whole = b"".join(parts)
        if self._takes > 0 and "write" in self._failing and self._countdown == 1:
            self._takes -= (size := min(self._takes, len(whole)))
            if size:
                return write(file, (whole[:size],), at)
        return self._do("write", lambda: write(file, parts, at), lambda: write(file, (whole[: len(whole) // 2],), at))

    def open(self, path: Path, *, create: bool = False, empty: bool = False) -> int:
        kind = "create" if create else "open"
        return self._do(kind, lambda: super(Faults, self).open(path, create=create, empty=empty))

    def truncate(self, descriptor: int, size: int) -> None:
        self._do("truncate", lambda: super(Faults, self).truncate(descriptor, size))

    def reserve(self, descriptor: int, size: int) -> bool:
        return self._do("reserve", lambda: super(Faults, self).reserve(descriptor, size))

    def sync_directory(self, path: Path) -> None:
        self._do("sync_directory", lambda: None)

    def rename(self, source: Path, target: Path) -> None:
        self._do("rename", lambda: super(Faults, self).rename(source, target))

    def unlink(self, path: Path) -> None:
        self._do("unlink", lambda: super(Faults, self).unlink(path))

    def make_directory(self, path: Path) -> None:
        self._do("make_directory", lambda: super(Faults, self).make_directory(path))

    def remove_directory(self, path: Path) -> None:
        self._do("remove_directory", lambda: super(Faults, self).remove_directory(path))

    def entries(self, path: Path, *, sized: str = "") -> list[Entry]:
        return self._do("look", lambda: super(Faults, self).entries(path, sized=sized))

    def directories(self, path: Path) -> set[str]:
        return self._do("look", lambda: super(Faults, self).directories(path))

    def status(self, path: Path) -> tuple[int, int]:
        return self._do("look", lambda: super(Faults, self).status(path))

    def space(self, path: Path) -> tuple[int, int]:
        return self._do("look", lambda: super(Faults, self).space(path))


class Held:
    """A background that does nothing until the test says `run`."""

    def __init__(self) -> None:
        self.jobs: list[tuple[Job, Done, float]] = []
        self.hangs = False

    def start(self, job: Job, done: Done, *, after: float = 0.0) -> None:
        self.jobs.append((job, done, after))

    def attach(self) -> None:
        pass

    def post(self, action: Callable[[], None]) -> None:
        action()

    def stop(self) -> bool:
        if not self.hangs:
            self.run()
        return not self.hangs

    def run(self) -> int:
        """Do what is asked for, and what that leads to; return how many jobs that was."""
        count = 0
        while self.jobs:
            job, done, _ = self.jobs.pop(0)
            error: BaseException | None = None
            try:
                job()
            except Exception as problem:
                error = problem
            done(error)
            count += 1
        return count


class AtOnce(Held):
    """A background that does everything at once, so that steps come in the same order every time."""

    def start(self, job: Job, done: Done, *, after: float = 0.0) -> None:
        super().start(job, done, after=after)
        self.run()
