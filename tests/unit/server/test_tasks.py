"""What is the task driver's alone; the rest is in test_connection and test_listener, which run with each driver."""

from __future__ import annotations

import pytest
import trio
import trio.testing

from kafkalite.server.connection import READS_PER_TURN
from kafkalite.wire.messages.metadata import MetadataRequest
from tests.unit.server import sockets
from tests.unit.server.sockets import Answers, connect, frame, listening


async def test_a_client_that_always_sends_lets_others_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "driver", "tasks")
    async with listening() as listener, await connect(listener) as busy, await connect(listener) as other:
        request = frame(MetadataRequest(topics=[]), 12, 1)
        flood = request * (READS_PER_TURN * 300_000 // len(request))
        async with trio.open_nursery() as nursery:
            nursery.start_soon(busy.send_all, flood)
            await other.send_all(frame(MetadataRequest(topics=[]), 12, 7))
            assert (await Answers(other).read())[0] == 7
            nursery.cancel_scope.cancel()
