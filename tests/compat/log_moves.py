"""Log directories from outside: moving topics between them, and what Kafka's own DumpLogSegments says of one."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from . import cache
from .cache import Unavailable
from .log_content import Topics, places

METADATA_FILE = "partition.metadata"
STARTS_FILE = "log-start-offset-checkpoint"
RECOVERY_POINTS_FILE = "recovery-point-offset-checkpoint"
CLEAN_FILE = ".kafka_cleanshutdown"
DUMPED = (".log", ".index", ".timeindex", ".txnindex", ".snapshot")


def require_java() -> None:
    """Raises Unavailable if a Kafka cannot be started here."""
    if shutil.which("java") is None:
        raise Unavailable("java is not installed")
    for name in ("kafka", "log", "tools"):
        cache.jars(name)


# --- moving -------------------------------------------------------------------------------------------------------


def move(source: Path, target: Path, topics: Topics, *, clean: bool) -> None:
    """Copy topics from the log directory of one stopped broker into that of another, which has these topics, empty.

    As docs/storage.md says: whose a directory is (partition.metadata) stays the target's own word, and where logs start
    stands in a file beside the directories. `clean`: whether the source was stopped in order.
    """
    for topic, partition in places(topics):
        replace(source / f"{topic}-{partition}", target / f"{topic}-{partition}")
    moved = {f"{topic} {partition}" for topic, partition in places(topics)}
    starts = read_checkpoint(source / STARTS_FILE).items()
    own = read_checkpoint(target / STARTS_FILE)
    write_checkpoint(target / STARTS_FILE, own | {place: start for place, start in starts if place in moved})
    if not clean:
        (target / CLEAN_FILE).unlink()


def replace(source: Path, target: Path) -> None:
    """Make the files of one partition's directory, which need not be there if it is empty, those of another's."""
    owner = target / METADATA_FILE
    kept = owner.read_bytes() if owner.exists() else None
    shutil.rmtree(target, ignore_errors=True)
    if source.exists():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(METADATA_FILE))
    else:
        target.mkdir()
    if kept is not None:
        owner.write_bytes(kept)


def read_checkpoint(path: Path) -> dict[str, int]:
    """`topic partition` -> offset, from the lines after version and count."""
    lines = path.read_text().splitlines()[2:] if path.exists() else []
    return {place: int(offset) for place, _, offset in (line.rpartition(" ") for line in lines)}


def write_checkpoint(path: Path, offsets: Mapping[str, int]) -> None:
    lines = ["0", str(len(offsets)), *(f"{place} {offset}" for place, offset in offsets.items())]
    path.write_text("".join(f"{line}\n" for line in lines))


# --- DumpLogSegments ----------------------------------------------------------------------------------------------

NOISE = re.compile(r"SLF4J:|WARNING: .*jdk|OpenJDK .* warning:")
IN_FILE = re.compile(r"Non-consecutive offsets in (.*)")
PAIR = re.compile(r"  (-?\d+) is followed by (\d+)")
COMPLAINTS_ON_STDOUT = re.compile(
    r"isvalid: false|invalid bytes at the end|Error at offset|Unknown record type|corrupt", re.I
)


def files_to_dump(directory: Path) -> list[Path]:
    """All that DumpLogSegments knows how to read, in the directories of all partitions."""
    return sorted(path for path in directory.glob("*-[0-9]*/*") if path.suffix in DUMPED)


def dump(files: Sequence[Path], *options: str) -> subprocess.CompletedProcess[str]:
    """Run Kafka's DumpLogSegments over these files."""
    flags = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"]
    command = ["java", *flags, "-cp", cache.jars("tools"), "org.apache.kafka.tools.DumpLogSegments", *options]
    return subprocess.run(
        [*command, "--files", ",".join(map(str, files))], capture_output=True, encoding="utf-8", errors="replace"
    )


def complaints(files: Sequence[Path], done: subprocess.CompletedProcess[str]) -> list[str]:
    """What DumpLogSegments finds wrong. Its exit code says little, and it finds two things wrong that are not: that the
    first offset of a segment is not 0, and that compaction leaves gaps."""
    found = [f"exit code {done.returncode}"] if done.returncode else []
    dumped = done.stdout.count("Dumping ")
    if dumped != len(files):
        found.append(f"{dumped} of {len(files)} files were dumped")
    found += [line for line in done.stdout.splitlines() if COMPLAINTS_ON_STDOUT.search(line)]
    return found + list(_on_stderr(done.stderr))


def _on_stderr(text: str) -> Iterator[str]:
    file = ""
    for line in text.splitlines():
        if match := IN_FILE.fullmatch(line):
            file = match[1]
        elif match := PAIR.fullmatch(line):
            is_first = match[1] == "-1" and int(match[2]) >= int(Path(file).stem)
            is_gap = "compacted" in Path(file).parent.name and int(match[1]) < int(match[2])
            if not (is_first or is_gap):
                yield f"{file}: {line.strip()}"
        elif line.strip() and not NOISE.match(line):
            yield line
