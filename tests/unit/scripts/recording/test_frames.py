"""Frames cut out of a stream, whatever its pieces are, and the rest of what is no frames."""

from __future__ import annotations

import pytest
import trio
import trio.testing

from scripts.recording.frames import Frames, NoFrames


async def frames_of(*pieces: bytes) -> Frames:
    send, receive = trio.testing.memory_stream_one_way_pair()
    frames = Frames(receive)
    for piece in pieces:
        await send.send_all(piece)
    await send.aclose()
    return frames


async def test_frames_however_they_come() -> None:
    stream = b"\0\0\0\3abc\0\0\0\1d"
    for pieces in ([stream], [bytes([byte]) for byte in stream], [stream[:5], stream[5:]]):
        frames = await frames_of(*pieces)
        assert [await frames.next(), await frames.next(), await frames.next()] == [b"abc", b"d", b""]


@pytest.mark.parametrize("stream", [b"GET / HTTP/1.1", b"\x16\3\1\2\0\1\0\1\xfc", b"\xff\xff\xff\xff", b"\0\0\0\0"])
async def test_what_is_no_frame_is_handed_on(stream: bytes) -> None:
    frames = await frames_of(b"\0\0\0\1a" + stream)
    assert await frames.next() == b"a"
    with pytest.raises(NoFrames, match="is not the size of a frame"):
        await frames.next()
    assert [await frames.rest(), await frames.rest()] == [stream, b""]


@pytest.mark.parametrize("stream", [b"\0\0", b"\0\0\0\5abc"])
async def test_an_end_in_the_middle_of_a_frame(stream: bytes) -> None:
    frames = await frames_of(stream)
    with pytest.raises(NoFrames, match="middle of a frame"):
        await frames.next()
    assert [await frames.rest(), await frames.rest()] == [stream, b""]
