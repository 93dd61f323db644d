"""What an end of the process left of swaps and deletions in a partition's directory, completed or undone at the start.

It does so as Kafka does, for what we left and for what Kafka left. Kafka has no plan (see swap): then the old segments
that the new ones reach over go. A plan only counts for files that are as it says, so one that lies there while Kafka
runs on the directory does no harm.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

from kafkalite.storage.files import TEMPORARY_SUFFIX, Entry, FileSystem
from kafkalite.storage.partition_directory import (
    CLEANED_SUFFIX,
    DELETED_SUFFIX,
    LOG_SUFFIX,
    NO_COMPANIONS,
    SWAP_SUFFIX,
    base_offset_of,
    is_log,
    log_name,
    segment_part,
)
from kafkalite.storage.segment_file import OpenFile
from kafkalite.storage.segment_store import StorageError
from kafkalite.storage.swap import PLAN_FILE, Plan, read_plan
from kafkalite.wire.record_batch import HEADER_SIZE, MAGIC, MINIMUM_LENGTH, BatchHeader, read_header

log = logging.getLogger(__name__)


def finish(files: FileSystem, path: Path) -> list[Entry]:
    """Complete or undo what an end of the process left in a partition's directory; return what is in it afterwards.

    Raises OSError, and StorageError when a swap of Kafka's cannot be completed because a new segment is damaged.
    """
    entries = files.entries(path, sized=LOG_SUFFIX)
    names = {entry.name for entry in entries if not entry.is_directory}
    if not any(name.endswith(NO_COMPANIONS) or name == PLAN_FILE for name in names):
        return entries
    _Finish(files, path, names).run()
    return files.entries(path, sized=LOG_SUFFIX)


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
        plan = read_plan(self._files, self._path) if PLAN_FILE in self._names else None
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
            if header is None or not _can_stand(header, position, size):
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


def _can_stand(header: BatchHeader, position: int, size: int) -> bool:
    return header.magic == MAGIC and header.batch_length >= MINIMUM_LENGTH and position + header.size <= size
