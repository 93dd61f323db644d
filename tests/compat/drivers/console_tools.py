"""Driver of Kafka's command line tools (what `kafka-topics.sh` and its like start): a Java process for each thing."""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from .line_protocol import Message, refuse, serve
from .tool_process import Lines, run

LOGGING = Path(__file__).with_name("log4j2.properties")  # errors to stderr: some tools say only there that they failed
JAVA = ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m", f"-Dlog4j2.configurationFile={LOGGING}"]
TOPICS = "org.apache.kafka.tools.TopicCommand"
PRODUCER = "org.apache.kafka.tools.ConsoleProducer"
CONSUMER = "org.apache.kafka.tools.consumer.ConsoleConsumer"
GROUPS = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"
RECORDS = "org.apache.kafka.tools.DeleteRecordsCommand"
OFFSETS = "org.apache.kafka.tools.GetOffsetShell"
ASSIGNORS = {
    "range": "org.apache.kafka.clients.consumer.RangeAssignor",
    "cooperative-sticky": "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
}
NULL = "\x02"


class Driver:
    def __init__(self, address: str) -> None:
        self._address = address
        self._consumer: Lines | None = None

    def command(self, tool: str, *arguments: str) -> list[str]:
        return [
            *JAVA,
            "-cp",
            os.environ["KAFKA_TOOLS_CLASSPATH"],
            tool,
            "--bootstrap-server",
            self._address,
            *arguments,
        ]

    def create_topic(self, name: str, partitions: int) -> None:
        run(self.command(TOPICS, "--create", "--topic", name, "--partitions", str(partitions)))

    def delete_topic(self, name: str) -> None:
        run(self.command(TOPICS, "--delete", "--topic", name))

    def partitions(self, name: str) -> int:
        return run(self.command(TOPICS, "--describe", "--topic", name)).count("\tPartition: ")

    def list_topics(self) -> list[str]:
        return run(self.command(TOPICS, "--list")).split()

    def create_partitions(self, name: str, partitions: int) -> None:
        run(self.command(TOPICS, "--alter", "--topic", name, "--partitions", str(partitions)))

    def delete_records(self, topic: str, partition: int, before: int) -> int:
        """It prints `partition: TOPIC-PARTITION` and then `low_watermark: OFFSET`, or the error's text."""
        wanted = {"version": 1, "partitions": [{"topic": topic, "partition": partition, "offset": before}]}
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(wanted, file)
            file.flush()
            output = run(self.command(RECORDS, "--offset-json-file", file.name))
        _, found, offset = output.partition("low_watermark: ")
        if not found:
            refuse(output)
        return int(offset.split()[0])

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
        settings = [f"enable.idempotence={str(idempotent).lower()}", f"acks={acks}", "linger.ms=5"]
        if batch_bytes:
            settings.append(f"batch.size={batch_bytes}")
        if max_request_bytes:
            settings.append(f"max.request.size={max_request_bytes}")
        reader = ["parse.headers=true", "parse.key=true", f"null.marker={NULL}"]
        arguments = ["--topic", topic, "--compression-codec", codec]
        arguments += [word for setting in settings for word in ("--command-property", setting)]
        arguments += [word for setting in reader for word in ("--reader-property", setting)]
        run(self.command(PRODUCER, *arguments), "".join(line(message) for message in messages).encode())

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
        arguments = ["--topic", topic, "--isolation-level", isolation]
        if start == "earliest":
            arguments.append("--from-beginning")
        if member is not None:
            arguments += [word for setting in member_settings(member) for word in ("--command-property", setting)]
        for name in ("timestamp", "partition", "offset", "headers", "key"):
            arguments += ["--formatter-property", f"print.{name}=true"]
        arguments += ["--formatter-property", f"null.literal={NULL}"]
        if group is not None:
            arguments += ["--group", group, "--command-property", "auto.commit.interval.ms=500"]
        if limit is not None:
            arguments += ["--max-messages", str(limit)]
        if fetch_bytes:
            arguments += ["--command-property", f"max.partition.fetch.bytes={fetch_bytes}"]
        self._consumer = Lines(self.command(CONSUMER, *arguments))

    def poll(self, seconds: float) -> list[Message]:
        assert self._consumer is not None
        return [message(line) for line in self._consumer.take(seconds)]

    def commit(self) -> None:
        """The console consumer commits by itself, and when it ends: after `limit` messages, or when it is stopped."""

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
        output = run(self.command(OFFSETS, "--topic-partitions", f"{topic}:{partition}", "--time", str(timestamp)))
        offset = output.strip().split(":")[-1]  # TOPIC:PARTITION:OFFSET, the offset empty if there is none
        return int(offset) if offset else None

    def list_groups(self) -> list[str]:
        return run(self.command(GROUPS, "--list")).split()

    def group_offsets(self, group: str, topic: str) -> dict[str, int]:
        """Of `--describe`, a table with the columns GROUP TOPIC PARTITION CURRENT-OFFSET and more."""
        rows = [row.split() for row in run(self.command(GROUPS, "--describe", "--group", group)).splitlines()]
        return {row[2]: int(row[3]) for row in rows if row[:2] == [group, topic]}

    def describe_group(self, group: str) -> dict[str, Any]:
        """Of `--state`, a table whose last two columns are STATE and #MEMBERS."""
        lines = run(self.command(GROUPS, "--describe", "--state", "--group", group)).splitlines()
        [row] = [row for line in lines if (row := line.split())[:1] == [group]]
        return {"state": row[-2], "members": int(row[-1])}

    def set_group_offsets(self, group: str, topic: str, offsets: dict[str, int]) -> None:
        rows = "".join(f"{topic},{partition},{offset}\n" for partition, offset in offsets.items())
        with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
            file.write(rows)
            file.flush()
            reset = ["--reset-offsets", "--from-file", file.name, "--execute"]
            run(self.command(GROUPS, "--group", group, "--topic", topic, *reset))

    def delete_group(self, group: str) -> None:
        run(self.command(GROUPS, "--delete", "--group", group))


def member_settings(member: dict[str, Any]) -> list[str]:
    if member.get("protocol") == "consumer":
        settings = {"group.protocol": "consumer", "group.remote.assignor": member["assignor"]}
    else:
        settings = {
            "partition.assignment.strategy": ASSIGNORS[member["assignor"]],
            "session.timeout.ms": member["session_ms"],
            "heartbeat.interval.ms": member["heartbeat_ms"],
        }
    settings["group.instance.id"] = member["instance"]
    return [f"{name}={value}" for name, value in settings.items() if value is not None]


def line(message: Message) -> str:
    """HEADERS tab KEY tab VALUE, headers as NAME:VALUE,NAME:VALUE."""
    headers = ",".join(f"{name}:{NULL if value is None else value}" for name, value in message["headers"])
    fields = [headers or NULL, *(NULL if message[name] is None else message[name] for name in ("key", "value"))]
    return "\t".join(fields) + "\n"


def message(line: str) -> Message:
    """CreateTime:MS tab Partition:N tab Offset:N tab HEADERS tab KEY tab VALUE."""
    timestamp, partition, offset, headers, key, value = line.split("\t")
    pairs = [] if headers == "NO_HEADERS" else [header.split(":", 1) for header in headers.split(",")]
    return {
        "timestamp": int(timestamp.split(":")[1]),
        "partition": int(partition.split(":")[1]),
        "offset": int(offset.split(":")[1]),
        "headers": [[name, None if text == NULL else text] for name, text in pairs],
        "key": None if key == NULL else key,
        "value": None if value == NULL else value,
    }


if __name__ == "__main__":
    serve(Driver(sys.argv[1]), "console-tools", "4.3.1", lambda error: None)
