"""Fetch (1): read record batches, now or as soon as there are enough.

Errors are per partition but for the session's (70, 71, 106). At least one whole batch comes from the first partition
that has any, however small the limits; after that the limits hold. Whole batches only.
v4 isolation · v5 log start offset · v7 sessions · v9 leader epoch check · v11 rack · v12 flexible, diverging epoch ·
v13 topic ids · v15-18 nothing for consumers but the leader's endpoint (16)
"""

from __future__ import annotations

from collections.abc import Iterable

from kafkalite.apis.context import Context
from kafkalite.broker.partition_answers import ReadResult
from kafkalite.broker.partitions import Partition
from kafkalite.broker.waiting import Timer, Waiting
from kafkalite.core.fetch_sessions import FetchSession, WantedPartition
from kafkalite.core.log.leader_epochs import NO_EPOCH
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.fetch import FetchRequest, FetchResponse

_Answer = FetchResponse.PartitionData

NO_RECORDS = b""
"""Never null: kafka-go compares the size of the field with what remains."""

_UNKNOWN = (ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.UNKNOWN_TOPIC_ID, ErrorCode.INCONSISTENT_TOPIC_ID)
_LEADER_CHANGED = (ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.FENCED_LEADER_EPOCH)


def handle(message: FetchRequest, context: Context) -> FetchResponse | Waiting:
    broker = context.broker
    try:
        wanted, session, incremental = broker.fetch_sessions.open(message, context.version, broker.clock.now())
    except KafkaError as error:
        return FetchResponse(error_code=error.code)
    fetch = _Fetch(message, context, wanted, session, incremental)
    fetch.read()
    if message.max_wait_ms <= 0 or fetch.satisfied:
        return fetch.response()
    return ParkedFetch(fetch, message.max_wait_ms / 1000)


class _Fetch:
    """One fetch request: what it wants, and what the last reading of it gave."""

    __slots__ = (
        "_incremental",
        "_max_bytes",
        "_message",
        "_session",
        "_wanted",
        "answers",
        "context",
        "lacking",
        "partitions",
        "satisfied",
    )

    def __init__(
        self,
        message: FetchRequest,
        context: Context,
        wanted: list[WantedPartition],
        session: FetchSession | None,
        incremental: bool,
    ) -> None:
        self._message = message
        self._wanted = wanted
        self._session = session
        self._incremental = incremental
        self._max_bytes = min(message.max_bytes, context.broker.config.int("fetch.max.bytes"))
        self.context = context
        self.partitions: list[Partition] = []
        self.answers: list[tuple[WantedPartition, _Answer]] = []
        self.lacking = 0
        self.satisfied = False

    def read(self) -> None:
        """Read every wanted partition within the limits.

        `satisfied` says whether the answer can go, `lacking` how many bytes it waits for.
        """
        self.partitions = []
        self.answers = []
        gathered = 0
        failed = False
        for wanted in self._wanted:
            if self._incremental and self._is_quiet(wanted):
                self.partitions.append(wanted.place)
                continue
            answer = self._read_one(wanted, self._max_bytes - gathered, nothing_yet=gathered == 0)
            gathered += len(answer.records or b"")
            failed = failed or (answer.error_code != 0 and answer.error_code not in _UNKNOWN)
            self.answers.append((wanted, answer))
        self.lacking = min(self._message.min_bytes, self._max_bytes) - gathered
        self.satisfied = failed or self.lacking <= 0 or not self.partitions

    def is_behind_start(self, partition: Partition) -> bool:
        """Whether it reads from a place in front of the partition's log start."""
        name, index, start = partition.topic.name, partition.index, partition.log_start_offset
        return any(one.topic == name and one.index == index and one.fetch_offset < start for one in self._wanted)

    def response(self) -> FetchResponse:
        session, answers = self._session, self.answers
        if session is not None:
            news = session.news(answers)
            if self._incremental:
                answers = news
        good = [one for one in answers if one[1].error_code == 0]
        if len(good) != len(answers):  # Kafka lists the good ones first
            answers = good + [one for one in answers if one[1].error_code != 0]
        response = FetchResponse(session_id=session.id if session is not None else 0, responses=_by_topic(answers))
        if any(answer.error_code in _LEADER_CHANGED for _, answer in answers):
            self._name_leaders(response)
        return response

    def _is_quiet(self, wanted: WantedPartition) -> bool:
        """Whether the reader has everything and knows all that an incremental answer would tell of the partition.

        Of a thousand partitions most are: to look at each as `_read_one` does takes ten times as long.
        """
        partition: Partition | None = wanted.place
        if partition is None or partition.offline or wanted.was_error:
            return False
        log = partition.log
        end_offset = log.last_stable_offset if self._message.isolation_level == 1 else log.high_watermark
        epoch = log.epochs.latest
        return (
            wanted.fetch_offset == end_offset
            and wanted.high_watermark == log.high_watermark
            and wanted.log_start_offset == log.log_start_offset
            and wanted.current_leader_epoch in (NO_EPOCH, epoch)
            and wanted.last_fetched_epoch in (NO_EPOCH, epoch)
            and wanted.max_bytes >= 0
            and 0 <= self._message.isolation_level <= 1
            and self._message.max_bytes >= 0
        )

    def _read_one(self, wanted: WantedPartition, room: int, *, nothing_yet: bool) -> _Answer:
        try:
            partition = self._find(wanted)
            isolation = self._message.isolation_level
            if self._message.max_bytes < 0 or wanted.max_bytes < 0 or not 0 <= isolation <= 1:
                raise KafkaError(ErrorCode.UNKNOWN_SERVER_ERROR)
            partition.check_leader_epoch(wanted.current_leader_epoch)
            diverging = _divergence(partition, wanted)
            limit = 0 if diverging else min(wanted.max_bytes, room)
            read = partition.read(
                wanted.fetch_offset, limit, committed=isolation == 1, at_least_one=nothing_yet and not diverging
            )
        except KafkaError as error:
            return self._failure(wanted, error.code)
        self.partitions.append(partition)
        wanted.place = partition
        return _Answer(
            partition_index=wanted.index,
            high_watermark=read.high_watermark,
            last_stable_offset=read.last_stable_offset,
            log_start_offset=read.log_start_offset,
            aborted_transactions=_aborted(read) if isolation == 1 else None,
            diverging_epoch=diverging,
            records=read.records,
        )

    def _find(self, wanted: WantedPartition) -> Partition:
        topics = self.context.broker.topics
        by_id = self.context.version >= 13
        topic = topics.by_id.get(wanted.topic_id) if by_id else topics.by_name.get(wanted.topic)
        if topic is None:
            raise KafkaError(self._missing(wanted) if by_id else ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
        wanted.topic = topic.name
        if not 0 <= wanted.index < len(topic.partitions):
            raise KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
        return topic.partitions[wanted.index]

    def _missing(self, wanted: WantedPartition) -> ErrorCode:
        """A topic id nobody has: never known (100), or known to this session and deleted (3) or made anew (103)."""
        if not wanted.topic:
            return ErrorCode.UNKNOWN_TOPIC_ID
        again = wanted.topic in self.context.broker.topics.by_name
        return ErrorCode.INCONSISTENT_TOPIC_ID if again else ErrorCode.UNKNOWN_TOPIC_OR_PARTITION

    def _failure(self, wanted: WantedPartition, code: ErrorCode) -> _Answer:
        answer = _Answer(
            partition_index=wanted.index,
            error_code=code,
            high_watermark=-1,
            aborted_transactions=[] if code in _UNKNOWN else None,
            records=NO_RECORDS,
        )
        if code in _LEADER_CHANGED:
            answer.current_leader = FetchResponse.LeaderIdAndEpoch(
                leader_id=self.context.broker.node_id, leader_epoch=self._find(wanted).leader_epoch
            )
        return answer

    def _name_leaders(self, response: FetchResponse) -> None:
        broker = self.context.broker
        host, port = broker.advertised(self.context.session)
        rack = broker.config.str("broker.rack")
        response.node_endpoints = [FetchResponse.NodeEndpoint(node_id=broker.node_id, host=host, port=port, rack=rack)]


def _aborted(read: ReadResult) -> list[FetchResponse.AbortedTransaction]:
    return [
        FetchResponse.AbortedTransaction(producer_id=one.producer_id, first_offset=one.first_offset)
        for one in read.aborted or ()
    ]


def _divergence(partition: Partition, wanted: WantedPartition) -> FetchResponse.EpochEndOffset | None:
    """Return where the reader's log leaves ours (KIP-595 truncation detection), None when it does not.

    Raises KafkaError 1 for an epoch newer than any we know.
    """
    if wanted.last_fetched_epoch < 0:
        return None
    epoch, end_offset = partition.end_offset_for_epoch(wanted.last_fetched_epoch)
    if epoch < 0 or end_offset < 0:
        raise KafkaError(ErrorCode.OFFSET_OUT_OF_RANGE)
    if epoch < wanted.last_fetched_epoch or end_offset < wanted.fetch_offset:
        return FetchResponse.EpochEndOffset(epoch=epoch, end_offset=end_offset)
    return None


def _by_topic(answers: Iterable[tuple[WantedPartition, _Answer]]) -> list[FetchResponse.FetchableTopicResponse]:
    """Group neighbouring answers of one topic."""
    topics: list[FetchResponse.FetchableTopicResponse] = []
    for wanted, answer in answers:
        if not topics or topics[-1].topic_id != wanted.topic_id or topics[-1].topic != wanted.topic:
            topics.append(
                FetchResponse.FetchableTopicResponse(topic=wanted.topic, topic_id=wanted.topic_id, partitions=[])
            )
        topics[-1].partitions.append(answer)
    return topics


class ParkedFetch(Waiting):
    """A long poll: an object in the waiter set of its partitions and one timer. It reads again when it is answered."""

    __slots__ = ("_appended_before", "_fetch", "_timer")

    def __init__(self, fetch: _Fetch, seconds: float) -> None:
        super().__init__()
        self._fetch = fetch
        self._appended_before = self._readable() if fetch.lacking > 1 else 0
        for partition in fetch.partitions:
            partition.waiters.add(self)
        self._timer: Timer = fetch.context.broker.timers.after(seconds, self._wake)

    def on_progress(self, partition: Partition) -> None:
        """The high watermark moved: go when as many bytes came as were lacking."""
        fetch = self._fetch
        if fetch.lacking <= 1 or self._readable() - self._appended_before >= fetch.lacking:
            self._wake()

    def on_start_moved(self, partition: Partition) -> None:
        """Records are gone: a reader of one of them should hear of it at once."""
        if self._fetch.is_behind_start(partition):
            self._wake()

    def on_gone(self, partition: Partition) -> None:
        """A partition was deleted: the client should hear of it at once."""
        self._wake()

    def abandon(self) -> None:
        self._timer.cancel()
        for partition in self._fetch.partitions:
            partition.waiters.discard(self)

    def answer(self) -> FetchResponse:
        self._fetch.read()
        return self._fetch.response()

    def _readable(self) -> int:
        return sum(partition.readable_bytes for partition in self._fetch.partitions)

    def _wake(self) -> None:
        self.abandon()
        self.resolve()
