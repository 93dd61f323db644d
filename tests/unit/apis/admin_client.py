"""A client for the tests of admin APIs: a whole broker in memory, and requests that go through the codec both ways."""

from __future__ import annotations

import importlib
import inspect
import struct
from typing import Any, TypeVar, cast

from kafkalite.apis.context import Context
from kafkalite.broker.broker import Broker
from kafkalite.broker.clock import VirtualClock
from kafkalite.broker.randomness import Random
from kafkalite.broker.session import Session
from kafkalite.config import BrokerConfig
from kafkalite.metadata.memory import MemoryMetadata
from kafkalite.metadata.metadata_store import MetadataStore
from kafkalite.storage.log_directories import LogDirectories
from kafkalite.storage.memory import MemoryStore
from kafkalite.storage.segment_store import SegmentStore
from kafkalite.wire.codec import decode, encode
from kafkalite.wire.message import Message
from kafkalite.wire.messages.create_topics import CreateTopicsRequest, CreateTopicsResponse

R = TypeVar("R", bound=Message)


class AdminClient:
    """One connection to one broker. What arrives and what comes back is what the version carries."""

    takes_shortcuts = True

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.client_id = "test"
        self.session = Session(listener="PLAINTEXT", local=("127.0.0.1", 19092), peer=("127.0.0.1", 50000))

    def begin(self, message: Message, version: int) -> Any:
        """Hand the request to its handler, its shortcut first, and return what the handler returns."""
        name = type(message).__module__.rpartition(".")[2]
        module = importlib.import_module(f"kafkalite.apis.{name}")
        body = encode(message, version)
        shortcut = module.shortcut(version) if hasattr(module, "shortcut") and self.takes_shortcuts else None
        done = None
        if shortcut is not None:
            header = struct.pack(">h", len(self.client_id)) + self.client_id.encode() + b"\0"
            done = shortcut(self.broker, memoryview(header + body), 0, len(header + body))
            if type(done) is bytes:
                answers = importlib.import_module(f"kafkalite.wire.messages.{name}")
                response = getattr(answers, type(message).__name__.replace("Request", "Response"))
                return decode(response, version, done)[0] if done else None
        arrived, _ = decode(type(message), version, body)
        return module.handle(arrived, Context(self.broker, self.session, self.client_id, version, done))

    async def ask(self, message: Message, version: int, response: type[R]) -> R:
        """Send the request and return the answer."""
        answer = self.begin(message, version)
        if inspect.iscoroutine(answer):
            answer = await answer
        received, _ = decode(response, version, encode(cast(R, answer), version))
        return received

    async def create(self, name: str, partitions: int = 1, **configs: str) -> bytes:
        """Create a topic and return its id; `_` in a config's name stands for `.`."""
        topic = CreateTopicsRequest.CreatableTopic(
            name=name,
            num_partitions=partitions,
            replication_factor=1,
            configs=[
                CreateTopicsRequest.CreatableTopicConfig(name=key.replace("_", "."), value=value)
                for key, value in configs.items()
            ],
        )
        answer = await self.ask(CreateTopicsRequest(topics=[topic]), 7, CreateTopicsResponse)
        assert answer.topics[0].error_code == 0, answer.topics[0].error_message
        return answer.topics[0].topic_id


async def connect(
    settings: dict[str, str] | None = None,
    metadata: MetadataStore | None = None,
    store: SegmentStore | LogDirectories | None = None,
) -> AdminClient:
    """Start a broker in memory and connect to it."""
    broker = Broker(
        BrokerConfig.of(settings),
        clock=VirtualClock(),
        random=Random(),
        stores=store if isinstance(store, LogDirectories) else LogDirectories([store or MemoryStore()]),
        metadata=metadata or MemoryMetadata(),
    )
    await broker.start()
    return AdminClient(broker)
