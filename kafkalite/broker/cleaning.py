"""One log being compacted: the work itself, done in another thread, a segment at a time.

First `learn` for every dirty segment; then, for each group of segments that become one, `rewrite` for each of its
segments, and `finish`. It sees complete segments only, so nothing changes under it; what the store shows changes when
the caller swaps a finished `Output` in. Memory: the offset map, one batch, a piece read and a piece to write.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kafkalite.broker.pace import Pace
from kafkalite.core.log.aborted_transactions import AbortedTransaction
from kafkalite.core.log.cleanable import Dirt
from kafkalite.core.log.cleaned_transactions import CleanedTransactions
from kafkalite.core.log.compaction import BatchFilter, Kept, Rules, emptied, learn
from kafkalite.core.log.companions import SNAPSHOT, suffix_of
from kafkalite.core.log.log_config import LogConfig
from kafkalite.core.log.offset_map import OffsetMap
from kafkalite.core.log.segment import DamagedSegment, Segment
from kafkalite.storage.segment_store import Rewrite, SegmentReader
from kafkalite.wire.errors import KafkaError
from kafkalite.wire.record_batch import BatchHeader, Buffer

SMALLEST_PIECE: Final = 4096
"""What is read or written at a time at least, whatever log.cleaner.io.buffer.size says."""


class Output:
    """What a group of segments becomes."""

    __slots__ = ("group", "is_changed", "last", "pending", "rewrite", "segment")

    def __init__(self, group: Sequence[Segment], rewrite: Rewrite) -> None:
        self.group = group
        self.rewrite = rewrite
        self.segment = Segment(group[0].base_offset, group[0].created_ms)
        self.is_changed = len(group) > 1
        """It is something else than what is there."""
        self.last: BatchHeader | None = None
        """The last batch that was looked at."""
        self.pending = bytearray()
        """What is still to be written."""


class Cleaning:
    """The compaction of one log. Its verbs raise StorageError, Stopped, and DamagedSegment for what is damaged."""

    def __init__(
        self,
        dirt: Dirt,
        config: LogConfig,
        aborted: Sequence[AbortedTransaction],
        rules: Rules,
        offsets: OffsetMap,
        pace: Pace,
        piece_bytes: int,
    ) -> None:
        """aborted: all transactions that overlap what is compacted. piece_bytes: how much to read and write at once."""
        self.offsets = offsets
        self.bytes_read = 0
        self.bytes_written = 0
        self._dirt = dirt
        self._config = config
        self._rules = rules
        self._pace = pace
        self._piece_bytes = max(piece_bytes, SMALLEST_PIECE)
        self._met = CleanedTransactions(aborted)
        self._transactions = CleanedTransactions(aborted)
        self._filter = BatchFilter(offsets, self._transactions, rules, pace.rest)

    def learn(self, segment: Segment, read: SegmentReader) -> bool:
        """Put the keys of the next dirty segment into the map; return False if it is full."""
        first_dirty = self._dirt.first_dirty
        for position, header, batch in self._batches(segment, read):
            if header.last_offset < first_dirty:
                continue
            try:
                has_room = learn(
                    self.offsets,
                    self._met,
                    header,
                    batch,
                    first_dirty=first_dirty,
                    pause=self._pace.rest,
                    decompressed_limit=self._rules.decompressed_limit,
                )
            except KafkaError as damage:
                raise _damaged(segment, position, damage) from None
            if not has_room:
                return False
        self.offsets.latest_offset = max(self.offsets.latest_offset, segment.next_offset - 1)  # it may end with a gap
        return True

    def rewrite(self, output: Output, segment: Segment, read: SegmentReader) -> None:
        """Add what stays of the next segment of the output's group."""
        for position, header, batch in self._batches(segment, read):
            try:
                kept = self._filter.filter(header, batch)
            except KafkaError as damage:
                raise _damaged(segment, position, damage) from None
            output.last = header
            output.is_changed = output.is_changed or kept is None or not kept.is_original
            if kept is not None:
                self._add(output, kept)
            self.bytes_read += header.size

    def finish(self, output: Output, snapshot: bytes | None, *, keeps_files: bool) -> None:
        """Make the output complete and durable, with the files beside it if anybody needs them, if anything changed.

        snapshot: of the producers where it begins, if there is one. The output is never empty: its last batch stays
        without its records, so that the segment still names its offsets.
        """
        segment, last = output.segment, output.group[-1]
        segment.aborted = self._transactions.take_kept()
        if not output.is_changed:
            return
        if not segment.size and output.last is not None:
            self._add(output, emptied(output.last))
        self._write(output)
        segment.next_offset = last.next_offset
        segment.appended_ms = last.appended_ms
        if keeps_files:
            for name, content in segment.files():
                if content is not None:
                    output.rewrite.keep_companion(suffix_of(name), content)
            if snapshot is not None:
                output.rewrite.keep_companion(SNAPSHOT, snapshot)
        output.rewrite.sync()

    def _batches(self, segment: Segment, read: SegmentReader) -> Iterator[tuple[int, BatchHeader, memoryview]]:
        """Yield (position, header, bytes) of a segment's batches, at the pace that is allowed."""
        epoch = -1

        def piece(segment_base: int, position: int, size: int) -> Buffer:
            return read(position, size)

        for position, header, batch in segment.batches_from(0, piece, self._piece_bytes):
            self._pace.spend(header.size)
            if header.partition_leader_epoch < epoch:
                raise DamagedSegment(segment.base_offset, position, "A record batch of another leader epoch")
            epoch = header.partition_leader_epoch
            yield position, header, batch

    def _add(self, output: Output, kept: Kept) -> None:
        header = kept.header
        interval = self._config.index_interval_bytes
        output.segment.add(header.base_offset, header.last_offset + 1, header.size, header.max_timestamp, interval)
        for part in kept.parts:
            output.pending += part
        if len(output.pending) >= self._piece_bytes:
            self._write(output)

    def _write(self, output: Output) -> None:
        size = len(output.pending)
        if size:
            output.rewrite.append([output.pending])
            output.pending = bytearray()
            self.bytes_written += size
            self._pace.spend(size)


def _damaged(segment: Segment, position: int, damage: KafkaError) -> DamagedSegment:
    return DamagedSegment(segment.base_offset, position, damage.message or damage.code.name)
