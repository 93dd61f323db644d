"""Fetch sessions (KIP-227): what a consumer asks for again and again, remembered, so that it is said only once.

A session is a list of wanted partitions, an id, and the epoch of the next request. An incremental answer leaves out the
partitions of which there is nothing new to say.

    request (id, epoch)     meaning
    (0, 0) or (any, 0)      full request, opens a session where there is room (the named one is closed)
    (any, -1)               full request without a session (the named one is closed)
    (id, n > 0)             incremental request number n of session `id`
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.message import ZERO_UUID, Uuid
from kafkalite.wire.messages.fetch import FetchRequest, FetchResponse

INITIAL_EPOCH = 0
FINAL_EPOCH = -1
MAX_EPOCH = 2**31 - 1

EVICT_AFTER_SECONDS = 120.0
"""A session unused for so long may make room for another (Kafka's MIN_INCREMENTAL_FETCH_SESSION_EVICTION_MS)."""

PartitionKey = tuple[str | Uuid, int]


class WantedPartition:
    """One partition a consumer wants, and what it was last told of it."""

    __slots__ = (
        "current_leader_epoch",
        "fetch_offset",
        "high_watermark",
        "index",
        "key",
        "last_fetched_epoch",
        "log_start_offset",
        "max_bytes",
        "place",
        "topic",
        "topic_id",
        "was_error",
    )

    def __init__(self, topic: FetchRequest.FetchTopic, partition: FetchRequest.FetchPartition) -> None:
        self.topic = topic.topic
        self.topic_id = topic.topic_id
        self.index = partition.partition
        self.key = wanted_key(topic, partition.partition)
        self.high_watermark = -1
        self.log_start_offset = -1
        self.was_error = False
        self.place: Any = None
        """For whoever reads the partition: what it was found to be the last time."""
        self.update(partition)

    def update(self, partition: FetchRequest.FetchPartition) -> None:
        """Take over what the newest request says of this partition."""
        self.fetch_offset = partition.fetch_offset
        self.max_bytes = partition.partition_max_bytes
        self.current_leader_epoch = partition.current_leader_epoch
        self.last_fetched_epoch = partition.last_fetched_epoch

    def is_news(self, answer: FetchResponse.PartitionData) -> bool:
        """Return whether an incremental answer must mention this partition, and remember what it says."""
        news = (
            len(answer.records or b"") > 0
            or answer.error_code != ErrorCode.NONE
            or self.was_error
            or answer.high_watermark != self.high_watermark
            or answer.log_start_offset != self.log_start_offset
            or answer.diverging_epoch is not None
        )
        self.high_watermark = answer.high_watermark
        self.log_start_offset = answer.log_start_offset
        self.was_error = answer.error_code != ErrorCode.NONE
        return news


def wanted_key(topic: FetchRequest.FetchTopic | FetchRequest.ForgottenTopic, index: int) -> PartitionKey:
    """Return the identity of a partition within a session: by topic id where the request has ids, else by name."""
    return (topic.topic_id if topic.topic_id != ZERO_UUID else topic.topic, index)


class FetchSession:
    """One consumer's standing request."""

    __slots__ = ("by_id", "epoch", "id", "used_at", "wanted")

    def __init__(
        self, session_id: int, wanted: dict[PartitionKey, WantedPartition], *, by_id: bool, now: float
    ) -> None:
        self.id = session_id
        self.wanted = wanted
        self.by_id = by_id
        self.epoch = 1
        self.used_at = now

    def change(self, request: FetchRequest) -> None:
        """Apply what an incremental request adds, changes and forgets."""
        for topic in request.topics:
            for partition in topic.partitions:
                known = self.wanted.get(wanted_key(topic, partition.partition))
                if known is None:
                    added = WantedPartition(topic, partition)
                    self.wanted[added.key] = added
                else:
                    known.update(partition)
        for forgotten in request.forgotten_topics_data:
            for index in forgotten.partitions:
                self.wanted.pop(wanted_key(forgotten, index), None)

    def news(
        self, answers: Iterable[tuple[WantedPartition, FetchResponse.PartitionData]]
    ) -> list[tuple[WantedPartition, FetchResponse.PartitionData]]:
        """Return the answers worth sending; partitions that gave records go last next time, so that none starves."""
        kept = []
        for wanted, answer in answers:
            if wanted.is_news(answer):
                kept.append((wanted, answer))
            if len(answer.records or b"") and self.wanted.pop(wanted.key, None) is not None:
                self.wanted[wanted.key] = wanted
        return kept


class FetchSessions:
    """All sessions of this broker, at most `slots` (`max.incremental.fetch.session.cache.slots`)."""

    def __init__(self, slots: int, new_id: Callable[[], int]) -> None:
        self._slots = slots
        self._new_id = new_id
        self._sessions: dict[int, FetchSession] = {}

    def __len__(self) -> int:
        return len(self._sessions)

    def open(
        self, request: FetchRequest, version: int, now: float
    ) -> tuple[list[WantedPartition], FetchSession | None, bool]:
        """Return (wanted partitions, session or None, whether the answer is incremental).

        Raises KafkaError 70, 71 or 106 for the answer's top level.
        """
        if request.session_epoch in (INITIAL_EPOCH, FINAL_EPOCH):
            self._sessions.pop(request.session_id, None)
            wanted = _full(request)
            if request.session_epoch == FINAL_EPOCH or version < 7:
                return list(wanted.values()), None, False
            return list(wanted.values()), self._remember(wanted, version, now), False
        session = self._continue(request, version, now)
        session.change(request)
        if not session.wanted:
            del self._sessions[session.id]
        return list(session.wanted.values()), session, True

    def _continue(self, request: FetchRequest, version: int, now: float) -> FetchSession:
        session = self._sessions.get(request.session_id)
        if session is None or request.session_epoch < FINAL_EPOCH:
            raise KafkaError(ErrorCode.FETCH_SESSION_ID_NOT_FOUND)
        if session.epoch != request.session_epoch:
            raise KafkaError(ErrorCode.INVALID_FETCH_SESSION_EPOCH)
        if session.by_id != (version >= 13):
            raise KafkaError(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR)
        session.epoch = 1 if session.epoch == MAX_EPOCH else session.epoch + 1
        session.used_at = now
        return session

    def _remember(self, wanted: dict[PartitionKey, WantedPartition], version: int, now: float) -> FetchSession | None:
        if len(self._sessions) >= self._slots and not self._evict(now):
            return None
        session_id = self._new_id()
        while session_id in self._sessions:
            session_id = self._new_id()
        session = FetchSession(session_id, wanted, by_id=version >= 13, now=now)
        self._sessions[session_id] = session
        return session

    def _evict(self, now: float) -> bool:
        """Make room by dropping the session unused longest, if that is long enough."""
        oldest = min(self._sessions.values(), key=lambda session: session.used_at, default=None)
        if oldest is None or now - oldest.used_at < EVICT_AFTER_SECONDS:
            return False
        del self._sessions[oldest.id]
        return True


def _full(request: FetchRequest) -> dict[PartitionKey, WantedPartition]:
    """Return every partition of a full request; of one named twice the last mention counts, as in Kafka."""
    wanted = {}
    for topic in request.topics:
        for partition in topic.partitions:
            one = WantedPartition(topic, partition)
            wanted[one.key] = one
    return wanted
