"""Driver of kcat, a command line tool on librdkafka: a process for each thing asked."""

import json
import sys
from typing import Any

from .line_protocol import DriverError, Message, refuse, serve
from .tool_process import Lines, run

FIRST = {"earliest": "beginning", "latest": "end"}
KEY, END = "\x01", "\n"  # between key and value, after each message


class Driver:
    def __init__(self, address: str) -> None:
        self._kcat = ["kcat", "-E", "-b", address, "-X", "reconnect.backoff.max.ms=500"]
        self._consumer: Lines | None = None

    def produce(
        self,
        topic: str,
        messages: list[Message],
        codec: str,
        acks: str,
        idempotent: bool,
        batch_bytes: int | None,
        max_request_bytes: int | None,
    ) -> None:
        command = [*self._kcat, "-P", "-t", topic, "-z", codec, "-X", f"acks={acks}", "-D", END]
        command += ["-X", f"enable.idempotence={str(idempotent).lower()}"]
        if batch_bytes:
            command += ["-X", f"batch.size={batch_bytes}"]
        if max_request_bytes:
            command += ["-X", f"message.max.bytes={max_request_bytes}"]
        for name, value in same_headers(messages):
            command += ["-H", f"{name}={value}"]
        keys = {message["key"] is None for message in messages}
        if keys == {False}:
            command += ["-K", KEY]
        elif keys != {True}:
            refuse("kcat wants a key in all messages or in none")
        lines = [
            message["value"] if message["key"] is None else message["key"] + KEY + message["value"]
            for message in messages
        ]
        run(command, "".join(line + END for line in lines).encode())

    def list_topics(self) -> list[str]:
        return [topic["topic"] for topic in json.loads(run([*self._kcat, "-L", "-J"]))["topics"]]

    def open(
        self,
        topic: str,
        group: str | None,
        limit: int | None,
        fetch_bytes: int | None,
        auto_commit: bool,
        member: dict[str, Any] | None = None,
        start: str = "earliest",
        isolation: str = "read_uncommitted",
    ) -> None:
        command = [*self._kcat, "-J", "-u", "-X", f"auto.offset.reset={start}", "-X", "auto.commit.interval.ms=500"]
        command += ["-X", f"isolation.level={isolation}"]
        if member is not None:
            command += [word for setting in member_settings(member) for word in ("-X", setting)]
        if limit is not None:
            command += ["-c", str(limit)]
        if fetch_bytes:
            command += ["-X", f"fetch.message.max.bytes={fetch_bytes}"]
        command += ["-C", "-t", topic, "-o", FIRST[start]] if group is None else ["-G", group, topic]
        self._consumer = Lines(command)

    def poll(self, seconds: float) -> list[Message]:
        assert self._consumer is not None
        return [message(line) for line in self._consumer.take(seconds)]

    def commit(self) -> None:
        """kcat commits by itself, and when it ends: after `limit` messages, or when it is stopped."""

    def close(self) -> list[Message]:
        assert self._consumer is not None
        rest = [message(line) for line in self._consumer.stop()]
        self._consumer = None
        return rest

    def reset(self) -> None:
        if self._consumer is not None:
            self._consumer.stop()
            self._consumer = None

    def offset_for_time(self, topic: str, partition: int, timestamp: int) -> int | None:
        output = run([*self._kcat, "-Q", "-t", f"{topic}:{partition}:{timestamp}"])
        offset = int(output.split()[-1])  # TOPIC [PARTITION] offset OFFSET
        return None if offset < 0 else offset


def member_settings(member: dict[str, Any]) -> list[str]:
    settings = {
        "partition.assignment.strategy": member["assignor"],
        "session.timeout.ms": member["session_ms"],
        "heartbeat.interval.ms": member["heartbeat_ms"],
        "group.instance.id": member["instance"],
    }
    return [f"{name}={value}" for name, value in settings.items() if value is not None]


def same_headers(messages: list[Message]) -> list[list[str]]:
    headers: list[list[str]] = messages[0]["headers"]
    if any(message["headers"] != headers for message in messages):
        refuse("kcat gives all messages the same headers")
    return headers


def message(line: str) -> Message:
    """Of kcat's JSON envelope, whose headers are one list of names and values in turn."""
    fields: dict[str, Any] = json.loads(line)
    headers = fields.get("headers", [])
    if "error" in fields:
        raise DriverError(None, line)
    return {
        "partition": fields["partition"],
        "offset": fields["offset"],
        "timestamp": fields["ts"],
        "key": fields["key"],
        "value": fields["payload"],
        "headers": [list(header) for header in zip(headers[::2], headers[1::2], strict=True)],
    }


if __name__ == "__main__":
    version = next(word for word in run(["kcat", "-V"]).split() if word.startswith("1."))
    serve(Driver(sys.argv[1]), "kcat", version, lambda error: None)
