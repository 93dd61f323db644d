"""Steps that scenarios share: producing, consuming, and comparing what came with what was sent."""

import time
from collections.abc import Sequence
from typing import Any

from tests.compat.driver import Driver

Message = dict[str, Any]
CONSUME_SECONDS = 60.0
POLL_SECONDS = 0.3


def message(value: str | None, key: str | None = None, **more: Any) -> Message:
    return {"key": key, "value": value, "headers": []} | more


def numbered(count: int, begin: int = 0) -> list[Message]:
    return [message(f"{number}") for number in range(begin, begin + count)]


def produce(driver: Driver, topic: str, messages: Sequence[Message], **settings: Any) -> list[list[int]] | None:
    """Where each message went, if the client tells."""
    defaults = {"codec": "none", "acks": "all", "idempotent": False, "batch_bytes": None, "max_request_bytes": None}
    sent = driver.ask("produce", topic=topic, messages=messages, **(defaults | settings))
    return None if sent is None else list(sent)


def open_consumer(driver: Driver, topic: str, group: str | None = None, **settings: Any) -> None:
    defaults = {"limit": None, "fetch_bytes": None, "auto_commit": False}
    driver.ask("open", topic=topic, group=group, **(defaults | settings))


def consume(driver: Driver, count: int) -> list[Message]:
    """Poll until this many messages came."""
    messages: list[Message] = []
    deadline = time.monotonic() + CONSUME_SECONDS
    while len(messages) < count:
        assert time.monotonic() < deadline, f"{len(messages)} of {count} messages within {CONSUME_SECONDS:.0f} s"
        messages += driver.ask("poll", seconds=POLL_SECONDS)
    return messages


def read_all(driver: Driver, topic: str, count: int) -> list[Message]:
    """What a new consumer of the whole topic gets."""
    open_consumer(driver, topic)
    return consume(driver, count)


def values(messages: Sequence[Message]) -> list[str | None]:
    return [message["value"] for message in messages]


def contents(messages: Sequence[Message]) -> list[tuple[str | None, str | None]]:
    return sorted(((message["key"], message["value"]) for message in messages), key=repr)


def places(messages: Sequence[Message]) -> list[tuple[int, int]]:
    return [(message["partition"], message["offset"]) for message in messages]


def check_order(messages: Sequence[Message]) -> None:
    """Offsets rise within each partition."""
    last: dict[int, int] = {}
    for partition, offset in places(messages):
        assert offset > last.get(partition, -1), f"offset {offset} of partition {partition} after {last[partition]}"
        last[partition] = offset
