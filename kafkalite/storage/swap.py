"""New content in place of old segments, all of it or nothing, with Kafka's names and in Kafka's order:

    1  a rewrite writes       <base>.log.cleaned, <base>.index.cleaned ... and syncs them
    2  a swap writes          kafkalite-swap-plan: what comes and what goes
    3  what comes is renamed  .cleaned -> .swap, the highest base offset first
    4  what goes is renamed   <base>.log -> <base>.log.deleted, likewise its companions
    5  what comes is renamed  .swap -> without, the lowest base offset first
    6  the plan is removed

An end of the process before the last rename of step 3 leaves the old content, afterwards the new one (see
`interrupted`). Kafka ignores the plan, and completes our swaps by its own rule.

For a power cut this relies on what every journaling file system gives: renames last in the order in which they were
made.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from kafkalite.storage.files import FileSystem
from kafkalite.storage.partition_directory import (
    CLEANED_SUFFIX,
    DELETED_SUFFIX,
    SWAP_SUFFIX,
    PartitionDirectory,
    log_name,
)
from kafkalite.storage.renames import Renames
from kafkalite.storage.rewrite import DiskRewrite, remove_leftovers
from kafkalite.wire.crc32c import crc32c

PLAN_FILE: Final = "kafkalite-swap-plan"
"""Without a dot: Kafka takes no such name for one with an offset in it."""


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
    remove_leftovers(files, directory)  # at a start they would undo this swap
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


def read_plan(files: FileSystem, path: Path) -> Plan | None:
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
