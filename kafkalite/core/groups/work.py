"""Computations that may be long, in slices: everybody else gets a turn between two of them.

A generator is one: it yields where it may be interrupted, after about SLICE small steps, and returns its result.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Generic, TypeVar

T = TypeVar("T")

Steps = Generator[None, None, T]

SLICE = 1_000
"""Small steps, such as handing out one partition, that are done in one go: about a millisecond."""


class Pace:
    """Counts steps and says when it is time to yield."""

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left = SLICE

    def is_over(self, steps: int = 1) -> bool:
        """Return whether a slice is over with these steps; a new one begins then."""
        self._left -= steps
        if self._left > 0:
            return False
        self._left = SLICE
        return True


class Work(Generic[T]):
    """A computation under way. `result` may be asked for once `go_on` has returned True."""

    __slots__ = ("_result", "_steps", "is_done")

    def __init__(self, steps: Steps[T]) -> None:
        self._steps = steps
        self._result: T | None = None
        self.is_done = False

    def go_on(self, slices: int = 1) -> bool:
        """Do some slices; return whether it is done."""
        for _ in range(slices):
            if self.is_done:
                break
            try:
                next(self._steps)
            except StopIteration as end:
                self._result = end.value
                self.is_done = True
        return self.is_done

    @property
    def result(self) -> T:
        assert self.is_done
        return self._result  # type: ignore[return-value]


def finish(steps: Steps[T]) -> T:
    """Do all of it at once."""
    work = Work(steps)
    while not work.go_on():
        pass
    return work.result
