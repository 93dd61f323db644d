"""The inbox: bytes arrive in any cut, frames come out whole, memory follows what arrived."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from kafkalite.server.inbox import SCRATCH_BYTES, BufferPool, Inbox


def frame(body: bytes) -> bytes:
    return struct.pack(">i", len(body)) + body


class Reader:
    """Cuts frames out of an inbox as a conversation does."""

    def __init__(self) -> None:
        self.inbox = Inbox(BufferPool())
        self.frames: list[bytes] = []

    def receive(self, data: bytes) -> None:
        while data:
            target = self.inbox.target()
            assert len(target) > 0, "an empty target would look like the end of the stream"
            taken = min(len(target), len(data))
            target[:taken] = data[:taken]
            data = data[taken:]
            self.inbox.end += taken
            self.inbox.settle(self.handle())

    def handle(self) -> int:
        """Take out every whole frame; return how many bytes the next one lacks."""
        inbox = self.inbox
        while len(inbox) >= 4:
            size: int = struct.unpack_from(">i", inbox.view, inbox.start)[0]
            if len(inbox) < 4 + size:
                return 4 + size - len(inbox)
            self.frames.append(bytes(inbox.view[inbox.start + 4 : inbox.start + 4 + size]))
            inbox.start += 4 + size
        return 0


@given(
    bodies=st.lists(st.sampled_from([0, 1, 5, 100, 5_000, SCRATCH_BYTES, 700_000]).map(bytes), max_size=6),
    cuts=st.lists(st.sampled_from([1, 3, 4, 100, 4096, 200_000, 1 << 20]), min_size=1, max_size=8),
)
def test_frames_come_out_whole_however_the_stream_is_cut(bodies: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(map(frame, bodies))
    reader = Reader()
    position = turn = 0
    while position < len(stream):
        cut = cuts[turn % len(cuts)] if turn < 200 else 1 << 20
        reader.receive(stream[position : position + cut])
        position += cut
        turn += 1
    assert reader.frames == bodies
    assert len(reader.inbox) == 0


def test_complete_frames_are_read_in_the_shared_scratch() -> None:
    pool = BufferPool()
    inbox = Inbox(pool)
    assert inbox.view is pool.scratch
    inbox.end = 100
    inbox.start = 100
    inbox.settle(0)
    assert inbox.view is pool.scratch
    assert (inbox.start, inbox.end) == (0, 0)


def test_a_rest_leaves_the_scratch_before_somebody_else_reads() -> None:
    pool = BufferPool()
    inbox = Inbox(pool)
    inbox.view[:10] = b"0123456789"
    inbox.end = 10
    inbox.start = 4
    inbox.settle(0)
    pool.scratch[:10] = b"overwritte"
    assert bytes(inbox.view[inbox.start : inbox.end]) == b"456789"


def test_an_announced_size_is_not_allocated() -> None:
    inbox = Inbox(BufferPool())
    inbox.end = 10
    inbox.settle(100 << 20)
    assert len(inbox.view) <= 16 * 1024


def test_the_buffer_doubles_as_bytes_arrive() -> None:
    inbox = Inbox(BufferPool())
    inbox.end = len(inbox.view)
    inbox.settle(100 << 20)
    assert len(inbox.view) == 2 * SCRATCH_BYTES


def test_the_target_ends_where_the_frame_ends() -> None:
    inbox = Inbox(BufferPool())
    inbox.end = 10
    inbox.settle(90)
    assert len(inbox.target()) == 90


def test_large_buffers_are_used_again() -> None:
    pool = BufferPool()
    first = Inbox(pool)
    first.end = SCRATCH_BYTES
    first.settle(SCRATCH_BYTES)
    used = first.view
    first.release()
    second = Inbox(pool)
    second.end = SCRATCH_BYTES
    second.settle(SCRATCH_BYTES)
    assert second.view is used


def test_the_pool_keeps_a_bounded_number_of_bytes() -> None:
    pool = BufferPool()
    for _ in range(100):
        pool.give(memoryview(bytearray(1 << 20)))
    assert sum(map(len, pool._free)) <= 16 << 20
