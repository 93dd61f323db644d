"""Driver of kafka-python 3's transactions (TV1)."""

import sys
import threading
from collections.abc import Callable
from typing import Any, NoReturn

import kafka
from kafka.structs import OffsetAndMetadata

from .kafka_python import error_code
from .line_protocol import refuse, serve
from .transactions import INSTANCE, SESSION_MS, quiet, transform

SECONDS = 20


def patiently(call: Callable[..., None], *arguments: Any) -> None:
    """Call, and wait for no longer than this: kafka-python 3.0.12 may lose a request of a transaction when its
    coordinator goes away, and then waits for the answer for ever.
    """
    failed: list[BaseException] = []

    def run() -> None:
        try:
            call(*arguments)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(SECONDS)
    if thread.is_alive():
        refuse(f"no answer within {SECONDS} s")
    if failed:
        raise failed[0]


class Driver:
    def __init__(self, address: str) -> None:
        self._common = {"bootstrap_servers": address, "reconnect_backoff_max_ms": 500}
        self._producer: Any = None

    def init(self, id: str, timeout_ms: int) -> None:
        self._producer = kafka.KafkaProducer(
            transactional_id=id, transaction_timeout_ms=timeout_ms, max_block_ms=SECONDS * 1000, **self._common
        )
        self._producer.init_transactions()

    def begin(self) -> None:
        self._producer.begin_transaction()

    def send(self, topic: str, messages: list[tuple[int, str]]) -> list[list[int]]:
        futures = [self._producer.send(topic, text.encode(), partition=partition) for partition, text in messages]
        self._producer.flush(SECONDS)
        sent = [future.get(SECONDS) for future in futures]
        return [[metadata.partition, metadata.offset] for metadata in sent]

    def send_offsets(self, group: str, topic: str, offsets: dict[str, int]) -> None:
        places = {
            kafka.TopicPartition(topic, int(partition)): OffsetAndMetadata(offset, "", -1)
            for partition, offset in offsets.items()
        }
        patiently(self._producer.send_offsets_to_transaction, places, group)

    def commit(self) -> None:
        patiently(self._producer.commit_transaction)

    def abort(self) -> None:
        patiently(self._producer.abort_transaction)

    def read(self, topic: str, partitions: int, committed: bool, count: int, more_seconds: float) -> list[Any]:
        consumer = self.consumer(None, committed)
        consumer.assign([kafka.TopicPartition(topic, number) for number in range(partitions)])
        seen = quiet([], count, more_seconds, lambda seconds: records(consumer, seconds))
        consumer.close()
        return seen

    def consumer(self, group: str | None, committed: bool, **more: Any) -> Any:
        return kafka.KafkaConsumer(
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed" if committed else "read_uncommitted",
            **self._common,
            **more,
        )

    def transform(
        self, id: str, source: str, target: str, group: str, timeout_ms: int, records: int, work_ms: int
    ) -> NoReturn:
        self.init(id, timeout_ms)
        membership = {"group_instance_id": INSTANCE, "session_timeout_ms": SESSION_MS}
        consumer = self.consumer(group, True, max_poll_records=records, **membership)
        consumer.subscribe([source])
        transform(Transformer(self, consumer, target), work_ms)


class Transformer:
    def __init__(self, driver: Driver, consumer: Any, target: str) -> None:
        self._driver = driver
        self._consumer = consumer
        self._target = target

    def take(self, seconds: float) -> list[tuple[int, str]]:
        return [(partition, text) for partition, _, text in records(self._consumer, seconds)]

    def put(self, records: list[tuple[int, str]]) -> None:
        self._driver.begin()
        self._driver.send(self._target, records)

    def commit(self) -> None:
        driver, consumer = self._driver, self._consumer
        positions = {place: OffsetAndMetadata(consumer.position(place), "", -1) for place in consumer.assignment()}
        patiently(driver._producer.send_offsets_to_transaction, positions, consumer.group_metadata())
        driver.commit()


def records(consumer: Any, seconds: float) -> list[Any]:
    polled = consumer.poll(timeout_ms=int(seconds * 1000))
    return [[one.partition, one.offset, one.value.decode()] for batch in polled.values() for one in batch]


if __name__ == "__main__":
    serve(Driver(sys.argv[1]), "kafka-python", kafka.__version__, error_code)
