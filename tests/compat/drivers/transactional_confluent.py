"""Driver of confluent-kafka's transactions (librdkafka: TV1)."""

import sys
from typing import Any, NoReturn

import confluent_kafka
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from .confluent import error_code
from .confluent_admin import CALL_SECONDS
from .line_protocol import refuse, serve
from .transactions import INSTANCE, SESSION_MS, quiet, transform


class Driver:
    def __init__(self, address: str) -> None:
        self._common = {"bootstrap.servers": address, "reconnect.backoff.max.ms": 500}
        self._producer: Any = None

    def init(self, id: str, timeout_ms: int) -> None:
        settings = {"transactional.id": id, "transaction.timeout.ms": timeout_ms, "linger.ms": 0}
        # When all brokers were gone librdkafka 2.16 makes new handles of them, and may wait for the group's coordinator
        # behind one of the old ones for ever.
        if confluent_kafka.libversion()[1] >= 0x02080000:  # the first to know the setting
            settings["metadata.recovery.strategy"] = "none"
        self._producer = Producer(self._common | settings)
        self._producer.init_transactions(CALL_SECONDS)

    def begin(self) -> None:
        self._producer.begin_transaction()

    def send(self, topic: str, messages: list[tuple[int, str]]) -> list[list[int]]:
        sent: list[list[int]] = []
        failed: list[Any] = []

        def delivered(error: Any, message: Any) -> None:
            if error is None:
                sent.append([message.partition(), message.offset()])
            else:
                failed.append(error)

        for partition, text in messages:
            self._producer.produce(topic, text.encode(), partition=partition, on_delivery=delivered)
        try:
            if self._producer.flush(CALL_SECONDS):
                refuse("not everything was delivered in time")
        except SystemError as error:  # a fatal error, raised inside of `delivered`
            raise error.__cause__ or error from None
        if failed:
            raise KafkaException(failed[0])
        return sent

    def send_offsets(self, group: str, topic: str, offsets: dict[str, int]) -> None:
        consumer = Consumer(self._common | {"group.id": group})
        places = [TopicPartition(topic, int(partition), offset) for partition, offset in offsets.items()]
        self._producer.send_offsets_to_transaction(places, consumer.consumer_group_metadata(), CALL_SECONDS)
        consumer.close()

    def commit(self) -> None:
        self._producer.commit_transaction(CALL_SECONDS)

    def abort(self) -> None:
        self._producer.abort_transaction(CALL_SECONDS)

    def read(self, topic: str, partitions: int, committed: bool, count: int, more_seconds: float) -> list[Any]:
        consumer = self.consumer("reader", committed, auto_offset_reset="earliest")
        consumer.assign(
            [TopicPartition(topic, number, confluent_kafka.OFFSET_BEGINNING) for number in range(partitions)]
        )
        seen = quiet([], count, more_seconds, lambda seconds: records(consumer, seconds))
        consumer.close()
        return seen

    def consumer(self, group: str, committed: bool, **more: Any) -> Any:
        isolation = "read_committed" if committed else "read_uncommitted"
        settings = {"group.id": group, "enable.auto.commit": False, "isolation.level": isolation}
        return Consumer(self._common | settings | {name.replace("_", "."): value for name, value in more.items()})

    def transform(
        self, id: str, source: str, target: str, group: str, timeout_ms: int, records: int, work_ms: int
    ) -> NoReturn:
        self.init(id, timeout_ms)
        settings = {"group_instance_id": INSTANCE, "session_timeout_ms": SESSION_MS, "auto_offset_reset": "earliest"}
        consumer = self.consumer(group, True, **settings)
        consumer.subscribe([source])
        transform(Transformer(self, consumer, target, records), work_ms)


class Transformer:
    def __init__(self, driver: Driver, consumer: Any, target: str, most: int) -> None:
        self._driver = driver
        self._consumer = consumer
        self._target = target
        self._most = most

    def take(self, seconds: float) -> list[tuple[int, str]]:
        return [(partition, text) for partition, _, text in records(self._consumer, seconds, self._most)]

    def put(self, records: list[tuple[int, str]]) -> None:
        self._driver.begin()
        self._driver.send(self._target, records)

    def commit(self) -> None:
        driver, consumer = self._driver, self._consumer
        positions = [place for place in consumer.position(consumer.assignment()) if place.offset >= 0]
        driver._producer.send_offsets_to_transaction(positions, consumer.consumer_group_metadata(), CALL_SECONDS)
        driver.commit()


def records(consumer: Any, seconds: float, most: int = 500) -> list[Any]:
    """[partition, offset, text] of what comes within these seconds, and what is there with the first."""
    first = consumer.poll(seconds)
    polled = [] if first is None else [first, *consumer.consume(most - 1, timeout=0)]
    for one in polled:
        if one.error() is not None:
            raise KafkaException(one.error())
    return [[one.partition(), one.offset(), one.value().decode()] for one in polled]


if __name__ == "__main__":
    serve(Driver(sys.argv[1]), "confluent-kafka", confluent_kafka.libversion()[0], error_code)
