"""A partition's directory: which files it has, and whose it is.

partition.metadata                        version: 0, topic_id: <id as text>
<base offset, 20 digits>.log              a segment
<base offset>.<anything>, <other names>   companions: of a segment, of the partition
<any of these>.deleted                    on its way out, for those who still read it
<any of these>.cleaned, .swap             on its way in (see swap)
<any of these>.tmp                        on its way to replace the one without
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kafkalite.storage.files import TEMPORARY_SUFFIX, Entry, FileSystem
from kafkalite.storage.segment_file import SegmentFile
from kafkalite.storage.segment_store import PartitionId, SegmentId
from kafkalite.wire.message import uuid_from_text, uuid_to_text

if TYPE_CHECKING:
    from kafkalite.storage.rewrite import DiskRewrite

METADATA_FILE: Final = "partition.metadata"
LOG_SUFFIX: Final = ".log"
DELETED_SUFFIX: Final = ".deleted"
CLEANED_SUFFIX: Final = ".cleaned"
SWAP_SUFFIX: Final = ".swap"

OFFSET_DIGITS: Final = 20

NO_COMPANIONS: Final = (DELETED_SUFFIX, CLEANED_SUFFIX, SWAP_SUFFIX, TEMPORARY_SUFFIX)


class PartitionDirectory:
    """One partition as it stands in the file system; of a partition without a directory, how it would."""

    __slots__ = ("companions", "leftovers", "names_changed", "partition", "path", "rewrites", "segments", "unsynced")

    def __init__(self, partition: PartitionId, path: Path) -> None:
        self.partition = partition
        self.path = path
        self.segments: dict[int, SegmentFile] = {}
        self.companions: dict[str, set[str]] = {}
        """Names by the segment they belong to: its base offset as in their names, "" for the partition's own."""
        self.unsynced: set[str] = set()
        """Small files to be synced; companions are not: who reads them knows whether they are whole."""
        self.names_changed = False
        """There are names that no sync has made durable."""
        self.rewrites: dict[int, DiskRewrite] = {}
        """New content on its way, by base offset."""
        self.leftovers: set[str] = set()
        """Names of files of abandoned rewrites that could not be removed."""

    def take(self, entries: list[Entry]) -> None:
        """Know what was found."""
        for entry in entries:
            if is_log(entry.name):
                self.add_segment(base_offset_of(entry.name), entry.size)
            elif is_companion(entry.name) and not entry.is_directory:
                self.add_companion(entry.name)

    def add_segment(self, base_offset: int, size: int) -> None:
        id = SegmentId(self.partition, base_offset)
        self.segments[base_offset] = SegmentFile(id, self.path / log_name(base_offset), size)

    def add_companion(self, name: str) -> None:
        self.companions.setdefault(segment_part(name), set()).add(name)

    def drop_companion(self, name: str) -> None:
        part = segment_part(name)
        names = self.companions.get(part, set())
        names.discard(name)
        if not names:
            self.companions.pop(part, None)

    def has_companion(self, name: str) -> bool:
        return name in self.companions.get(segment_part(name), ())

    def files_of(self, base_offset: int) -> Iterator[str]:
        """Yield the names of a segment's log, then of its companions."""
        name = log_name(base_offset)
        yield name
        yield from sorted(self.companions.get(name[:OFFSET_DIGITS], ()))


def log_name(base_offset: int) -> str:
    return f"{base_offset:0{OFFSET_DIGITS}d}{LOG_SUFFIX}"


def is_log(name: str) -> bool:
    return name.endswith(LOG_SUFFIX) and len(name) == OFFSET_DIGITS + len(LOG_SUFFIX) and bool(segment_part(name))


def segment_part(name: str) -> str:
    """Return the base offset in a name as it stands there, "" if the name is not one of a segment."""
    part, dot, _ = name.partition(".")
    return part if dot and len(part) == OFFSET_DIGITS and part.isascii() and part.isdecimal() else ""


def base_offset_of(name: str) -> int:
    """Return the base offset of a segment's file."""
    return int(name[:OFFSET_DIGITS])


def is_companion(name: str) -> bool:
    return not name.endswith(NO_COMPANIONS) and name != METADATA_FILE and not is_log(name)


def read_owner(files: FileSystem, directory: Path) -> bytes | None:
    """Return the id of the topic whose data a directory holds, None if it does not say. Raises OSError, ValueError."""
    try:
        content = files.read(directory / METADATA_FILE)
    except FileNotFoundError:
        return None
    fields = dict(_field(line) for line in content.decode().splitlines())
    if fields.get("version") != "0":
        raise ValueError("its version is not 0")
    if "topic_id" not in fields:
        raise ValueError("no topic id")
    return uuid_from_text(fields["topic_id"])


def write_owner(files: FileSystem, directory: Path, topic_id: bytes) -> None:
    """Say in a directory whose data it holds. Raises OSError."""
    files.replace(directory / METADATA_FILE, f"version: 0\ntopic_id: {uuid_to_text(topic_id)}".encode())


def _field(line: str) -> tuple[str, str]:
    key, _, value = line.partition(":")
    return key.strip(), value.strip()
