"""Driver of aiokafka's transactions (TV1). It offers no group metadata, so it does not `transform`."""

import asyncio
import sys
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from .aio_kafka import main


class Driver:
    def __init__(self, address: str) -> None:
        self._address = address
        self._producer: Any = None

    async def init(self, id: str, timeout_ms: int) -> None:
        self._producer = AIOKafkaProducer(
            bootstrap_servers=self._address, transactional_id=id, transaction_timeout_ms=timeout_ms
        )
        await self._producer.start()

    async def begin(self) -> None:
        await self._producer.begin_transaction()

    async def send(self, topic: str, messages: list[tuple[int, str]]) -> list[list[int]]:
        futures = [await self._producer.send(topic, text.encode(), partition=partition) for partition, text in messages]
        sent = await asyncio.gather(*futures)
        return [[metadata.partition, metadata.offset] for metadata in sent]

    async def send_offsets(self, group: str, topic: str, offsets: dict[str, int]) -> None:
        places = {TopicPartition(topic, int(partition)): offset for partition, offset in offsets.items()}
        await self._producer.send_offsets_to_transaction(places, group)

    async def commit(self) -> None:
        await self._producer.commit_transaction()

    async def abort(self) -> None:
        await self._producer.abort_transaction()

    async def read(self, topic: str, partitions: int, committed: bool, count: int, more_seconds: float) -> list[Any]:
        isolation = "read_committed" if committed else "read_uncommitted"
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._address,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level=isolation,
        )
        await consumer.start()
        consumer.assign([TopicPartition(topic, number) for number in range(partitions)])
        seen: list[Any] = []
        while len(seen) < count:
            seen += await records(consumer, 0.2)
        seen += await records(consumer, more_seconds)
        await consumer.stop()
        return seen


async def records(consumer: Any, seconds: float) -> list[Any]:
    polled = await consumer.getmany(timeout_ms=int(seconds * 1000))
    return [[one.partition, one.offset, one.value.decode()] for batch in polled.values() for one in batch]


if __name__ == "__main__":
    asyncio.run(main(Driver(sys.argv[1])))
