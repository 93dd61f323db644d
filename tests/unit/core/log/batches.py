"""For the tests of logs: batches as clients send them, and a log driven without a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kafkalite.core.log.log_config import LogConfig
from kafkalite.core.log.partition_log import AppendPlan, PartitionLog
from kafkalite.core.log.producer_state import ProducerState
from kafkalite.core.log.recovery import Cut, recover
from kafkalite.wire.record_batch import BatchHeader, Record, build_batch, header_bytes, read_header

NOW = 1_700_000_000_000


def batch(
    count: int = 1,
    *,
    timestamp: int = NOW,
    step: int = 0,
    value: bytes = b"value",
    key: bytes | None = b"key",
    producer: tuple[int, int, int] | None = None,
    codec: int = 0,
    attributes: int = 0,
) -> memoryview:
    """A batch of `count` records `step` ms apart; `producer` is (id, epoch, first sequence)."""
    records = [Record(0, timestamp + number * step, key, value) for number in range(count)]
    producer_id, epoch, sequence = producer or (-1, -1, -1)
    made = build_batch(
        records,
        0,
        codec=codec,
        attributes=attributes,
        producer_id=producer_id,
        producer_epoch=epoch,
        base_sequence=sequence,
    )
    return memoryview(bytes(made))


def changed(original: memoryview, **fields: int) -> memoryview:
    """The same batch with other header fields and a right checksum."""
    header = read_header(original)._replace(**fields)
    return memoryview(header_bytes(header, original[61:]) + bytes(original[61:]))


def flipped(data: memoryview, position: int, mask: int = 1) -> memoryview:
    """The same bytes with one of them changed."""
    copy = bytearray(data)
    copy[position] ^= mask
    return memoryview(bytes(copy))


class Driver:
    """A log and the bytes of its segments."""

    def __init__(self, values: Mapping[str, Any] | None = None, *, expiration_ms: int = 86_400_000) -> None:
        self.config = LogConfig(values)
        self.expiration_ms = expiration_ms
        self.segments: dict[int, bytearray] = {}
        self.reads = 0
        self.log = self._new_log()
        self.log.begin_epoch(0)

    def _new_log(self) -> PartitionLog:
        return PartitionLog("t-0", self.config, ProducerState(self.expiration_ms))

    def append(self, data: memoryview, now_ms: int = NOW, *, kept: bool = True) -> AppendPlan:
        plan = self.log.prepare_append(data, now_ms)
        return plan if plan.is_duplicate else self.store(plan, kept=kept)

    def store(self, plan: AppendPlan, *, kept: bool = True) -> AppendPlan:
        if plan.rolls:
            assert not self.segments.get(plan.segment_base)
            self.segments[plan.segment_base] = bytearray()
        for part in plan.parts:
            self.segments[plan.segment_base] += part
        self.log.commit(plan, kept=kept)
        return plan

    def read(self, segment_base: int, position: int, size: int) -> bytes:
        self.reads += 1
        return bytes(self.segments[segment_base][position : position + size])

    def fetch(
        self, offset: int, max_bytes: int = 1 << 30, end_offset: int | None = None, *, at_least_one: bool = True
    ) -> list[BatchHeader]:
        """The headers of what `locate` finds: whole batches, or this fails."""
        end_offset = self.log.high_watermark if end_offset is None else end_offset
        span = self.log.locate(offset, max_bytes, end_offset, at_least_one=at_least_one, read=self.read)
        if span is None:
            return []
        data = self.segments[span.segment_base][span.position : span.position + span.size]
        assert len(data) == span.size
        headers = []
        position = 0
        while position < len(data):
            headers.append(read_header(data, position))
            position += headers[-1].size
        assert position == len(data)
        return headers

    def restart(self, *, clean: bool = False, epoch: int | None = None, now_ms: int = NOW) -> Sequence[Cut]:
        """A new log from the same bytes, cut as recovery says."""
        self.log = self._new_log()
        sizes = [(base, len(data)) for base, data in sorted(self.segments.items())]
        cuts = recover(self.log, sizes, self.read, clean=clean, now_ms=now_ms)
        for base, size in cuts:
            del self.segments[base][size:]
        self.log.begin_epoch(max(self.log.leader_epoch, 0) if epoch is None else epoch)
        return cuts
