"""A life of a store, step by step, beside a model of what it must hold: for failures and ends at every step of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from kafkalite.storage.disk import DiskStore
from kafkalite.storage.files import FileSystem
from kafkalite.storage.partition_directory import log_name
from kafkalite.storage.segment_store import PartitionId, SegmentId
from tests.unit.storage.faults import Held

ONE = PartitionId("one", bytes(range(16)), 0)
TWO = PartitionId("two", bytes(range(1, 17)), 5)
PARTITIONS = (ONE, TWO)

Content = dict[str, bytes]


class Model:
    """What a store holds: files by partition, and numbers."""

    def __init__(self) -> None:
        self.files: dict[PartitionId, Content] = {ONE: {}, TWO: {}}
        self.starts = {ONE: 0, TWO: 0}
        self.points = {ONE: 0, TWO: 0}

    def copy(self) -> Model:
        copied = Model()
        copied.files = {partition: dict(files) for partition, files in self.files.items()}
        copied.starts, copied.points = dict(self.starts), dict(self.points)
        return copied

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Model) and vars(self) == vars(other)

    def __repr__(self) -> str:
        return repr(vars(self))

    __hash__ = None  # type: ignore[assignment]

    def is_torn_form_of(self, other: Model) -> bool:
        """Whether this is what an append that was cut short leaves on the way to `other`."""
        mine, theirs = self.copy(), other.copy()
        for partition, files in mine.files.items():
            for name, data in files.items():
                whole = theirs.files[partition].get(name)
                if name.endswith(".log") and whole is not None and whole.startswith(data):
                    files[name] = whole
        return mine == theirs


def found(store: DiskStore) -> Model:
    """Ask a store what it holds."""
    model = Model()
    for partition in PARTITIONS:
        files = model.files[partition]
        for segment, size in store.segments(partition):
            files[log_name(segment.base_offset)] = bytes(store.read(segment, 0, size))
        for name in store.companions(partition):
            files[name] = store.companion(partition, name) or b""
        model.starts[partition] = store.start_of(partition)
        model.points[partition] = store.recovery_point_of(partition)
    return model


def opened(path: Path, files: FileSystem | None = None) -> DiskStore:
    return DiskStore(path, files=files, background=Held())


def reopened(path: Path) -> Model:
    """Return what another owner finds, once it has cut off the space that was reserved and not used."""
    model = found(opened(path))
    for files in model.files.values():
        for name, data in files.items():
            files[name] = data.rstrip(b"\0")
    return model


Step = Callable[[DiskStore], None]
Change = Callable[[Model], None]


def life() -> Iterator[tuple[str, Step, Change]]:
    """Yield what happens: its name, how it is done to a store, how to the model."""
    for partition in PARTITIONS:
        yield from _begin(partition, 0, preallocate=0)
        yield from _append(partition, 0, b"first")
        yield from _append(partition, 0, b", second")
        yield from _companions(partition, 0)
        yield from _begin(partition, 20, preallocate=4096)
        yield from _append(partition, 20, b"third")
        yield from _companions(partition, 20)
        yield from _append(partition, 20, b", fourth")
        yield from _replace(partition, "leader-epoch-checkpoint", b"0\n1\n0 0\n")
        yield from _begin(partition, 40, preallocate=4096)
        yield from _append(partition, 40, b"fifth")
    yield (
        "keep starts",
        lambda store: store.keep_starts({ONE: 3, TWO: 4}),
        lambda model: model.starts.update({ONE: 3, TWO: 4}),
    )
    yield (
        "keep recovery points",
        lambda store: store.keep_recovery_points({TWO: 40}),
        lambda model: model.points.update({TWO: 40}),
    )
    yield from _swap(ONE, [0], [0, 20])
    yield from _swap(TWO, [0, 7], [0])
    yield from _replace(ONE, "leader-epoch-checkpoint", b"0\n2\n0 0\n1 40\n")
    yield (
        "cut",
        lambda store: store.truncate(SegmentId(ONE, 40), 2),
        lambda model: model.files[ONE].update({log_name(40): b"fi"}),
    )
    yield from _append(ONE, 40, b"nally")
    yield from _delete(TWO, 0)
    yield from _delete(TWO, 7)
    yield from _drop(TWO, f"{20:020d}.index")
    yield "delete partition", lambda store: store.delete_partition(TWO), _forget_two
    yield from _begin(TWO, 0, preallocate=0)
    yield from _append(TWO, 0, b"again")


def _forget_two(model: Model) -> None:
    model.files[TWO], model.starts[TWO], model.points[TWO] = {}, 0, 0


def _begin(partition: PartitionId, base: int, *, preallocate: int) -> Iterator[tuple[str, Step, Change]]:
    segment = SegmentId(partition, base)

    def begin(store: DiskStore) -> None:
        for earlier, _ in store.segments(partition)[-1:]:
            store.seal(earlier)
        store.create(segment, preallocate=preallocate)

    yield f"begin {base}", begin, lambda model: model.files[partition].update({log_name(base): b""})


def _append(partition: PartitionId, base: int, data: bytes) -> Iterator[tuple[str, Step, Change]]:
    def change(model: Model) -> None:
        model.files[partition][log_name(base)] += data

    def append(store: DiskStore) -> None:
        store.append(SegmentId(partition, base), (data[:3], data[3:]))

    yield f"append to {base}", append, change


def _companions(partition: PartitionId, base: int) -> Iterator[tuple[str, Step, Change]]:
    for suffix in ("index", "timeindex", "snapshot"):
        yield from _replace(partition, f"{base:020d}.{suffix}", b"of %d" % base)


def _replace(partition: PartitionId, name: str, content: bytes) -> Iterator[tuple[str, Step, Change]]:
    yield (
        f"keep {name}",
        lambda store: store.keep_companion(partition, name, content),
        lambda model: model.files[partition].update({name: content}),
    )


def _drop(partition: PartitionId, name: str) -> Iterator[tuple[str, Step, Change]]:
    yield (
        f"drop {name}",
        lambda store: store.drop_companion(partition, name),
        lambda model: model.files[partition].__delitem__(name),
    )


def _remove(files: Content, base: int) -> None:
    for name in [name for name in files if name.startswith(f"{base:020d}.")]:
        del files[name]


def _delete(partition: PartitionId, base: int) -> Iterator[tuple[str, Step, Change]]:
    def delete(store: DiskStore) -> None:
        free = store.delete(SegmentId(partition, base))
        if free is not None:
            free()

    yield f"delete {base}", delete, lambda model: _remove(model.files[partition], base)


def _swap(partition: PartitionId, new: list[int], old: list[int]) -> Iterator[tuple[str, Step, Change]]:
    def swap(store: DiskStore) -> None:
        rewrites = []
        for base in new:
            rewrite = store.rewrite(SegmentId(partition, base))
            rewrite.append((b"rewritten %d" % base,))
            rewrite.keep_companion(".index", b"rewritten")
            rewrite.sync()
            rewrites.append((SegmentId(partition, base), rewrite))
        free = store.swap(rewrites, [SegmentId(partition, base) for base in old])
        if free is not None:
            free()

    def change(model: Model) -> None:
        files = model.files[partition]
        for base in old:
            _remove(files, base)
        for base in new:
            files[log_name(base)] = b"rewritten %d" % base
            files[f"{base:020d}.index"] = b"rewritten"

    yield f"swap {old} for {new}", swap, change
