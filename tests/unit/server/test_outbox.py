"""Answers to a client that reads when it likes: order, files between bytes, nothing twice and nothing left out."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from kafkalite.apis.context import CloseConnection
from kafkalite.server.outbox import JOIN_BELOW, Outbox
from kafkalite.storage.segment_store import FileSpan
from kafkalite.wire.codec import Part

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        theirs.setblocking(False)
        yield ours, theirs


def send_and_read(pair: Pair, parts: list[Part], *, is_local: bool = False) -> bytes:
    """Send with pushes as the reader makes room, a little at a time."""
    ours, theirs = pair
    outbox = Outbox(ours, is_local=is_local)
    seen = bytearray()
    done = outbox.send(parts, sum(map(len, parts)))
    while not done:
        assert outbox.rest
        seen += theirs.recv(3000)
        done = outbox.push()
    assert not outbox.rest
    ours.shutdown(socket.SHUT_WR)
    while more := theirs.recv(1 << 20):
        seen += more
    return bytes(seen)


@pytest.mark.parametrize("sizes", [[10, 20], [0, 5, 0], [JOIN_BELOW // 2] * 2, [JOIN_BELOW, 1], [100_000, 3, 70_000]])
def test_parts_leave_in_order(pair: Pair, sizes: list[int]) -> None:
    parts: list[Part] = [os.urandom(size) for size in sizes]
    assert send_and_read(pair, parts) == b"".join(parts)  # type: ignore[arg-type]


def test_more_pieces_than_one_call_takes(pair: Pair) -> None:
    parts: list[Part] = [os.urandom(200) for _ in range(1500)]
    assert send_and_read(pair, parts) == b"".join(parts)  # type: ignore[arg-type]


@pytest.mark.skipif(not hasattr(os, "sendfile"), reason="this system has no sendfile")
@pytest.mark.parametrize("is_local", [True, False])
def test_parts_of_files_stand_between_bytes(pair: Pair, tmp_path: Path, is_local: bool) -> None:
    content = os.urandom(1_500_000)
    (tmp_path / "file").write_bytes(content)
    with (tmp_path / "file").open("rb") as file:
        spans = [FileSpan(file, file.fileno(), 100, 1_400_000), FileSpan(file, file.fileno(), 0, 7)]
        seen = send_and_read(pair, [b"head", spans[0], spans[1], b"tail" * 5000], is_local=is_local)
    assert seen == b"head" + content[100:1_400_100] + content[:7] + b"tail" * 5000


@pytest.mark.skipif(not hasattr(os, "sendfile"), reason="this system has no sendfile")
@pytest.mark.parametrize("is_local", [True, False])
def test_a_file_that_has_become_shorter_closes(pair: Pair, tmp_path: Path, is_local: bool) -> None:
    (tmp_path / "file").write_bytes(b"short")
    with (tmp_path / "file").open("rb") as file, pytest.raises(CloseConnection):
        Outbox(pair[0], is_local=is_local).send([FileSpan(file, file.fileno(), 0, 10)], 10)


def test_what_comes_later_stands_behind_what_is_left(pair: Pair) -> None:
    ours, theirs = pair
    outbox = Outbox(ours)
    first, second = os.urandom(200_000), b"second"
    assert not outbox.send([first], len(first))
    assert not outbox.send([second], len(second))
    seen = bytearray()
    while outbox.rest:
        seen += theirs.recv(1 << 20)
        outbox.push()
    ours.shutdown(socket.SHUT_WR)
    while more := theirs.recv(1 << 20):
        seen += more
    assert bytes(seen) == first + second


def test_a_client_that_is_gone_is_an_error(pair: Pair) -> None:
    ours, theirs = pair
    theirs.close()
    with pytest.raises(BrokenPipeError):
        Outbox(ours).send([b"hello"], 5)
