"""What is the epoll driver's alone; the rest is in test_connection and test_listener, which run with each driver."""

from __future__ import annotations

import gc
import os
import socket

import pytest
import trio
import trio.testing

from kafkalite.server import connection as connections
from kafkalite.server import dispatch
from kafkalite.server.connection import Connection
from kafkalite.server.driver import HAS_EPOLL
from kafkalite.server.epoll import Patience
from kafkalite.wire.messages.metadata import MetadataRequest
from tests.unit.server import sockets
from tests.unit.server.sockets import Answers, connect, frame, listening
from tests.unit.server.test_connection import fetch, produce

pytestmark = pytest.mark.skipif(not HAS_EPOLL, reason="this system has no epoll")

METADATA = MetadataRequest(topics=[])


@pytest.fixture(autouse=True)
def epoll(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "driver", "epoll")


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


async def test_a_thousand_turns_lose_no_edge(monkeypatch: pytest.MonkeyPatch) -> None:
    """With buffers that are full all the time every way of stopping and going on is met."""
    monkeypatch.setattr(dispatch, "MAX_UNSENT_BYTES", 2_000)
    monkeypatch.setattr(connections, "READS_PER_TURN", 1)
    async with listening({"socket.send.buffer.bytes": "4096"}) as listener:
        await listener._broker.cluster.ensure_topic("t")
        streams = [await connect(listener) for _ in range(8)]
        for stream in streams:
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)

        async def ask(stream: trio.SocketStream) -> None:
            for number in range(100):
                await stream.send_all(produce(number, 700) + frame(METADATA, 12, number))

        async def hear(stream: trio.SocketStream) -> None:
            answers = Answers(stream)
            for number in range(100):
                assert [(await answers.read())[0] for _ in range(2)] == [number, number]

        with trio.fail_after(60):
            async with trio.open_nursery() as nursery:
                for stream in streams:
                    nursery.start_soon(ask, stream)
                    nursery.start_soon(hear, stream)
        for stream in streams:
            await stream.aclose()


async def test_who_leaves_right_behind_a_request_is_noticed() -> None:
    """The end of the stream may come with the bytes in front of it, and then there is no edge of its own."""
    async with listening() as listener:
        for _ in range(50):
            stream = await connect(listener)
            await stream.send_all(frame(METADATA, 12, 1))
            await stream.send_eof()
            assert (await Answers(stream).read())[0] == 1
            await stream.aclose()
        while listener.connections:
            await trio.testing.wait_all_tasks_blocked(0.001)


async def test_who_leaves_while_a_request_waits_is_noticed_at_once() -> None:
    async with listening() as listener:
        topic = await listener._broker.cluster.ensure_topic("t")
        stream = await connect(listener)
        await stream.send_all(fetch(1, max_wait_ms=2**31 - 1))
        while not topic.partitions[0].waiters:
            await trio.testing.wait_all_tasks_blocked(0.001)
        await stream.aclose()
        while topic.partitions[0].waiters or listener.connections:
            await trio.testing.wait_all_tasks_blocked(0.001)


async def test_the_answers_of_a_round_leave_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client of several connections is woken once."""
    calls: list[str] = []
    advance, flush = Connection.advance, Connection.flush

    def noted_advance(self: Connection, now: float) -> connections.Need:
        need = advance(self, now)
        if self.conversation.output:
            calls.append("handled")
        return need

    def noted_flush(self: Connection) -> bool:
        calls.append("sent")
        return flush(self)

    async with listening() as listener:
        streams = [await connect(listener) for _ in range(3)]
        for stream in streams:
            await stream.send_all(frame(METADATA, 12, 1))
            await Answers(stream).read()
        monkeypatch.setattr(Connection, "advance", noted_advance)
        monkeypatch.setattr(Connection, "flush", noted_flush)
        for stream in streams:  # without giving the broker a turn between them
            os.write(stream.socket.fileno(), frame(METADATA, 12, 2))
        for stream in streams:
            assert (await Answers(stream).read())[0] == 2
            await stream.aclose()
    assert calls == ["handled"] * 3 + ["sent"] * 3


class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 100.0

    def now(self) -> float:
        return self.seconds


@pytest.fixture
def stopwatch() -> Stopwatch:
    return Stopwatch()


def in_vain(patience: Patience, stopwatch: Stopwatch) -> int:
    """Look until it is time to sleep; return how many looks that took."""
    looks = 1
    while patience.is_left():
        looks += 1
        stopwatch.seconds += 0.5
    return looks


def test_patience_lasts_its_time(stopwatch: Stopwatch) -> None:
    assert in_vain(Patience(2.0, stopwatch.now), stopwatch) == 5
    assert in_vain(Patience(0.0, stopwatch.now), stopwatch) == 1


def test_patience_that_was_in_vain_rests_longer_and_longer(stopwatch: Stopwatch) -> None:
    patience = Patience(2.0, stopwatch.now)
    looks = []
    for _ in range(4 + 1 + 2 + 4):
        looks.append(in_vain(patience, stopwatch))
        patience.found()  # while asleep
    assert looks == [5, 1, 5, 1, 1, 5, 1, 1, 1, 1, 5]


def test_patience_that_was_worth_it_does_not_rest(stopwatch: Stopwatch) -> None:
    patience = Patience(2.0, stopwatch.now)
    in_vain(patience, stopwatch)
    assert in_vain(patience, stopwatch) == 1
    for _ in range(3):
        assert patience.is_left()
        patience.found()
    assert in_vain(patience, stopwatch) == 5
    assert in_vain(patience, stopwatch) == 1
    assert patience.is_left()


async def test_nothing_stays_open() -> None:
    gc.collect()
    before = descriptors()
    async with listening() as listener:
        streams = [await connect(listener) for _ in range(5)]
        for stream in streams:
            await stream.send_all(frame(METADATA, 12, 1))
            await Answers(stream).read()
        listener.stop()
        while listener.connections:
            await trio.testing.wait_all_tasks_blocked(0.001)
        for stream in streams:
            await stream.aclose()
    gc.collect()
    assert descriptors() == before


async def test_who_asks_little_waits_for_one_of_those_who_ask_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "REQUESTS_PER_TURN", 1)
    advanced: list[int] = []
    advance = Connection.advance

    def noted(self: Connection, now: float) -> connections.Need:
        if not advanced:  # it asks while the others are being served
            os.write(little.socket.fileno(), frame(METADATA, 12, 1))
        advanced.append(self.session.peer_port)
        return advance(self, now)

    async with listening() as listener:
        streams = [await connect(listener) for _ in range(4)]
        for stream in streams:
            await stream.send_all(frame(METADATA, 12, 0))
            await Answers(stream).read()
        *much, little = streams
        ports = [stream.socket.getsockname()[1] for stream in streams]
        monkeypatch.setattr(Connection, "advance", noted)
        for stream in much:
            os.write(stream.socket.fileno(), frame(METADATA, 12, 1) * 20)
        assert (await Answers(little).read())[0] == 1
        before = advanced[: advanced.index(ports[-1])]
        assert len(before) <= len(much) + 1, "each of them once, as they came, and one of them once more"
        for stream in streams:
            await stream.aclose()
