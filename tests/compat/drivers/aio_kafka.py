"""Driver of aiokafka. It runs in its event loop throughout, so that heartbeats go on between commands."""

import asyncio
import json
import sys
from typing import Any

import aiokafka
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor

from .aio_kafka_admin import Admin
from .line_protocol import Message, claim_stdout, failure, method, raw, send, text
from .streaming import PAUSE_SECONDS, Stream

REQUEST_MS = 60_000


class Driver(Admin):
    def __init__(self, address: str) -> None:
        super().__init__(address)
        self._producers: dict[str, Any] = {}
        self._consumer: Any = None
        self._left = 0

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
        start: str = "earliest",
        isolation: str = "read_uncommitted",
    ) -> None:
        more = {"max_partition_fetch_bytes": fetch_bytes} if fetch_bytes else {}
        if member is not None:
            more |= member_settings(**member)
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=self._address,
            group_id=group,
            auto_offset_reset=start,
            isolation_level=isolation,
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

    def place(self, partition: int) -> Any:
        return next(place for place in self._consumer.assignment() if place.partition == partition)

    async def owned(self) -> list[int]:
        return [assigned.partition for assigned in self._consumer.assignment()]

    async def seek(self, partition: int, offset: int) -> None:
        self._consumer.seek(self.place(partition), offset)

    async def pause(self, partition: int) -> None:
        self._consumer.pause(self.place(partition))

    async def resume(self, partition: int) -> None:
        self._consumer.resume(self.place(partition))

    async def commit(self) -> None:
        await self._consumer.commit()

    async def close(self) -> list[Message]:
        await self._consumer.stop()
        self._consumer = None
        return []

    async def reset(self) -> None:
        if self._consumer is not None:
            await self.close()

    async def offset_for_time(self, topic: str, partition: int, timestamp: int) -> int | None:
        consumer = AIOKafkaConsumer(bootstrap_servers=self._address)
        await consumer.start()
        place = TopicPartition(topic, partition)
        found = (await consumer.offsets_for_times({place: timestamp}))[place]
        await consumer.stop()
        return None if found is None else int(found.offset)

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
