"""What a pure core asks of its shell: records to store, then replies to release, in that order."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar


class KeyedRecord(NamedTuple):
    """One record of an internal topic: encoded key, encoded value (None is a tombstone)."""

    key: bytes
    value: bytes | None


R = TypeVar("R")


class Effects(Generic[R]):
    """The outcome of one `(request, now)`, with replies of type R.

    records: to be appended before any reply leaves, in order.
    replies: (slot, response) pairs. The slot is whatever the shell handed in with the request; the core only gives it
    back, and never twice.
    """

    __slots__ = ("records", "replies")

    def __init__(self) -> None:
        self.records: list[KeyedRecord] = []
        self.replies: list[tuple[object, R]] = []

    def record(self, key: bytes, value: bytes | None) -> None:
        self.records.append(KeyedRecord(key, value))

    def reply(self, slot: object, response: R) -> None:
        self.replies.append((slot, response))
