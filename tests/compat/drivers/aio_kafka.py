"""Driver of aiokafka. It runs in its event loop throughout, so that heartbeats go on between commands."""

import asyncio
import json
import sys
from typing import Any

import aiokafka
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import for_code

from .line_protocol import Message, claim_stdout, failure, method, raw, send, text
from .streaming import PAUSE_SECONDS, Stream

REQUEST_MS = 60_000


class Driver:
    def __init__(self, address: str) -> None:
        self._address = address
        self._admin: Any = None
        self._producers: dict[str, Any] = {}
        self._consumer: Any = None
        self._left = 0

    async def admin(self) -> Any:
        if self._admin is None:
            self._admin = AIOKafkaAdminClient(bootstrap_servers=self._address)
            await self._admin.start()
        return self._admin

    async def create_topic(self, name: str, partitions: int) -> None:
        answer = await (await self.admin()).create_topics([NewTopic(name, partitions, 1)])
        raise_first_error(answer.topic_errors)

    async def delete_topic(self, name: str) -> None:
        answer = await (await self.admin()).delete_topics([name])
        raise_first_error(answer.topic_error_codes)

    async def partitions(self, name: str) -> int:
        [topic] = await (await self.admin()).describe_topics([name])
        raise_first_error([(name, topic["error_code"])])
        return len(topic["partitions"])

    async def produce(self, topic: str, messages: list[Message], **settings: Any) -> list[list[int]]:
        producer = await self.producer(**settings)
        futures = [
            await producer.send(
                topic,
                key=raw(message["key"]),
                value=raw(message["value"]),
                partition=message.get("partition"),
                timestamp_ms=message.get("timestamp"),
                headers=[(key, raw(value)) for key, value in message["headers"]],
            )
            for message in messages
        ]
        sent = await asyncio.gather(*futures)
        return [[metadata.partition, metadata.offset] if metadata else [-1, -1] for metadata in sent]

    async def producer(
        self, codec: str, acks: str, idempotent: bool, batch_bytes: int | None, max_request_bytes: int | None
    ) -> Any:
        name = repr((codec, acks, idempotent, batch_bytes, max_request_bytes))
        if name not in self._producers:
            self._producers[name] = AIOKafkaProducer(
                bootstrap_servers=self._address,
                acks=acks if acks == "all" else int(acks),
                compression_type=None if codec == "none" else codec,
                enable_idempotence=idempotent,
                max_batch_size=batch_bytes or 16384,
                max_request_size=max_request_bytes or 1048576,
                request_timeout_ms=REQUEST_MS,
            )
            await self._producers[name].start()
        return self._producers[name]

    async def open(
        self,
        topic: str,
        group: str | None,
        limit: int | None,
        fetch_bytes: int | None,
        auto_commit: bool,
        member: dict[str, Any] | None = None,
    ) -> None:
        more = {"max_partition_fetch_bytes": fetch_bytes} if fetch_bytes else {}
        if member is not None:
            more |= member_settings(**member)
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=self._address,
            group_id=group,
            auto_offset_reset="earliest",
            enable_auto_commit=auto_commit and group is not None,
            auto_commit_interval_ms=500,
            **more,
        )
        self._left = sys.maxsize if limit is None else limit
        if group is not None:
            self._consumer.subscribe([topic])
            await self._consumer.start()
            return
        await self._consumer.start()
        count = await self.partitions(topic)
        self._consumer.assign([TopicPartition(topic, partition) for partition in range(count)])

    async def poll(self, seconds: float) -> list[Message]:
        if not self._left:
            return []
        polled = await self._consumer.getmany(timeout_ms=int(seconds * 1000), max_records=min(self._left, 2000))
        messages = [message(record) for records in polled.values() for record in records]
        self._left -= len(messages)
        return messages

    async def owned(self) -> list[int]:
        return [assigned.partition for assigned in self._consumer.assignment()]

    async def seek(self, partition: int, offset: int) -> None:
        [topic] = {assigned.topic for assigned in self._consumer.assignment()}
        self._consumer.seek(TopicPartition(topic, partition), offset)

    async def commit(self) -> None:
        await self._consumer.commit()

    async def close(self) -> list[Message]:
        await self._consumer.stop()
        return []

    async def offset_for_time(self, topic: str, partition: int, timestamp: int) -> int | None:
        consumer = AIOKafkaConsumer(bootstrap_servers=self._address)
        await consumer.start()
        place = TopicPartition(topic, partition)
        found = (await consumer.offsets_for_times({place: timestamp}))[place]
        await consumer.stop()
        return None if found is None else int(found.offset)

    async def list_groups(self) -> list[str]:
        return [name for name, *_ in await (await self.admin()).list_consumer_groups()]

    async def group_offsets(self, group: str, topic: str) -> dict[str, int]:
        offsets = await (await self.admin()).list_consumer_group_offsets(group)
        return {str(place.partition): found.offset for place, found in offsets.items() if place.topic == topic}

    async def stream(self, name: str, topics: list[str], partitions: int, idempotent: bool) -> None:
        producer = await self.producer("none", "all", idempotent, None, None)
        self._stream = Stream(name, topics, partitions)
        self._streaming = asyncio.create_task(run_stream(producer, self._stream))

    async def stop_stream(self) -> dict[str, Any]:
        self._stream.stopping.set()
        await self._streaming
        return self._stream.outcome()


async def run_stream(producer: Any, stream: Stream) -> None:
    while not stream.stopping.is_set():
        for topic, partition, number, value in stream.turn():
            stream.sent()
            future = await producer.send(topic, value, partition=partition)
            future.add_done_callback(noting(stream, number))
        await asyncio.sleep(PAUSE_SECONDS)
        while not stream.may_send():
            await asyncio.sleep(PAUSE_SECONDS)
    await producer.flush()
    await asyncio.sleep(0)  # the callbacks of what was flushed last


def noting(stream: Stream, number: int) -> Any:
    def done(future: Any) -> None:
        if future.exception() is None:
            stream.delivered(future.result().topic, future.result().partition, number, future.result().offset)
        else:
            stream.undelivered()

    return done


def member_settings(assignor: str, instance: str | None, session_ms: int, heartbeat_ms: int) -> dict[str, Any]:
    return {
        "partition_assignment_strategy": [{"range": RangePartitionAssignor}[assignor]],
        "group_instance_id": instance,
        "session_timeout_ms": session_ms,
        "heartbeat_interval_ms": heartbeat_ms,
    }


def message(record: Any) -> Message:
    return {
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": record.timestamp,
        "key": text(record.key),
        "value": text(record.value),
        "headers": [[key, text(value)] for key, value in record.headers],
    }


def raise_first_error(results: list[tuple[Any, ...]]) -> None:
    for _name, code, *_message in results:
        if code:
            raise for_code(code)


def error_code(error: Exception) -> int | None:
    return getattr(error, "errno", None)


async def main(driver: object) -> None:
    answers = claim_stdout()
    send(answers, {"ok": {"client": "aiokafka", "version": aiokafka.__version__}})
    while line := await asyncio.to_thread(sys.stdin.readline):
        command = json.loads(line)
        try:
            send(answers, {"ok": await method(driver, command.pop("do"))(**command)})
        except Exception as error:
            send(answers, failure(error, error_code))


if __name__ == "__main__":
    asyncio.run(main(Driver(sys.argv[1])))
