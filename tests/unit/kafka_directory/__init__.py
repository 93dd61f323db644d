"""Log directories as Apache Kafka 4.4.0 left them, for tests without Java; tests/compat/log_fixture.py makes them.

`clean` was stopped with SIGTERM. `killed` was killed with kill -9: it has no clean shutdown marker, zeros behind the
entries of the last indexes, no snapshots at the log ends, and older checkpoints. Clients read the same from both:

written_ms         about when it was written; timestamps reach 400 s beyond it
topic_ids          topic -> id in hex digits
partitions         topic-partition ->
    log_start_offset, end_offset, last_stable_offset, max_timestamp_offset
    epochs         [leader epoch, offset at which it ended] of each epoch that a batch has
    aborted        [producer id, first offset] of all that read_committed Fetches list and that have records, sorted
    batches        the 13 fields of each batch header (tests.compat.raw.BatchHeader)
    records        offset, timestamp, timestamp_type, key, value, headers of each record, read_uncommitted
    committed      the offsets of the records that read_committed returns
producers          topic-partition -> [id, epoch, last sequence, last timestamp, coordinator epoch, start of the open
                   transaction or -1] of each producer (DescribeProducers)
committed_offsets  group -> topic-partition -> offset

Leader epochs: 0 for the first half of the records, 2 for the second, and in `clean` 4 from the log ends on.
"""

import json
import tarfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
KINDS = ("clean", "killed")


def unpack(kind: str, directory: Path) -> Path:
    """Make `directory` that log directory."""
    with tarfile.open(HERE / f"{kind}.tar.gz") as archive:
        for member in archive.getmembers():
            path = directory / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            content = archive.extractfile(member)
            assert content is not None
            path.write_bytes(content.read())
    return directory


def expected() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))
    return content
