"""Two answers to one request, Apache Kafka's and ours, compared field by field.

What the server chooses (ids) may be another value, but must be the same one wherever Kafka's is the same: `Chosen`
learns it at the first place. Parts of a list are found by what names them; that they come in another order is a
difference, too, with a path of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scripts.recording.batches import Plain
from scripts.recording.conversation import Line

KINDS = {
    "member_id": "member",
    "leader": "member",
    "topic_id": "topic",
    "session_id": "fetch session",
    "cluster_id": "cluster",
    "producer_id": "producer",
}
"""Field -> what it names that the server has chosen."""

NONE = {"member": "", "topic": "AAAAAAAAAAAAAAAAAAAAAA", "fetch session": 0, "cluster": None, "producer": -1}
"""What stands there for none: nobody has chosen that."""

NAMES = (
    *("name", "topic", "topic_name", "group_id", "group", "key", "api_key", "resource_type", "resource_name"),
    *("transactional_id", "partition_index", "partition", "index", "partition_id", "node_id", "broker_id"),
)
"""Fields that tell one part of a list from the others; where there is none, ids do."""

IN_ORDER = ("records",)
"""Lists whose parts are told by their places, whatever names they have."""

NOT_COMPARED = ("data",)
"""The bytes of a batch: what they say is compared."""

CONTROL = "control"
"""The flag of a batch that the broker wrote itself; the path says it."""

ABSENT = "(absent)"


class Difference(NamedTuple):
    path: str
    """`Metadata.topics[orders].partitions[0].leader_epoch`"""
    kafka: Plain
    ours: Plain

    def __str__(self) -> str:
        return f"{self.path}: Apache Kafka {short(self.kafka)}, here {short(self.ours)}"


def short(value: Plain) -> str:
    text = repr(value)
    return text if len(text) <= 300 else f"{text[:300]}..."


class Chosen:
    """Our values for those that Apache Kafka chose."""

    def __init__(self) -> None:
        self._ours: dict[tuple[str, Plain], Plain] = {}
        self._kafkas: dict[tuple[str, Plain], Plain] = {}

    def agree(self, kind: str, kafka: Plain, ours: Plain) -> bool:
        """Whether ours may stand for Kafka's; from now on it does."""
        if NONE[kind] in (kafka, ours):
            return bool(kafka == ours)
        stands_for = self._kafkas.setdefault((kind, ours), kafka)
        return bool(self._ours.setdefault((kind, kafka), ours) == ours and stands_for == kafka)

    def kafkas(self, kind: str, ours: Plain) -> Plain:
        return self._kafkas.get((kind, ours), ours)

    def request(self, fields: Plain) -> Plain:
        """A request with our values in the place of Kafka's."""
        if isinstance(fields, dict):
            return {name: self._field(name, value) for name, value in fields.items()}
        return [self.request(part) for part in fields] if isinstance(fields, list) else fields

    def _field(self, name: str, value: Plain) -> Plain:
        if name in KINDS and not isinstance(value, list | dict):
            return self._ours.get((KINDS[name], value), value)
        return self.request(value)


def differences(kafka: Plain, ours: Plain, path: str, chosen: Chosen) -> Iterator[Difference]:
    if isinstance(kafka, dict) and isinstance(ours, dict):
        if CONTROL in kafka.get("flags", ()):
            path += f".{CONTROL}"
        for name in dict.fromkeys((*kafka, *ours)):
            if name not in NOT_COMPARED:
                yield from _field(kafka.get(name, ABSENT), ours.get(name, ABSENT), f"{path}.{name}", name, chosen)
    elif isinstance(kafka, list) and isinstance(ours, list):
        yield from _lists(kafka, ours, path, chosen)
    elif kafka != ours:
        yield Difference(path, kafka, ours)


def _field(kafka: Plain, ours: Plain, path: str, name: str, chosen: Chosen) -> Iterator[Difference]:
    kind = KINDS.get(name)
    if kind is None or isinstance(kafka, list | dict):
        yield from differences(kafka, ours, path, chosen)
    elif not chosen.agree(kind, kafka, ours):
        yield Difference(path, kafka, ours)


def _lists(kafka: list[Plain], ours: list[Plain], path: str, chosen: Chosen) -> Iterator[Difference]:
    in_order = path.endswith(IN_ORDER)
    theirs, mine = (None, None) if in_order else (_names(kafka), _names(ours))
    if theirs is None or mine is None:
        theirs, mine = _places(kafka), _places(ours)
    elif all(isinstance(name, Id) for name in (*theirs, *mine)):
        mine = _as_kafka_names(theirs, mine, chosen)
    parts = dict(zip(mine, ours, strict=True))
    for name, part in zip(theirs, kafka, strict=True):
        yield from differences(part, parts.get(name, ABSENT), f"{path}[{_text(name)}]", chosen)
    for name in mine:
        if name not in theirs:
            yield Difference(f"{path}[{_text(name)}]", ABSENT, parts[name])
    common = [name for name in theirs if name in parts]
    order = [name for name in mine if name in theirs]
    if common != order:
        yield Difference(f"{path}.order", [_text(name) for name in common], [_text(name) for name in order])


class Id(NamedTuple):
    """The name of what has no other than one that the server chose."""

    kind: str
    value: Plain


Name = tuple[Plain, ...]


def _names(parts: list[Plain]) -> list[Name] | None:
    """What tells each part of a list from the others, None if nothing does."""
    names = [_name(part) for part in parts if isinstance(part, dict)]
    return names if len(set(names)) == len(parts) and all(names) else None


def _places(parts: list[Plain]) -> list[Name]:
    return [(number,) for number in range(len(parts))]


def _name(part: Line) -> Name:
    names = tuple(part[field] for field in NAMES if part.get(field) is not None)
    ids = [Id(kind, part[field]) for field, kind in KINDS.items() if field in part and kind != "cluster"]
    return names or (ids[0] if ids else ())


def _as_kafka_names(theirs: list[Name], mine: list[Name], chosen: Chosen) -> list[Name]:
    """Ours by Kafka's ids; one that we have not seen before stands for the first of Kafka's that nothing stands for."""
    named = [Id(kind, chosen.kafkas(kind, value)) for kind, value in mine]
    unknown = iter([name for name in theirs if name not in named])
    return [name if name in theirs else next(unknown, name) for name in named]


def _text(name: Name) -> str:
    return " ".join(str(value) for value in (name[1:] if isinstance(name, Id) else name))
