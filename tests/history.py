"""Did a log behave? Checks a history of what clients did and saw, after `jepsen.tests.kafka` and Elle.

A history is a list of operations in the order in which each process did them. Every value is sent once per key (a key
is a topic and partition). Because an acknowledged send tells its offset, the order of all values of a key is known, and
each anomaly is found in time linear in the history, or n log n.

    aborted read          a value was read whose transaction was aborted
    inconsistent offsets  one offset of a key had two values
    duplicate             one value stood at two offsets
    lost write            a committed value was never read, though something behind it was
    torn transaction      of a transaction whose end nobody knows one value was read, and another passed over
    unseen                a committed value at the end of a key that nobody has read (yet): no anomaly in itself
    nonmonotonic poll     a consumer went back in a key without being told to
    skipped poll          a consumer passed over values of a key that others have read
    nonmonotonic send     a producer's values stand in another order than it sent them
    precommitted read     a transaction read what it was writing
    internal ...          poll or send: the same within one operation
    G1c                   transactions that have read of each other in a circle: none can have been committed first
    G0, mixed cycle, G-single
                          other cycles of who came before whom: by writes; by writes and reads; by what was not seen.
                          Kafka orders the writes of a key as they come, and not those of one transaction before
                          those of another, so these may be; Apache Kafka 4.4 shows all three
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice, pairwise

Key = str
Value = int


class Outcome(Enum):
    """What its client knows of an operation."""

    OK = "ok"
    """Committed, or acknowledged."""
    ABORTED = "aborted"
    """Aborted, or refused: it must have had no effect."""
    UNKNOWN = "unknown"
    """Nobody told it."""


@dataclass(frozen=True)
class Send:
    """One value sent. offset: where it stands, None if that was not acknowledged."""

    key: Key
    value: Value
    offset: int | None = None


@dataclass(frozen=True)
class Poll:
    """What one poll brought of a key: (offset, value), in the order of coming."""

    key: Key
    records: Sequence[tuple[int, Value]]


@dataclass
class Operation:
    """Sends and polls of one process that belong together: a transaction, or single ones.

    moved: the process was told to read from elsewhere before, so its polls need not follow on those before.
    """

    process: int
    outcome: Outcome = Outcome.OK
    sends: Sequence[Send] = ()
    polls: Sequence[Poll] = ()
    moved: bool = False


@dataclass
class Anomalies:
    """What was found, by name; what a log may do and what it may not are told apart by `serious`."""

    found: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, name: str, text: str) -> None:
        self.found[name].append(text)

    def serious(self) -> dict[str, list[str]]:
        """Return what no transactional log may do."""
        return {name: texts for name, texts in self.found.items() if name not in ALLOWED}


ALLOWED = ("unseen", "G0", "mixed cycle", "G-single")
"""What Kafka's promises leave open."""


def check(history: Sequence[Operation]) -> Anomalies:
    """Return every anomaly of a history."""
    anomalies = Anomalies()
    logs = _Logs(history, anomalies)
    _check_reads(history, logs, anomalies)
    _check_writes(history, logs, anomalies)
    _check_processes(history, logs, anomalies)
    _check_cycles(history, logs, anomalies)
    anomalies.found = dict(anomalies.found)
    return anomalies


class _Logs:
    """What all clients together know of every key.

    value_at: key -> offset -> value; offset_of: (key, value) -> offset; order: key -> known offsets, ascending.
    read: (key, value) that somebody read; writer: (key, value) -> number of the operation that sent it.
    """

    def __init__(self, history: Sequence[Operation], anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self.value_at: dict[Key, dict[int, Value]] = defaultdict(dict)
        self.offset_of: dict[tuple[Key, Value], int] = {}
        self.read: set[tuple[Key, Value]] = set()
        self.writer: dict[tuple[Key, Value], int] = {}
        for number, operation in enumerate(history):
            for send in operation.sends:
                assert (send.key, send.value) not in self.writer, "a value is sent once"
                self.writer[send.key, send.value] = number
                if send.offset is not None and operation.outcome is not Outcome.ABORTED:
                    self._stands(send.key, send.offset, send.value)
            for poll in operation.polls:
                for offset, value in poll.records:
                    self._stands(poll.key, offset, value)
                    self.read.add((poll.key, value))
        self.order = {key: sorted(offsets) for key, offsets in self.value_at.items()}
        self.last_read: dict[Key, int] = {}
        for key, value in self.read:
            self.last_read[key] = max(self.offset_of[key, value], self.last_read.get(key, -1))

    def _stands(self, key: Key, offset: int, value: Value) -> None:
        known = self.value_at[key].setdefault(offset, value)
        if known != value:
            self._anomalies.note("inconsistent offsets", f"{key} at {offset}: {known} and {value}")
        place = self.offset_of.setdefault((key, value), offset)
        if place != offset:
            self._anomalies.note("duplicate", f"{value} in {key} at {place} and {offset}")

    def passed_over(self, send: Send) -> bool:
        """Whether a value has its place, nobody read it, and somebody read what stands behind it."""
        if send.offset is None or (send.key, send.value) in self.read:
            return False
        return send.offset < self.last_read.get(send.key, -1)


def _check_reads(history: Sequence[Operation], logs: _Logs, anomalies: Anomalies) -> None:
    for number, operation in enumerate(history):
        for poll in operation.polls:
            for offset, value in poll.records:
                writer = logs.writer.get((poll.key, value))
                if writer is None:
                    anomalies.note("aborted read", f"{value} in {poll.key} at {offset} was never sent")
                elif writer == number:
                    anomalies.note("precommitted read", f"{value} in {poll.key} at {offset}, which it was writing")
                elif history[writer].outcome is Outcome.ABORTED:
                    anomalies.note("aborted read", f"{value} in {poll.key} at {offset}")


def _check_writes(history: Sequence[Operation], logs: _Logs, anomalies: Anomalies) -> None:
    for operation in history:
        passed = [send for send in operation.sends if logs.passed_over(send)]
        if operation.outcome is Outcome.OK:
            for send in operation.sends:
                if send in passed:
                    anomalies.note("lost write", f"{send.value} in {send.key} at {send.offset}")
                elif (send.key, send.value) not in logs.read:
                    anomalies.note("unseen", f"{send.value} in {send.key} at {send.offset}")
        elif operation.outcome is Outcome.UNKNOWN and passed:
            seen = [send for send in operation.sends if (send.key, send.value) in logs.read]
            if seen:
                anomalies.note("torn transaction", f"{_names(seen)} without {_names(passed)}")


def _names(sends: Iterable[Send]) -> str:
    return ", ".join(f"{send.value} in {send.key}" for send in sends)


def _check_processes(history: Sequence[Operation], logs: _Logs, anomalies: Anomalies) -> None:
    """Each process in its own order: offsets of a key only grow, and polls leave nothing out."""
    sent: dict[tuple[int, Key], int] = {}
    polled: dict[tuple[int, Key], int] = {}
    for operation in history:
        process = operation.process
        if operation.moved:
            polled = {at: offset for at, offset in polled.items() if at[0] != process}
        inside: set[Key] = set()
        for send in operation.sends:
            if send.offset is None or operation.outcome is Outcome.ABORTED:
                continue
            before = sent.get((process, send.key), -1)
            if send.offset <= before:
                kind = "internal nonmonotonic send" if send.key in inside else "nonmonotonic send"
                anomalies.note(kind, f"process {process}: {send.value} in {send.key} at {send.offset} after {before}")
            inside.add(send.key)
            sent[process, send.key] = send.offset
        polled_inside: set[Key] = set()
        for poll in operation.polls:
            for offset, _ in poll.records:
                at = (process, poll.key)
                _check_step(logs, anomalies, at, polled.get(at), offset, "internal " * (poll.key in polled_inside))
                polled_inside.add(poll.key)
                polled[at] = offset


def _check_step(
    logs: _Logs, anomalies: Anomalies, at: tuple[int, Key], before: int | None, offset: int, inside: str
) -> None:
    """One consumer's step from one offset of a key to the next."""
    process, key = at
    if before is None:
        return
    if offset <= before:
        anomalies.note(f"{inside}nonmonotonic poll", f"process {process}: {key} at {offset} after {before}")
        return
    order = logs.order[key]
    between = order[bisect_right(order, before) : bisect_left(order, offset)]
    seen = (place for place in between if (key, logs.value_at[key][place]) in logs.read)
    for place in islice(seen, 1):
        anomalies.note(f"{inside}skipped poll", f"process {process}: {key} from {before} to {offset} without {place}")


# -- cycles


class _Edge(Enum):
    WRITE_WRITE = "ww"
    WRITE_READ = "wr"
    READ_WRITE = "rw"


def _check_cycles(history: Sequence[Operation], logs: _Logs, anomalies: Anomalies) -> None:
    edges = list(_dependencies(history, logs))
    told: set[frozenset[int]] = set()
    for name, kinds in (
        ("G0", {_Edge.WRITE_WRITE}),
        ("G1c", {_Edge.WRITE_READ}),
        ("mixed cycle", {_Edge.WRITE_WRITE, _Edge.WRITE_READ}),
        ("G-single", set(_Edge)),
    ):
        for component in _components(len(history), [(start, end) for start, end, kind in edges if kind in kinds]):
            members = frozenset(component)
            if not any(members >= one for one in told):
                told.add(members)
                anomalies.note(name, f"operations {', '.join(map(str, sorted(members)))}")


def _dependencies(history: Sequence[Operation], logs: _Logs) -> Iterator[tuple[int, int, _Edge]]:
    """Who came before whom, by what is known of every key."""
    following: dict[tuple[Key, int], int] = {}  # (key, offset) -> the operation that wrote what comes next
    for key, order in logs.order.items():
        writers = [(offset, logs.writer.get((key, logs.value_at[key][offset]))) for offset in order]
        written = [(offset, writer) for offset, writer in writers if writer is not None]
        for (offset, earlier), (_, later) in pairwise(written):
            following[key, offset] = later
            if earlier != later:
                yield earlier, later, _Edge.WRITE_WRITE
    for number, operation in enumerate(history):
        last: dict[Key, int] = {}
        for poll in operation.polls:
            for offset, value in poll.records:
                writer = logs.writer.get((poll.key, value))
                if writer is not None and writer != number:
                    yield writer, number, _Edge.WRITE_READ
                last[poll.key] = max(offset, last.get(poll.key, -1))
        for at in last.items():
            if at in following and following[at] != number:
                yield number, following[at], _Edge.READ_WRITE


def _components(count: int, edges: Iterable[tuple[int, int]]) -> Iterator[list[int]]:
    """Tarjan's strongly connected components with more than one member, without recursion."""
    graph: dict[int, list[int]] = defaultdict(list)
    for start, end in edges:
        graph[start].append(end)
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    for root in range(count):
        if root in index or root not in graph:
            continue
        work = [(root, iter(graph[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, ahead = work[-1]
            for other in ahead:
                if other not in index:
                    index[other] = low[other] = len(index)
                    stack.append(other)
                    on_stack.add(other)
                    work.append((other, iter(graph.get(other, ()))))
                    break
                if other in on_stack:
                    low[node] = min(low[node], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component: list[int] = []
                    while not component or component[-1] != node:
                        component.append(stack.pop())
                        on_stack.discard(component[-1])
                    if len(component) > 1:
                        yield component
