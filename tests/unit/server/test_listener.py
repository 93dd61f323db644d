"""Who is let in, and who is shown out."""

from __future__ import annotations

import errno
import logging
import socket

import pytest
import trio
import trio.testing

from kafkalite.server.listener import LOOK_SECONDS, open_socket
from kafkalite.wire.messages.metadata import MetadataRequest
from tests.unit.server.sockets import Answers, connect, frame, listening
from tests.unit.server.test_connection import fetch

pytestmark = pytest.mark.usefixtures("driver")

METADATA = frame(MetadataRequest(topics=[]), 12, 1)


def test_a_taken_port_is_an_error() -> None:
    with open_socket("127.0.0.1", 0) as taken, pytest.raises(OSError, match="in use") as caught:
        open_socket("127.0.0.1", taken.getsockname()[1])
    assert caught.value.errno == errno.EADDRINUSE


async def test_at_max_connections_newcomers_wait_until_somebody_leaves() -> None:
    async with listening({"max.connections": "2"}) as listener:
        first, second, third = [await connect(listener) for _ in range(3)]
        await second.send_all(METADATA)
        await Answers(second).read()
        await third.send_all(METADATA)
        await trio.testing.wait_all_tasks_blocked()
        assert len(listener.connections) == 2
        await first.aclose()
        assert (await Answers(third).read())[0] == 1
        await second.aclose()
        await third.aclose()


async def test_a_session_tells_that_its_connection_has_gone() -> None:
    """`core/groups/announced.py` asks."""
    async with listening() as listener:
        stream = await connect(listener)
        await stream.send_all(METADATA)
        await Answers(stream).read()
        (connection,) = listener.connections
        assert not connection.session.is_closed
        await stream.aclose()
        while listener.connections:
            await trio.testing.wait_all_tasks_blocked(0.001)
        assert connection.session.is_closed


async def test_the_limits_may_change_while_connections_wait(mock_clock: trio.testing.MockClock) -> None:
    async with listening({"max.connections": "1"}) as listener:
        config = listener._broker.config
        first, second = [await connect(listener) for _ in range(2)]
        await second.send_all(METADATA)
        config.become(config.with_dynamic({"max.connections": "2"}, {}))
        mock_clock.jump(LOOK_SECONDS)
        assert (await Answers(second).read())[0] == 1
        config.become(config.with_dynamic({"max.connections": "9", "max.connections.per.ip": "1"}, {}))
        mock_clock.jump(LOOK_SECONDS)
        async with await connect(listener) as third:
            assert await Answers(third).ended()
        await first.send_all(METADATA)
        assert (await Answers(first).read())[0] == 1
        await first.aclose()
        await second.aclose()


async def test_max_connections_per_ip_refuses(caplog: pytest.LogCaptureFixture) -> None:
    async with listening({"max.connections.per.ip": "1"}) as listener:
        async with await connect(listener) as first, await connect(listener) as second:
            with caplog.at_level(logging.WARNING):
                assert await Answers(second).ended()
            assert "max.connections.per.ip=1" in caplog.text
            await first.send_all(METADATA)
            await Answers(first).read()
        while listener.connections:
            await trio.testing.wait_all_tasks_blocked(0.001)
        async with await connect(listener) as again:
            await again.send_all(METADATA)
            await Answers(again).read()


async def test_idle_connections_are_closed(mock_clock: trio.testing.MockClock) -> None:
    async with listening({"connections.max.idle.ms": "30000"}) as listener, await connect(listener) as stream:
        answers = Answers(stream)
        for _ in range(2):
            await stream.send_all(METADATA)
            await answers.read()
            mock_clock.jump(29)
            await trio.testing.wait_all_tasks_blocked()
        assert len(listener.connections) == 1
        mock_clock.jump(2)
        assert await answers.ended()


async def test_a_waiting_request_is_not_idle(mock_clock: trio.testing.MockClock) -> None:
    async with listening({"connections.max.idle.ms": "30000"}) as listener, await connect(listener) as stream:
        topic = await listener._broker.cluster.ensure_topic("t")
        await stream.send_all(fetch(1, max_wait_ms=200_000))
        while not topic.partitions[0].waiters:
            await trio.testing.wait_all_tasks_blocked(0.001)
        mock_clock.jump(100)
        await trio.testing.wait_all_tasks_blocked()
        assert len(listener.connections) == 1
        mock_clock.jump(100)
        assert (await Answers(stream).read())[0] == 1


async def test_a_client_that_leaves_ends_its_long_poll(mock_clock: trio.testing.MockClock) -> None:
    async with listening() as listener:
        topic = await listener._broker.cluster.ensure_topic("t")
        stream = await connect(listener)
        await stream.send_all(fetch(1, max_wait_ms=2**31 - 1))
        while not topic.partitions[0].waiters:
            await trio.testing.wait_all_tasks_blocked(0.001)
        await stream.aclose()
        while topic.partitions[0].waiters or listener.connections:
            mock_clock.jump(LOOK_SECONDS)
            await trio.testing.wait_all_tasks_blocked(0.001)


async def test_a_stop_closes_the_port_and_everybody() -> None:
    async with listening() as listener, await connect(listener) as stream:
        await stream.send_all(METADATA)
        answers = Answers(stream)
        await answers.read()
        listener.stop()
        assert await answers.ended()
        while listener.connections:
            await trio.testing.wait_all_tasks_blocked(0.001)
        with pytest.raises(OSError, match="connect"):
            await connect(listener)


async def test_buffers_are_as_configured() -> None:
    settings = {"socket.send.buffer.bytes": "50000", "socket.receive.buffer.bytes": "60000"}
    async with listening(settings) as listener, await connect(listener) as stream:
        await stream.send_all(METADATA)
        await Answers(stream).read()
        [connection] = listener.connections
        sizes = [
            connection._socket.getsockopt(socket.SOL_SOCKET, name) for name in (socket.SO_SNDBUF, socket.SO_RCVBUF)
        ]
        assert sizes[0] >= 50_000
        assert sizes[1] >= 60_000
