"""Driver of kafka-python, 2.0, 2.3 and 3.0: the same program for all."""

import sys
import threading
import time
from typing import Any

import kafka

from .kafka_python_admin import Admin
from .line_protocol import Message, raw, serve, text
from .streaming import PAUSE_SECONDS, Stream

DELIVERY_SECONDS = 120
IS_OLDEST = kafka.__version__.startswith("2.0.")


class Driver(Admin):
    def __init__(self, address: str) -> None:
        super().__init__(address)
        self._producers: dict[str, Any] = {}
        self._consumer: Any = None
        self._left = 0

    def produce(self, topic: str, messages: list[Message], **settings: Any) -> list[list[int]]:
        producer = self.producer(**settings)
        futures = [
            producer.send(
                topic,
                key=raw(message["key"]),
                value=raw(message["value"]),
                partition=message.get("partition"),
                timestamp_ms=message.get("timestamp"),
                headers=[(key, raw(value)) for key, value in message["headers"]],
            )
            for message in messages
        ]
        producer.flush(DELIVERY_SECONDS)
        sent = [future.get(DELIVERY_SECONDS) for future in futures]
        return [[metadata.partition, metadata.offset] for metadata in sent]

    def producer(
        self, codec: str, acks: str, idempotent: bool, batch_bytes: int | None, max_request_bytes: int | None
    ) -> Any:
        name = repr((codec, acks, idempotent, batch_bytes, max_request_bytes))
        if name not in self._producers:
            newer = {"enable_idempotence": idempotent, "delivery_timeout_ms": DELIVERY_SECONDS * 1000}
            more = {"retries": 30} if IS_OLDEST else newer
            self._producers[name] = kafka.KafkaProducer(
                bootstrap_servers=self._address,
                acks=acks if acks == "all" else int(acks),
                compression_type=None if codec == "none" else codec,
                batch_size=batch_bytes or 16384,
                linger_ms=5,
                max_request_size=max_request_bytes or 1048576,
                reconnect_backoff_max_ms=500,
                **more,
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
        isolation: str | None = None,
    ) -> None:
        more: dict[str, Any] = {"max_partition_fetch_bytes": fetch_bytes} if fetch_bytes else {}
        if isolation is not None:
            more["isolation_level"] = isolation
        if member is not None:
            more |= member_settings(**member)
        self._consumer = kafka.KafkaConsumer(
            bootstrap_servers=self._address,
            group_id=group,
            auto_offset_reset=start,
            enable_auto_commit=auto_commit and group is not None,
            auto_commit_interval_ms=500,
            reconnect_backoff_max_ms=500,
            **more,
        )
        self._left = sys.maxsize if limit is None else limit
        if group is None:
            partitions = sorted(self._consumer.partitions_for_topic(topic))
            self._consumer.assign([kafka.TopicPartition(topic, partition) for partition in partitions])
        else:
            self._consumer.partitions_for_topic(topic)  # 3.0.12 forgets a rebalance that begins before it knows this
            self._consumer.subscribe([topic])

    def poll(self, seconds: float) -> list[Message]:
        if not self._left:
            return []
        polled = self._consumer.poll(timeout_ms=int(seconds * 1000), max_records=min(self._left, 2000))
        messages = [message(record) for records in polled.values() for record in records]
        self._left -= len(messages)
        return messages

    def place(self, partition: int) -> Any:
        return next(place for place in self._consumer.assignment() if place.partition == partition)

    def owned(self) -> list[int]:
        return [assigned.partition for assigned in self._consumer.assignment()]

    def seek(self, partition: int, offset: int) -> None:
        self._consumer.seek(self.place(partition), offset)

    def pause(self, partition: int) -> None:
        self._consumer.pause(self.place(partition))

    def resume(self, partition: int) -> None:
        self._consumer.resume(self.place(partition))

    def commit(self) -> None:
        self._consumer.commit()

    def close(self) -> list[Message]:
        self._consumer.close()
        self._consumer = None
        return []

    def reset(self) -> None:
        self.forget_admin()
        if self._consumer is not None:
            self._consumer.close(autocommit=False)
            self._consumer = None

    def offset_for_time(self, topic: str, partition: int, timestamp: int) -> int | None:
        consumer = kafka.KafkaConsumer(bootstrap_servers=self._address)
        place = kafka.TopicPartition(topic, partition)
        found = consumer.offsets_for_times({place: timestamp})[place]
        consumer.close()
        return None if found is None else int(found.offset)

    def stream(self, name: str, topics: list[str], partitions: int, idempotent: bool) -> None:
        producer = self.producer("none", "all", idempotent, None, None)
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
            future = producer.send(topic, value, partition=partition)
            future.add_both(noting(stream, future, number))
        time.sleep(PAUSE_SECONDS)
        while not stream.may_send():
            time.sleep(PAUSE_SECONDS)
    producer.flush(DELIVERY_SECONDS)


def noting(stream: Stream, future: Any, number: int) -> Any:
    def done(_result: Any) -> None:
        if future.succeeded():
            stream.delivered(future.value.topic, future.value.partition, number, future.value.offset)
        else:
            stream.undelivered()

    return done


def assignor_class(name: str) -> Any:
    if name == "range":
        from kafka.coordinator.assignors.range import RangePartitionAssignor

        return RangePartitionAssignor
    from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor

    return CooperativeStickyAssignor


def member_settings(assignor: str, instance: str | None, session_ms: int, heartbeat_ms: int) -> dict[str, Any]:
    return {
        "partition_assignment_strategy": [assignor_class(assignor)],
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


if __name__ == "__main__":
    serve(Driver(sys.argv[1]), "kafka-python", kafka.__version__, error_code)
