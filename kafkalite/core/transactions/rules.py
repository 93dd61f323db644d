"""What a producer may do with its transactional id: one pure function per question, and the steps nobody asks for.

A question is put to the present state and answered by a Decision, which changes nothing: it says what to answer, and
what the id becomes. It is never put while an earlier step is being stored or a transaction is ending (Kafka answers
CONCURRENT_TRANSACTIONS then; here the question waits), so the only states it meets are these:

    none        InitProducerId makes it Empty; to everybody else the id is unknown (49)
    Empty       a partition makes it Ongoing; an abort of TV2 ends a transaction of no partitions
    Ongoing     more partitions; EndTxn decides; InitProducerId and the timeout abort it, with a new epoch
    Complete*   as Empty; and the EndTxn that ended it, repeated, gets its answer again

TV2 (EndTxn 5, KIP-890) gives the producer a new epoch with the end of every transaction, so whatever it sent before
and was late finds itself fenced. TV1 keeps the epoch: see docs/transactions.md for what that leaves open.

Codes: 49 INVALID_PRODUCER_ID_MAPPING no such id, or not its producer id; 90 PRODUCER_FENCED another epoch (older
versions of the APIs call that 47, which their handlers do); 48 INVALID_TXN_STATE; 35 TV2 while transaction.version is
0; 14 COORDINATOR_LOAD_IN_PROGRESS no producer id at hand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from kafkalite.core.transactions.state import (
    LAST_EPOCH,
    NO_EPOCH,
    NO_PRODUCER_ID,
    NO_TIME,
    TV2,
    Producer,
    Status,
    TopicPartition,
    TransactionState,
)
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.init_producer_id import InitProducerIdRequest

NOBODY = Producer(NO_PRODUCER_ID, NO_EPOCH)

_INVALID = ErrorCode.INVALID_TXN_STATE


class Reply(NamedTuple):
    """What a question is answered. missing: partitions that were asked about and are not in the transaction."""

    code: ErrorCode = ErrorCode.NONE
    producer: Producer = NOBODY
    missing: frozenset[TopicPartition] = frozenset()


class Decision(NamedTuple):
    """reply: to be given now or, where the id becomes something, when that is stored.

    next: what the id becomes.
    again: there is no reply yet; the question is to be put once more when the transaction has ended.
    """

    reply: Reply = Reply()
    next: TransactionState | None = None
    again: bool = False


class Moment(NamedTuple):
    """What a decision may know beside the state: the wall clock, the feature level, and where new producer ids are.

    take_producer_id: returns one that was never given out, None if there is none at hand.
    """

    now_ms: int
    transaction_version: int
    take_producer_id: Callable[[], int | None]


Question = Callable[[TransactionState | None, Moment], Decision]


def refuse(code: ErrorCode) -> Decision:
    return Decision(Reply(code))


def init_producer_id(state: TransactionState | None, moment: Moment, *, message: InitProducerIdRequest) -> Decision:
    """A producer begins: it gets an id and epoch nobody else has, and whatever went before it is fenced and aborted.

    One that says who it was goes on only if nobody came after it. Kafka aborts the open transaction even of one that
    gives a wrong epoch, before it refuses it; here that is refused at once.
    """
    if state is None:
        return _begin(moment, message.transaction_timeout_ms)
    given = Producer(message.producer_id, message.producer_epoch)
    if given not in (NOBODY, state.producer, state.before) or (
        state.status is Status.ONGOING and given == state.before
    ):
        return refuse(ErrorCode.PRODUCER_FENCED)
    if state.status is Status.ONGOING:
        return Decision(next=fence(state, moment), again=True)
    before = None if given == NOBODY else state.producer
    if given != NOBODY and given == state.before:  # the answer to its last request was lost
        producer: Producer | None = state.producer
        before = state.before
    elif state.producer.epoch >= LAST_EPOCH:
        producer = _new_producer(moment)
    else:
        producer = _bumped(state.producer)
    if producer is None:
        return refuse(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
    empty = state.becomes(
        Status.EMPTY,
        moment.now_ms,
        producer=producer,
        before=before,
        timeout_ms=message.transaction_timeout_ms,
        started_ms=NO_TIME,
    )
    return Decision(Reply(producer=producer), empty)


def _begin(moment: Moment, timeout_ms: int) -> Decision:
    producer = _new_producer(moment)
    if producer is None:
        return refuse(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
    state = TransactionState(producer, timeout_ms, updated_ms=moment.now_ms, previous_producer_id=producer.producer_id)
    return Decision(Reply(producer=producer), state)


def add_partitions(
    state: TransactionState | None,
    moment: Moment,
    *,
    producer: Producer,
    partitions: frozenset[TopicPartition],
    client_version: int,
) -> Decision:
    """Partitions take part in the producer's transaction, which begins with the first of them, or with none."""
    code = _check(state, producer) or _check_version(moment, client_version)
    if code or state is None:
        return refuse(code)
    if state.status is not Status.ONGOING:
        ongoing = state.becomes(
            Status.ONGOING,
            moment.now_ms,
            partitions=partitions,
            started_ms=moment.now_ms,
            client_version=client_version,
        )
        return Decision(next=ongoing)
    if partitions <= state.partitions:
        return Decision()
    ongoing = state.becomes(
        Status.ONGOING,
        moment.now_ms,
        partitions=state.partitions | partitions,
        client_version=client_version,
    )
    return Decision(next=ongoing)


def verify_partitions(
    state: TransactionState | None, moment: Moment, *, producer: Producer, partitions: frozenset[TopicPartition]
) -> Decision:
    """Whether partitions take part in the producer's open transaction; nothing is added."""
    code = _check(state, producer)
    if code or state is None:
        return refuse(code)
    return Decision(Reply(missing=partitions - state.partitions))


def end(
    state: TransactionState | None, moment: Moment, *, producer: Producer, committed: bool, client_version: int
) -> Decision:
    """The producer's transaction ends. Replies with the producer's new id or epoch where it gets one (TV2)."""
    if state is not None and client_version >= TV2 and _ended_by(state, producer):  # its answer was lost
        return Decision(Reply(producer=state.producer)) if committed == state.commits else refuse(_INVALID)
    code = _check(state, producer) or _check_version(moment, client_version)
    if code or state is None:
        return refuse(code)
    if state.status is Status.ONGOING or (client_version >= TV2 and not committed):
        return _prepare(state, moment, committed=committed, client_version=client_version)
    is_repeated = client_version < TV2 and state.is_complete and committed == state.commits
    return Decision() if is_repeated else refuse(_INVALID)


def _ended_by(state: TransactionState, producer: Producer) -> bool:
    """Whether the last transaction ended, with a new epoch, as this producer's."""
    return state.is_complete and state.client_version >= TV2 and producer == state.before


def _prepare(state: TransactionState, moment: Moment, *, committed: bool, client_version: int) -> Decision:
    status = Status.PREPARE_COMMIT if committed else Status.PREPARE_ABORT
    started_ms = state.started_ms if state.status is Status.ONGOING else moment.now_ms
    if client_version < TV2:
        ending = state.becomes(status, moment.now_ms, started_ms=started_ms, client_version=0)
        return Decision(next=ending)
    next_producer = _next_producer(state, moment)
    if next_producer is None:
        return refuse(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
    ending = _ending_with_new_epoch(state, status, moment, next_producer)._replace(started_ms=started_ms)
    return Decision(Reply(producer=next_producer), ending)


def fence(state: TransactionState, moment: Moment) -> TransactionState:
    """Return the state that aborts an open transaction its producer did not end. Its epoch is used up by that."""
    next_producer = _next_producer(state, moment) if moment.transaction_version >= TV2 else None
    if next_producer is not None:
        return _ending_with_new_epoch(state, Status.PREPARE_ABORT, moment, next_producer)
    # Of the new epoch a client before TV2 is never told. Nor is one when there is no producer id at hand: no partition
    # may hang for that.
    fenced = _bumped(state.producer)
    return state.becomes(Status.PREPARE_ABORT, moment.now_ms, producer=fenced, before=None, client_version=0)


def _next_producer(state: TransactionState, moment: Moment) -> Producer | None:
    """Return who may write when a transaction has ended with a new epoch; None: no producer id is at hand."""
    return _new_producer(moment) if state.producer.epoch >= LAST_EPOCH else _bumped(state.producer)


def _ending_with_new_epoch(
    state: TransactionState, status: Status, moment: Moment, next_producer: Producer
) -> TransactionState:
    """The markers carry the next epoch even of a producer id whose epochs are used up: they fence what comes late."""
    rotates = next_producer.producer_id != state.producer.producer_id
    return state.becomes(
        status,
        moment.now_ms,
        producer=_bumped(state.producer),
        before=state.producer,
        next_producer_id=next_producer.producer_id if rotates else NO_PRODUCER_ID,
        client_version=TV2,
    )


def complete(state: TransactionState, now_ms: int) -> TransactionState:
    """Return what a prepared transaction becomes when every partition has its marker."""
    status = Status.COMPLETE_COMMIT if state.commits else Status.COMPLETE_ABORT
    rotates = state.next_producer_id != NO_PRODUCER_ID
    producer = Producer(state.next_producer_id, 0) if rotates else state.producer
    return state.becomes(
        status, now_ms, producer=producer, partitions=frozenset[TopicPartition](), next_producer_id=NO_PRODUCER_ID
    )


def is_expired(state: TransactionState, now_ms: int, expiration_ms: int) -> bool:
    """Whether an id without a transaction has not been used for `transactional.id.expiration.ms`."""
    return state.is_idle and now_ms - state.updated_ms >= expiration_ms


def _check(state: TransactionState | None, producer: Producer) -> ErrorCode:
    if state is None or state.producer.producer_id != producer.producer_id:
        return ErrorCode.INVALID_PRODUCER_ID_MAPPING
    is_current = state.producer.epoch == producer.epoch <= LAST_EPOCH  # nobody was ever given a later one
    return ErrorCode.NONE if is_current else ErrorCode.PRODUCER_FENCED


def _check_version(moment: Moment, client_version: int) -> ErrorCode:
    too_new = client_version >= TV2 and moment.transaction_version == 0  # its records have no place for it
    return ErrorCode.UNSUPPORTED_VERSION if too_new else ErrorCode.NONE


def _bumped(producer: Producer) -> Producer:
    return Producer(producer.producer_id, producer.epoch + 1)


def _new_producer(moment: Moment) -> Producer | None:
    producer_id = moment.take_producer_id()
    return None if producer_id is None else Producer(producer_id, 0)
