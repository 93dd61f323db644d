"""Any request that can be decoded is answered, closes the connection or waits: no handler breaks, every answer encodes.

Random values in every field of every version of every API in the table, half of the names and ids ones that exist;
then the same with some bytes of the frame changed.
"""

from __future__ import annotations

import logging
import struct
from random import Random as Seeded
from typing import Any

import pytest
import trio
import trio.testing

from kafkalite.apis.context import CloseConnection
from kafkalite.apis.table import APIS, Api
from kafkalite.server.dispatch import Conversation
from kafkalite.wire.codec import ProtocolError, encode
from kafkalite.wire.message import Message
from tests.unit.apis.admin_client import AdminClient, connect
from tests.unit.core.log.batches import batch
from tests.unit.wire.messages.samples import THOROUGH, sample

SAMPLES = 400 if THOROUGH else 100
PARTITIONS = 3


class Mixer:
    """Puts what exists into random messages."""

    def __init__(self, client: AdminClient, random: Seeded) -> None:
        topics = client.broker.topics
        self.random = random
        self.known: dict[str, tuple[Any, ...]] = {
            "group": ("g", "h"),
            "member_id": ("", "m-1"),
            "topic_id": tuple(topics.by_id),
            "topic": ("t", "u", "__consumer_offsets"),
            "name": ("t", "u", "cleanup.policy", "log.cleanup.policy", "range", "0"),
            "index": tuple(range(PARTITIONS)),
            "partition": tuple(range(PARTITIONS)),
            "timeout": (0, 1, 6000, 30_000),
            "offset": (-1, 0, 1, 5),
            "epoch": (-1, 0, 1),
            "generation": (-1, 1),
            "acks": (-1, 0, 1),
            "records": (bytes(batch(3)), bytes(batch(1, producer=(5, 0, 0)))),
            "protocol": ("consumer", "range"),
            "isolation": (0, 1),
            "max_bytes": (0, 1 << 20),
            "replication_factor": (-1, 1),
            "resource_type": (2, 4, 8, 16, 32),
            "operation": (0, 1, 2, 3),
            "value": ("compact", "1", "TRACE"),
        }

    def mix(self, message: Message) -> None:
        """Replace about half of the fields, in place."""
        for name, *_ in message.FIELDS:
            value = getattr(message, name)
            if isinstance(value, Message):
                self.mix(value)
            elif isinstance(value, list) and value and isinstance(value[0], Message):
                for one in value:
                    self.mix(one)
            elif self.random.random() < 0.5:
                self._replace(message, name, value)

    def _replace(self, message: Message, name: str, value: object) -> None:
        for part, choices in self.known.items():
            if part in name and choices:
                chosen = self.random.choice(choices)
                if type(value) is list and value and type(value[0]) is type(chosen):
                    setattr(message, name, [chosen])
                elif type(value) is type(chosen):
                    setattr(message, name, chosen)
                    return


def frame(api: Api, version: int, message: Message) -> bytes:
    flexible = message.FLEXIBLE is not None and version >= message.FLEXIBLE
    body = struct.pack(">hhih", api.key, version, 7, 4) + b"test" + (b"\0" if flexible else b"")
    body += encode(message, version)
    return struct.pack(">i", len(body)) + body


@pytest.mark.parametrize("api", APIS, ids=repr)
async def test_any_request_is_answered(
    api: Api, caplog: pytest.LogCaptureFixture, autojump_clock: trio.testing.MockClock, nursery: trio.Nursery
) -> None:
    client = await connect({"offsets.topic.num.partitions": "3", "num.partitions": str(PARTITIONS)})
    for name in ("t", "u"):
        await client.create(name, PARTITIONS)
    nursery.start_soon(client.broker.run)
    caplog.set_level(logging.ERROR)
    random = Seeded(api.key)
    answered = 0
    for version in range(api.versions[0], api.versions[1] + 1):
        for _ in range(SAMPLES):
            message = sample(api.message_class("Request"), version, random)
            Mixer(client, random).mix(message)
            data = frame(api, version, message)
            answered += await ask(client, data, message)
            await ask(client, damaged(data, random), message)
            assert not [record for record in caplog.records if "BUG" in record.getMessage()], message
    assert answered
    nursery.cancel_scope.cancel()


def damaged(data: bytes, random: Seeded) -> bytes:
    """The frame with some bytes behind its size changed, most of them to what lengths and counts like to be."""
    copy = bytearray(data)
    for _ in range(random.randint(1, 4)):
        copy[random.randrange(4, len(copy))] = random.choice((0, 1, 0x7F, 0x80, 0xFF, random.randrange(256)))
    return bytes(copy)


async def ask(client: AdminClient, data: bytes, message: Message) -> bool:
    """Return whether an answer came within an hour."""
    conversation = Conversation(client.broker, client.session)
    try:
        conversation.process(memoryview(bytearray(data)), 0, len(data))
        with trio.move_on_after(3600):
            if conversation.pending is not None:
                await conversation.finish()
    except (CloseConnection, ProtocolError):
        return False
    except Exception as error:
        raise AssertionError(f"{message} broke the conversation") from error
    finally:
        conversation.close()
    return bool(conversation.output)
