"""A client talks to a broker through the proxy: both get what they should, and all of it is written down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio

from kafkalite.server.listener import Listener, open_socket
from kafkalite.wire.codec import decode
from kafkalite.wire.messages.api_versions import ApiVersionsRequest
from kafkalite.wire.messages.metadata import MetadataRequest, MetadataResponse
from scripts.recording.conversation import Address, Line
from scripts.recording.proxy import Proxy
from tests.unit.server.sockets import Answers, frame, listening


@asynccontextmanager
async def proxy(upstream: Address, lines: list[Line]) -> AsyncIterator[Address]:
    with open_socket("127.0.0.1", 0) as listener:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(Proxy(upstream, listener, lines.append).run)
            host, port = listener.getsockname()[:2]
            yield host, port
            nursery.cancel_scope.cancel()


@asynccontextmanager
async def broker_and_proxy(lines: list[Line]) -> AsyncIterator[tuple[Listener, Address]]:
    async with listening() as broker, proxy(broker.address, lines) as place:
        yield broker, place


async def until(lines: list[Line], count: int) -> None:
    with trio.fail_after(5):
        while len(lines) < count:
            await trio.sleep(0.001)


async def test_a_client_talks_through_it() -> None:
    lines: list[Line] = []
    async with broker_and_proxy(lines) as (broker, place):
        async with await trio.open_tcp_stream(*place) as stream:
            answers = Answers(stream)
            await stream.send_all(frame(ApiVersionsRequest(), 0, 1) + frame(MetadataRequest(topics=[]), 1, 2))
            assert (await answers.read())[0] == 1
            correlation_id, body = await answers.read()
            assert correlation_id == 2
            [told] = decode(MetadataResponse, 1, body)[0].brokers
            assert (told.host, told.port) == place
        await until(lines, 6)
    assert {line["connection"] for line in lines} == {1}
    said = [(line["from"], line.get("event") or line["api"]) for line in lines]
    assert said[0] == ("client", "connects")
    assert lines[0]["broker"] == "{}:{}".format(*broker.address)
    assert sorted(said[1:5]) == sorted(
        (who, api) for who in ("broker", "client") for api in ("ApiVersions", "Metadata")
    )
    assert said.index(("client", "Metadata")) < said.index(("broker", "Metadata"))
    assert said[5] == ("client", "closes")
    times = [line["at"] for line in lines]
    assert times == sorted(times)


async def test_another_broker_gets_a_port_of_its_own() -> None:
    lines: list[Line] = []
    async with listening() as other, broker_and_proxy(lines) as (broker, place):
        assert other.address != broker.address
        with open_socket("127.0.0.1", 0) as listener:
            async with trio.open_nursery() as nursery:
                through = Proxy(broker.address, listener, lines.append)
                nursery.start_soon(through.run)
                await trio.testing.wait_all_tasks_blocked()
                assert through.place(broker.address) == listener.getsockname()
                second = through.place(other.address)
                assert through.place(other.address) == second != place
                async with await trio.open_tcp_stream(*second) as stream:
                    await stream.send_all(frame(ApiVersionsRequest(), 0, 1))
                    assert (await Answers(stream).read())[0] == 1
                nursery.cancel_scope.cancel()
    assert lines[0]["broker"] == "{}:{}".format(*other.address)


async def test_a_broker_that_closes() -> None:
    lines: list[Line] = []
    async with broker_and_proxy(lines) as (_, place), await trio.open_tcp_stream(*place) as stream:
        await stream.send_all(b"GET / HTTP/1.1")
        assert await stream.receive_some() == b""
        await until(lines, 3)
    assert lines[1]["hex"] == b"GET / HTTP/1.1".hex()
    assert lines[1]["reason"] == "1195725856 is not the size of a frame"
    assert (lines[2]["from"], lines[2]["event"]) == ("broker", "closes")


async def test_a_broker_that_is_not_there() -> None:
    lines: list[Line] = []
    with open_socket("127.0.0.1", 0) as nobody:
        absent = nobody.getsockname()[:2]
    async with proxy(absent, lines) as place, await trio.open_tcp_stream(*place) as stream:
        assert await stream.receive_some() == b""
    assert (lines[1]["from"], lines[1]["event"]) == ("broker", "closes")
    assert "cannot be reached" in lines[1]["reason"]
