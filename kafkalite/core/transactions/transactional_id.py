"""One transactional id as it runs: one step at a time, who waits for it, and when something is due.

Every question is put to `rules` as soon as the id is at rest. Until then it waits here, in order: while a step is on
its way to the log, and while a transaction ends. So the state changes in one place, when a step is stored, and a
restart, which runs the stored states through the same place, ends up where the id was. Kafka sends the client away
instead (51 CONCURRENT_TRANSACTIONS) and lets it come back; here only who has waited for PATIENCE_SECONDS gets that.

    ask ------> Turn with a record --- stored ---> Turn with replies, or markers to write
    tick --^                       `-- failed ---> Turn with refusals; the id is what it was
    markers_written ---> Turn with the record that completes the transaction
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple

from kafkalite.core.transactions import rules
from kafkalite.core.transactions.records import encode_record
from kafkalite.core.transactions.rules import Moment, Question, Reply
from kafkalite.core.transactions.state import Status, TransactionState
from kafkalite.core.transactions.turn import Markers, Turn
from kafkalite.wire.errors import ErrorCode

PATIENCE_SECONDS: Final = 5.0
"""How long a question waits before its client is sent away to ask again: well below every client's request timeout."""

RETRY_SECONDS: Final = 1.0
"""After this time a step that nobody asked for, and that could not be stored, is tried again."""


class TransactionSettings:
    """What a broker's configuration says about transactions, and what the core cannot know by itself.

    expiration_ms: transactional.id.expiration.ms.
    transaction_version: the finalized level of the feature.
    take_producer_id: see `Moment`.
    """

    __slots__ = ("expiration_ms", "take_producer_id", "transaction_version")

    def __init__(
        self,
        take_producer_id: Callable[[], int | None],
        transaction_version: Callable[[], int] = lambda: 2,
        expiration_ms: int = 604_800_000,
    ) -> None:
        self.take_producer_id = take_producer_id
        self.transaction_version = transaction_version
        self.expiration_ms = expiration_ms


class _Waiting(NamedTuple):
    question: Question
    slot: object
    deadline: float


class TransactionalId:
    """The producer and the transaction of one transactional id. One nobody has heard of has no `state`."""

    __slots__ = ("_is_marked", "_not_before", "_settings", "_storing", "_times_out_at", "_waiting", "name", "state")

    def __init__(self, name: str, settings: TransactionSettings) -> None:
        self.name = name
        self.state: TransactionState | None = None
        """What is stored; changes nowhere but in `_become`."""
        self._settings = settings
        self._waiting: deque[_Waiting] = deque()
        self._storing = False  # a step is on its way to the log
        self._is_marked = False  # of a prepared transaction only the last record is missing
        self._times_out_at = math.inf
        self._not_before = -math.inf  # a step that nobody asked for failed: not again before this

    @property
    def is_busy(self) -> bool:
        """An earlier step comes first."""
        return self._storing or (self.state is not None and self.state.is_prepared)

    @property
    def is_needed(self) -> bool:
        """There is such an id, or somebody waits for one to be."""
        return self.state is not None or self._storing or bool(self._waiting)

    def ask(self, question: Question, slot: object, now: float, wall_ms: int) -> Turn:
        """Put a question; `slot` is given back with its Reply, once."""
        turn = Turn(now, wall_ms)
        self._waiting.append(_Waiting(question, slot, now + PATIENCE_SECONDS))
        self._go_on(turn)
        return turn

    def _go_on(self, turn: Turn) -> None:
        """Answer who waits, until somebody's answer needs a step or nobody is left."""
        while self._waiting and not self.is_busy:
            decision = self._waiting[0].question(self.state, self._moment(turn))
            if not decision.again:
                turn.reply(self._waiting.popleft().slot, decision.reply)
            if decision.next is not None:
                self._step(decision.next, turn)

    def _moment(self, turn: Turn) -> Moment:
        settings = self._settings
        return Moment(turn.wall_ms, settings.transaction_version(), settings.take_producer_id)

    def _step(self, state: TransactionState | None, turn: Turn) -> None:
        """Have it stored that the id becomes this."""
        self._storing = True
        turn.state = state
        turn.records.append(encode_record(self.name, state, self._settings.transaction_version()))

    # -- what becomes of a step

    def stored(self, stored: Turn, now: float, wall_ms: int) -> Turn:
        """The record of an earlier turn is kept: return its replies, and what follows."""
        turn = Turn(now, wall_ms)
        turn.replies += stored.replies
        self._storing = False
        self._become(stored.state, turn)
        self._follow(turn)
        return turn

    def failed(self, failed: Turn, code: ErrorCode, now: float, wall_ms: int) -> Turn:
        """The record of an earlier turn could not be stored: nothing has changed, and whoever waits gets `code`."""
        turn = Turn(now, wall_ms)
        self._storing = False
        self._not_before = now + RETRY_SECONDS
        for slot, _ in failed.replies:
            turn.reply(slot, Reply(code))
        while self._waiting:
            turn.reply(self._waiting.popleft().slot, Reply(code))
        return turn

    def markers_written(self, now: float, wall_ms: int) -> Turn:
        """Every partition knows how the prepared transaction ends."""
        turn = Turn(now, wall_ms)
        self._is_marked = True
        self._complete(turn)
        return turn

    def _complete(self, turn: Turn) -> None:
        assert self.state is not None
        assert self.state.is_prepared
        self._step(rules.complete(self.state, turn.wall_ms), turn)

    def _follow(self, turn: Turn) -> None:
        """Do what the present state asks for by itself, or go on with who waits."""
        state = self.state
        if state is None or not state.is_prepared:
            self._go_on(turn)
        elif state.partitions:
            turn.markers = Markers(state.producer, state.commits, tuple(sorted(state.partitions)))
        else:
            self._complete(turn)

    def _become(self, state: TransactionState | None, turn: Turn) -> None:
        was_open = self.state is not None and self.state.status is Status.ONGOING
        self.state = state
        self._is_marked = False
        if state is None or state.status is not Status.ONGOING:
            self._times_out_at = math.inf
        elif not was_open:
            left_ms = state.started_ms + state.timeout_ms - turn.wall_ms
            self._times_out_at = turn.now + min(max(left_ms, 0), state.timeout_ms) / 1000

    # -- start

    def apply(self, state: TransactionState | None, now: float, wall_ms: int) -> None:
        """Take over what a record says, at a restart; after the last one `restore`."""
        self._become(state, Turn(now, wall_ms))

    def restore(self, now: float, wall_ms: int) -> Turn:
        """Go on from what the records said."""
        turn = Turn(now, wall_ms)
        self._follow(turn)
        return turn

    # -- time

    def deadline(self) -> float:
        """Return the instant by which `tick` must be called."""
        return min(self._due_at(), self._waiting[0].deadline if self._waiting else math.inf)

    def _due_at(self) -> float:
        if self._storing or self.state is None:
            return math.inf
        if self.state.status is Status.ONGOING:
            return max(self._times_out_at, self._not_before)
        return self._not_before if self._is_marked else math.inf

    def tick(self, now: float, wall_ms: int) -> Turn:
        """Do what is due; `deadline` is after `now` then."""
        turn = Turn(now, wall_ms)
        while self._waiting and self._waiting[0].deadline <= now:
            turn.reply(self._waiting.popleft().slot, Reply(ErrorCode.CONCURRENT_TRANSACTIONS))
        state = self.state
        if state is not None and self._due_at() <= now:
            if state.is_prepared:
                self._complete(turn)
            else:
                self._step(rules.fence(state, self._moment(turn)), turn)
                turn.tell(
                    f"transactional id {self.name}: the transaction of producer {state.producer.producer_id} is "
                    f"aborted, it did not end within {state.timeout_ms} ms"
                )
        return turn

    def expire(self, now: float, wall_ms: int) -> Turn:
        """Forget the id if nobody has used it for `transactional.id.expiration.ms`."""
        turn = Turn(now, wall_ms)
        state = self.state
        if state is not None and not self.is_busy and rules.is_expired(state, wall_ms, self._settings.expiration_ms):
            self._step(None, turn)
            turn.tell(f"transactional id {self.name}: not used for a long time and forgotten")
        return turn
