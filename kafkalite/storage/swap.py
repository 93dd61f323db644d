"""New content in place of old segments, all of it or nothing, with Kafka's names and in Kafka's order:

    1  a rewrite writes       <base>.log.cleaned, <base>.index.cleaned ... and syncs them
    2  a swap writes          kafkalite-swap-plan: what comes and what goes
    3  what comes is renamed  .cleaned -> .swap, the highest base offset first
    4  what goes is renamed   <base>.log -> <base>.log.deleted, likewise its companions
    5  what comes is renamed  .swap -> without, the lowest base offset first
    6  the plan is removed

An end of the process before the last rename of step 3 leaves the old content, afterwards the new one: `finish` undoes
or completes what it finds. It does so as Kafka does, too, for a swap of Kafka's, which leaves no plan: then the old
segments that the new ones reach over go. A plan only counts for files that are as it says, so one that lies there while
Kafka runs on the directory does no harm. Kafka ignores it, and completes our swaps by its own rule.

For a power cut this relies on what every journaling file system gives: renames last in the order in which they were
made.
"""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from kafkalite.storage.files import TEMPORARY_SUFFIX, Entry, FileSystem
from kafkalite.storage.partition_directory import (
    CLEANED_SUFFIX,
    DELETED_SUFFIX,
    NO_COMPANIONS,
    OFFSET_DIGITS,
    SWAP_SUFFIX,
    OpenFile,
    PartitionDirectory,
    base_offset_of,
    is_log,
    log_name,
    segment_part,
)
from kafkalite.storage.segment_store import Buffer, StorageError
from kafkalite.wire.crc32c import crc32c
from kafkalite.wire.record_batch import HEADER_SIZE, MAGIC, MINIMUM_LENGTH, read_header

log = logging.getLogger(__name__)

PLAN_FILE: Final = "kafkalite-swap-plan"
"""Without a dot: Kafka takes no such name for one with an offset in it."""


class DiskRewrite:
    """New content for one segment, as files that end in `.cleaned`."""

    def __init__(
        self,
        files: FileSystem,
        directory: PartitionDirectory,
        base_offset: int,
        failed: Callable[[Path, OSError], StorageError],
    ) -> None:
        """failed: makes a StorageError of an error, and takes the store offline if it has to. Raises OSError."""
        self.size = 0
        self.base_offset = base_offset
        self.names: list[str] = [log_name(base_offset)]
        """The files as they will be called, the log first."""
        self.is_over = False
        """It was swapped in or abandoned."""
        self._files = files
        self._directory = directory
        self._failed = failed
        self._path = self._path_of(self.names[0])
        self._unsynced = {self._path}
        _begin(files, directory, base_offset)
        self._file: OpenFile | None = OpenFile(files.open(self._path, create=True, empty=True))
        directory.rewrites[base_offset] = self

    def append(self, data: Sequence[Buffer]) -> None:
        try:
            self._files.write_at(self._opened().descriptor, data, self.size)
        except OSError as error:
            raise self._failed(self._path, error) from error
        self.size += sum(map(len, data))
        self._unsynced.add(self._path)

    def keep_companion(self, suffix: str, content: Buffer) -> None:
        self._opened()
        name = log_name(self.base_offset)[:OFFSET_DIGITS] + suffix
        path = self._path_of(name)
        if name not in self.names:
            self.names.append(name)
        try:
            self._files.write(path, content)
        except OSError as error:
            raise self._failed(path, error) from error
        self._unsynced.add(path)

    def sync(self) -> None:
        path = self._path
        try:
            for path in sorted(self._unsynced - {self._path}):
                self._files.sync_file(path)
            path = self._path
            self._files.sync(self._opened().descriptor)
            self._files.sync_directory(path.parent)
        except OSError as error:
            raise self._failed(path, error) from error
        self._unsynced = set()

    def abandon(self) -> None:
        if self.is_over:
            return
        self._end()
        self._file = None
        for name in self.names:
            path = self._path_of(name)
            try:
                self._files.unlink(path)
            except OSError as error:
                log.error("%s stays for now: %s", path, error.strerror)
                self._directory.leftovers.add(path.name)

    def let_go(self) -> None:
        """Close the file: not every system renames open ones."""
        assert not self._unsynced, "a rewrite is synced before it is swapped in"
        self._file = None

    def swapped(self) -> None:
        """Its files are the segment's own now."""
        self._end()

    def _end(self) -> None:
        self.is_over = True
        self._directory.rewrites.pop(self.base_offset, None)

    def _opened(self) -> OpenFile:
        file = self._file
        if file is None:
            raise StorageError(f"{self._path}: this rewrite is over")
        return file

    def _path_of(self, name: str) -> Path:
        return self._directory.path / (name + CLEANED_SUFFIX)


def _begin(files: FileSystem, directory: PartitionDirectory, base_offset: int) -> None:
    """Make room for a rewrite. Raises OSError."""
    earlier = directory.rewrites.get(base_offset)
    if earlier is not None:
        earlier.abandon()
    _remove_leftovers(files, directory)


def _remove_leftovers(files: FileSystem, directory: PartitionDirectory) -> None:
    """Remove what an abandoned rewrite could not. Raises OSError."""
    for name in sorted(directory.leftovers):
        files.unlink(directory.path / name)
        directory.leftovers.discard(name)


class Renames:
    """Several renames as one: what was done is undone when one of them fails."""

    def __init__(self, files: FileSystem, directory: Path) -> None:
        self._files = files
        self._directory = directory
        self._done: list[tuple[Path, Path]] = []

    def rename(self, name: str, new_name: str) -> None:
        """Raises OSError."""
        source, target = self._directory / name, self._directory / new_name
        self._files.rename(source, target)
        self._done.append((source, target))

    def rename_if_there(self, name: str, new_name: str) -> None:
        """Raises OSError, but not for a file that somebody took away."""
        with contextlib.suppress(FileNotFoundError):
            self.rename(name, new_name)

    def undo(self) -> None:
        """Give everything its old name again. Raises OSError, and then it is neither the old nor the new."""
        while self._done:
            source, target = self._done[-1]
            self._files.rename(target, source)
            self._done.pop()


class Plan(NamedTuple):
    """What a swap is about to do: (base offset, size, time of the last write in ns) of every log that comes or goes."""

    comes: list[tuple[int, int, int]]
    goes: list[tuple[int, int, int]]


def swap_files(
    files: FileSystem, directory: PartitionDirectory, rewrites: Sequence[DiskRewrite], replaced: Sequence[int]
) -> None:
    """Do steps 2 to 6. Raises OSError if it could not be done, and then it was undone.

    Raises UndoFailed when the directory holds neither the old nor the new content.
    """
    path = directory.path
    for rewrite in list(directory.rewrites.values()):
        if rewrite not in rewrites:
            rewrite.abandon()
    _remove_leftovers(files, directory)  # at a start they would undo this swap
    for rewrite in rewrites:
        rewrite.let_go()
    plan = Plan(
        [_seen(files, path, one.base_offset, log_name(one.base_offset) + CLEANED_SUFFIX) for one in rewrites],
        [_seen(files, path, base_offset, log_name(base_offset)) for base_offset in replaced],
    )
    renames = Renames(files, path)
    try:
        files.replace(path / PLAN_FILE, _plan_text(plan))
        for rewrite in reversed(rewrites):
            for name in reversed(rewrite.names):
                renames.rename(name + CLEANED_SUFFIX, name + SWAP_SUFFIX)
        for base_offset in replaced:
            for name in directory.files_of(base_offset):
                renames.rename(name, name + DELETED_SUFFIX)
        for rewrite in rewrites:
            for name in rewrite.names:
                renames.rename(name + SWAP_SUFFIX, name)
        files.unlink(path / PLAN_FILE)
    except OSError:
        _undo(files, renames, path)
        raise


class UndoFailed(Exception):
    """Some files have new names, others old ones, and the system refuses to change that. `cause` is its error."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(cause)
        self.cause = cause


def _undo(files: FileSystem, renames: Renames, path: Path) -> None:
    try:
        renames.undo()
        files.unlink(path / PLAN_FILE)
    except OSError as error:
        raise UndoFailed(error) from error


def _seen(files: FileSystem, path: Path, base_offset: int, name: str) -> tuple[int, int, int]:
    size, modified_ns = files.status(path / name)
    return base_offset, size, modified_ns


def _plan_text(plan: Plan) -> bytes:
    body = json.dumps(plan).encode()
    return b"%08x %s\n" % (crc32c(body), body)


def _read_plan(files: FileSystem, path: Path) -> Plan | None:
    """Return the plan that lies in a directory; None if there is none or it is not whole."""
    try:
        text = files.read(path / PLAN_FILE)
    except FileNotFoundError:
        return None
    checksum, _, body = text.rstrip(b"\n").partition(b" ")
    if checksum != b"%08x" % crc32c(body):
        return None
    comes, goes = json.loads(body)
    return Plan([tuple(one) for one in comes], [tuple(one) for one in goes])


# At the next start


def finish(files: FileSystem, path: Path) -> list[Entry]:
    """Complete or undo what an end of the process left in a partition's directory; return what is in it afterwards.

    Raises OSError, and StorageError when a swap of Kafka's cannot be completed because a new segment is damaged.
    """
    entries = files.entries(path)
    names = {entry.name for entry in entries if not entry.is_directory}
    if not any(name.endswith(NO_COMPANIONS) or name == PLAN_FILE for name in names):
        return entries
    _Finish(files, path, names).run()
    return files.entries(path)


class _Finish:
    """One directory being put in order. Any step may be the last: another run goes on from there."""

    def __init__(self, files: FileSystem, path: Path, names: set[str]) -> None:
        self._files = files
        self._path = path
        self._names = names

    def run(self) -> None:
        self._complete_deletions()
        cleaned = self._ending(CLEANED_SUFFIX)
        if cleaned:  # not all that was to come had `.swap` behind its name: nothing old is gone
            self._remove_plan()
            least = min(map(base_offset_of, cleaned))
            self._remove(name for name in self._ending(SWAP_SUFFIX) if base_offset_of(name) >= least)
            self._remove(cleaned)
            self._complete_swap(None)
        else:
            self._complete_swap(self._plan())
            self._remove_plan()
        self._remove(self._ending(DELETED_SUFFIX))
        self._remove(sorted(name for name in self._names if name.endswith(TEMPORARY_SUFFIX)))

    def _remove_plan(self) -> None:
        self._remove([PLAN_FILE] if PLAN_FILE in self._names else [])

    def _complete_deletions(self) -> None:
        """A log on its way out takes its companions with it; the process may have ended in front of that."""
        for name in self._ending(DELETED_SUFFIX):
            gone = name.removesuffix(DELETED_SUFFIX)
            if is_log(gone) and gone not in self._names and gone + SWAP_SUFFIX not in self._names:
                self._remove_segment(segment_part(gone))

    def _complete_swap(self, plan: Plan | None) -> None:
        """Step 4 and 5. Without a plan it is a swap of Kafka's."""
        swaps = self._ending(SWAP_SUFFIX)
        logs = [name for name in swaps if is_log(name.removesuffix(SWAP_SUFFIX))]
        coming = {segment_part(name) for name in logs}
        going = self._overtaken(logs) if plan is None else self._planned(plan)
        if coming or going:
            log.warning("%s: an interrupted swap of segments is completed", self._path)
        for part in sorted(coming | going):
            self._remove_segment(part)
        for name in logs + [name for name in swaps if name not in logs]:
            if plan is not None or segment_part(name) in coming:
                self._rename(name, name.removesuffix(SWAP_SUFFIX))
            else:  # Kafka renames a log before its indexes, and makes those that are missing anew
                self._remove([name])

    def _plan(self) -> Plan | None:
        """Return the plan if all that it says to come is there."""
        plan = _read_plan(self._files, self._path) if PLAN_FILE in self._names else None
        if plan is None or not all(
            self._is_there(one, log_name(one[0]) + SWAP_SUFFIX) or self._is_there(one, log_name(one[0]))
            for one in plan.comes
        ):
            return None
        return plan

    def _planned(self, plan: Plan) -> set[str]:
        """Return which segments a plan still has to remove, as the base offset in their names."""
        come = {one[0] for one in plan.comes}
        return {
            segment_part(log_name(one[0]))
            for one in plan.goes
            if one[0] not in come and self._is_there(one, log_name(one[0]))
        }

    def _overtaken(self, logs: list[str]) -> set[str]:
        """Return which segments new ones reach over, from the first base offset to the last end."""
        if not logs:
            return set()
        start = min(map(base_offset_of, logs))
        end = max(self._end_offset(name) for name in logs)
        return {segment_part(name) for name in self._names if is_log(name) and start <= base_offset_of(name) < end}

    def _end_offset(self, name: str) -> int:
        """Return the offset behind the last batch of a file. Raises OSError, and StorageError if it is damaged."""
        path = self._path / name
        end_offset = base_offset_of(name)
        file = OpenFile(self._files.open(path))
        size = self._files.size(file.descriptor)
        position = 0
        while position < size:
            window = self._files.read_at(file.descriptor, position, HEADER_SIZE)
            header = read_header(window, 0) if len(window) == HEADER_SIZE else None
            if header is None or header.magic != MAGIC or header.batch_length < MINIMUM_LENGTH:
                raise StorageError(
                    f"{path}: no record batch at position {position}. Kafka was about to put this file in the place of "
                    "older segments: restore it from a copy, or remove it and all that ends in .swap, if the older "
                    "segments are still there"
                )
            position += header.size
            end_offset = header.last_offset + 1
        return end_offset

    def _is_there(self, one: tuple[int, int, int], name: str) -> bool:
        return name in self._names and self._files.status(self._path / name) == one[1:]

    def _ending(self, suffix: str) -> list[str]:
        """Return the names of segments' files that end in a suffix."""
        return sorted(name for name in self._names if name.endswith(suffix) and segment_part(name))

    def _remove_segment(self, part: str) -> None:
        """Remove companions, then the log: while it is there, another run knows what to do."""
        mine = (name for name in self._names if segment_part(name) == part and not name.endswith(NO_COMPANIONS))
        self._remove(sorted(mine, key=lambda name: (is_log(name), name)))

    def _remove(self, names: Iterable[str]) -> None:
        for name in list(names):
            self._files.unlink(self._path / name)
            self._names.discard(name)

    def _rename(self, name: str, new_name: str) -> None:
        self._files.rename(self._path / name, self._path / new_name)
        self._names.discard(name)
        self._names.add(new_name)
