"""Driver of confluent-kafka: librdkafka, and with it every client built on it."""

import sys
import threading
from typing import Any

import confluent_kafka
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from .confluent_admin import CALL_SECONDS, Admin
from .line_protocol import DriverError, Message, raw, refuse, serve, text
from .streaming import PAUSE_SECONDS, Stream

DELIVERY_SECONDS = 120


class Driver(Admin):
    def __init__(self, address: str) -> None:
        super().__init__({"bootstrap.servers": address, "reconnect.backoff.max.ms": 500})
        self._producers: dict[str, Any] = {}
        self._consumer: Any = None
        self._topic = ""
        self._left = 0

    def produce(self, topic: str, messages: list[Message], **settings: Any) -> list[list[int]]:
        producer = self.producer(**settings)
        sent: list[list[int]] = [[-1, -1] for _ in messages]
        failed: list[Any] = []

        def note(place: list[int]) -> Any:
            def delivered(error: Any, message: Any) -> None:
                if error is not None:
                    failed.append(error)
                else:
                    place[:] = message.partition(), message.offset()

            return delivered

        for message, place in zip(messages, sent, strict=True):
            where = {name: message[name] for name in ("partition", "timestamp") if name in message}
            headers = [(key, raw(value)) for key, value in message["headers"]]
            key, value = raw(message["key"]), raw(message["value"])
            while True:
                try:
                    producer.produce(topic, value, key, on_delivery=note(place), headers=headers, **where)
                    break
                except BufferError:
                    producer.poll(0.1)
            producer.poll(0)
        if producer.flush(DELIVERY_SECONDS):
            refuse("not everything was delivered in time")
        if failed:
            raise KafkaException(failed[0])
        return sent

    def producer(
        self, codec: str, acks: str, idempotent: bool, batch_bytes: int | None, max_request_bytes: int | None
    ) -> Any:
        name = repr((codec, acks, idempotent, batch_bytes, max_request_bytes))
        if name not in self._producers:
            self._producers[name] = Producer(
                self._common
                | {
                    "compression.type": codec,
                    "acks": acks,
                    "enable.idempotence": idempotent,
                    "batch.size": batch_bytes or 1000000,
                    "message.max.bytes": max_request_bytes or 1000000,
                    "delivery.timeout.ms": DELIVERY_SECONDS * 1000,
                }
            )
        return self._producers[name]

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
        settings = {
            "group.id": group or "no-group",
            "auto.offset.reset": start,
            "isolation.level": isolation,
            "enable.auto.commit": auto_commit and group is not None,
            "auto.commit.interval.ms": 500,
        }
        if fetch_bytes:
            settings["max.partition.fetch.bytes"] = fetch_bytes
        if member is not None:
            settings |= member_settings(member)
        self._consumer = Consumer(self._common | settings)
        self._topic = topic
        self._left = sys.maxsize if limit is None else limit
        if group is None:
            partitions = self._consumer.list_topics(topic, timeout=CALL_SECONDS).topics[topic].partitions
            first = confluent_kafka.OFFSET_BEGINNING if start == "earliest" else confluent_kafka.OFFSET_END
            self._consumer.assign([TopicPartition(topic, number, first) for number in partitions])
        else:
            pattern = (member or {}).get("pattern")
            self._consumer.subscribe([topic if pattern is None else f"^{pattern}"])

    def poll(self, seconds: float) -> list[Message]:
        if not self._left:
            return []
        first = self._consumer.poll(seconds)
        if first is None:
            return []
        self._left -= 1
        rest = self._consumer.consume(min(self._left, 2000), timeout=0) if self._left else []
        self._left -= len(rest)
        return [message(record) for record in [first, *rest]]

    def owned(self) -> list[int]:
        return [assigned.partition for assigned in self._consumer.assignment()]

    def seek(self, partition: int, offset: int) -> None:
        self._consumer.poll(0.1)  # librdkafka seeks only in a partition that it is already fetching
        self._consumer.seek(TopicPartition(self._topic, partition, offset))

    def pause(self, partition: int) -> None:
        self._consumer.pause([TopicPartition(self._topic, partition)])

    def resume(self, partition: int) -> None:
        self._consumer.resume([TopicPartition(self._topic, partition)])

    def commit(self) -> None:
        self._consumer.commit(asynchronous=False)

    def close(self) -> list[Message]:
        self._consumer.close()
        self._consumer = None
        return []

    def reset(self) -> None:
        if self._consumer is not None:
            self._consumer.unsubscribe()
            self.close()

    def offset_for_time(self, topic: str, partition: int, timestamp: int) -> int | None:
        consumer = Consumer(self._common | {"group.id": "no-group"})
        [found] = consumer.offsets_for_times([TopicPartition(topic, partition, timestamp)], timeout=CALL_SECONDS)
        consumer.close()
        return None if found.offset == confluent_kafka.OFFSET_END else found.offset

    def stream(self, name: str, topics: list[str], partitions: int, idempotent: bool) -> None:
        settings = {"acks": "all", "enable.idempotence": idempotent, "delivery.timeout.ms": DELIVERY_SECONDS * 1000}
        producer = Producer(self._common | settings)
        self._stream = Stream(name, topics, partitions)
        self._streaming = threading.Thread(target=run_stream, args=(producer, self._stream), daemon=True)
        self._streaming.start()

    def stop_stream(self) -> dict[str, Any]:
        self._stream.stopping.set()
        self._streaming.join()
        return self._stream.outcome()


def run_stream(producer: Any, stream: Stream) -> None:
    while not stream.stopping.is_set():
        for topic, partition, number, value in stream.turn():
            stream.sent()
            producer.produce(topic, value, partition=partition, on_delivery=noting(stream, number))
        producer.poll(PAUSE_SECONDS)
        while not stream.may_send():
            producer.poll(PAUSE_SECONDS)
    producer.flush(DELIVERY_SECONDS)


def noting(stream: Stream, number: int) -> Any:
    def delivered(error: Any, message: Any) -> None:
        if error is None:
            stream.delivered(message.topic(), message.partition(), number, message.offset())
        else:
            stream.undelivered()

    return delivered


def member_settings(member: dict[str, Any]) -> dict[str, Any]:
    if member.get("protocol") == "consumer":
        settings = {"group.protocol": "consumer", "group.remote.assignor": member["assignor"]}
    else:
        settings = {
            "partition.assignment.strategy": member["assignor"],
            "session.timeout.ms": member["session_ms"],
            "heartbeat.interval.ms": member["heartbeat_ms"],
        }
    settings["group.instance.id"] = member["instance"]
    return {name: value for name, value in settings.items() if value is not None}


def message(record: Any) -> Message:
    if record.error() is not None:
        raise KafkaException(record.error())
    _kind, timestamp = record.timestamp()
    return {
        "partition": record.partition(),
        "offset": record.offset(),
        "timestamp": timestamp,
        "key": text(record.key()),
        "value": text(record.value()),
        "headers": [[key, text(value)] for key, value in record.headers() or []],
    }


def error_code(error: Exception) -> int | None:
    """Kafka's codes are librdkafka's positive ones; its own are negative."""
    if not isinstance(error, KafkaException) or isinstance(error, DriverError):
        return None
    code = error.args[0].code()
    return code if code > 0 else None


if __name__ == "__main__":
    serve(Driver(sys.argv[1]), "confluent-kafka", confluent_kafka.libversion()[0], error_code)
