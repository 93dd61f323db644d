"""For the tests of logs: batches as clients send them, and a log driven without a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kafkalite.core.log.append_plan import AppendPlan
from kafkalite.core.log.log_config import LogConfig
from kafkalite.core.log.partition_log import PartitionLog
from kafkalite.core.log.producer_state import Marker, ProducerState
from kafkalite.core.log.recovery import Cut, Recovered, recover
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
    """A log, the bytes of its segments, and the files beside them."""

    def __init__(self, values: Mapping[str, Any] | None = None, *, expiration_ms: int = 86_400_000) -> None:
        self.config = LogConfig(values)
        self.expiration_ms = expiration_ms
        self.segments: dict[int, bytearray] = {}
        self.files: dict[str, bytes] = {}
        self.unfitting: list[int] = []
        self.reads = 0
        self.written = b""
        self.log = self._new_log()
        self.log.begin_epoch(0)

    def _new_log(self) -> PartitionLog:
        return PartitionLog("t-0", self.config, ProducerState(self.expiration_ms))

    # The log's Companions

    def names(self) -> list[str]:
        return sorted(self.files)

    def get(self, name: str) -> bytes | None:
        return self.files.get(name)

    def unfit(self, segment_base: int) -> None:
        self.unfitting.append(segment_base)

    # What a shell does

    def append(
        self, data: memoryview, now_ms: int = NOW, *, kept: bool = True, in_transaction: bool = False
    ) -> AppendPlan:
        plan = self.log.prepare_append(data, now_ms, in_transaction=in_transaction)
        return plan if plan.is_duplicate else self.store(plan, kept=kept)

    def end(
        self, producer_id: int, epoch: int, *, committed: bool, coordinator_epoch: int = 0, kept: bool = True
    ) -> AppendPlan:
        """Append a transaction's marker."""
        marker = Marker(committed, coordinator_epoch)
        return self.store(self.log.prepare_marker(producer_id, epoch, marker, NOW), kept=kept)

    def store(self, plan: AppendPlan, *, kept: bool = True) -> AppendPlan:
        if plan.rolls:
            assert not self.segments.get(plan.segment_base)
            self.close()
            self.segments[plan.segment_base] = bytearray()
        for part in plan.parts:
            self.segments[plan.segment_base] += part
        if self.log.commit(plan, kept=kept) is not None:
            self.log.segments.complete(self.log.segments[-2], self)
        return plan

    def close(self) -> None:
        """Keep what belongs beside the last segment as it is now."""
        if self.log.segments:
            for name, content in [*self.log.closing_files(), self.log.snapshot()]:
                if content is None:
                    self.files.pop(name, None)
                else:
                    self.files[name] = content

    def remove(self, segment_base: int) -> None:
        """A segment is deleted, and what stands beside it."""
        del self.segments[segment_base]
        self.files = {
            name: content for name, content in self.files.items() if not name.startswith(f"{segment_base:020d}.")
        }

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

    def restart(
        self,
        *,
        clean: bool = False,
        closed: bool | None = None,
        epoch: int | None = None,
        recovery_point: int = 0,
        now_ms: int = NOW,
    ) -> Sequence[Cut]:
        """A new log from the same bytes, cut as recovery says. `closed`: the files beside the end are kept first."""
        if clean if closed is None else closed:
            self.close()
        self.log = self._new_log()
        sizes = [(base, len(data)) for base, data in sorted(self.segments.items())]
        self.recovered: Recovered = recover(
            self.log, sizes, self.read, self, clean=clean, recovery_point=recovery_point, now_ms=now_ms
        )
        for base, size in self.recovered.cuts:
            del self.segments[base][size:]
        for name in self.recovered.stale:
            del self.files[name]
        self.log.begin_epoch(max(self.log.leader_epoch, 0) if epoch is None else epoch)
        return self.recovered.cuts
