"""Driver of kafka-python, 2.0, 2.3 and 3.0: the same program for all."""

import sys
import threading
import time
from typing import Any

import kafka
from kafka.admin import KafkaAdminClient, NewTopic

from .line_protocol import Message, raw, serve, text
from .streaming import PAUSE_SECONDS, Stream

DELIVERY_SECONDS = 120
IS_OLD = kafka.__version__.startswith("2.")
IS_OLDEST = kafka.__version__.startswith("2.0.")


class Driver:
    def __init__(self, address: str) -> None:
        self._address = address
        self._admin: Any = None
        self._producers: dict[str, Any] = {}
        self._consumer: Any = None
        self._left = 0

    def admin(self) -> Any:
        self._admin = self._admin or KafkaAdminClient(bootstrap_servers=self._address)
        return self._admin

    def create_topic(self, name: str, partitions: int) -> None:
        self.admin().create_topics([NewTopic(name, partitions, 1)])

    def delete_topic(self, name: str) -> None:
        self.admin().delete_topics([name])

    def partitions(self, name: str) -> int:
        [topic] = self.admin().describe_topics([name])
        if topic["error_code"]:
            raise kafka.errors.for_code(topic["error_code"])
        return len(topic["partitions"])

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
    ) -> None:
        more = {"max_partition_fetch_bytes": fetch_bytes} if fetch_bytes else {}
        if member is not None:
            more |= member_settings(**member)
        self._consumer = kafka.KafkaConsumer(
            bootstrap_servers=self._address,
            group_id=group,
            auto_offset_reset="earliest",
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
            self._consumer.subscribe([topic])

    def poll(self, seconds: float) -> list[Message]:
        if not self._left:
            return []
        polled = self._consumer.poll(timeout_ms=int(seconds * 1000), max_records=min(self._left, 2000))
        messages = [message(record) for records in polled.values() for record in records]
        self._left -= len(messages)
        return messages

    def owned(self) -> list[int]:
        return [assigned.partition for assigned in self._consumer.assignment()]

    def seek(self, partition: int, offset: int) -> None:
        [topic] = {assigned.topic for assigned in self._consumer.assignment()}
        self._consumer.seek(kafka.TopicPartition(topic, partition), offset)

    def commit(self) -> None:
        self._consumer.commit()

    def close(self) -> list[Message]:
        self._consumer.close()
        return []

    def offset_for_time(self, topic: str, partition: int, timestamp: int) -> int | None:
        consumer = kafka.KafkaConsumer(bootstrap_servers=self._address)
        place = kafka.TopicPartition(topic, partition)
        found = consumer.offsets_for_times({place: timestamp})[place]
        consumer.close()
        return None if found is None else int(found.offset)

    def list_groups(self) -> list[str]:
        if IS_OLD:
            return [name for name, *_ in self.admin().list_consumer_groups()]
        return [group["group_id"] for group in self.admin().list_groups()]

    def group_offsets(self, group: str, topic: str) -> dict[str, int]:
        admin = self.admin()
        offsets = admin.list_consumer_group_offsets(group) if IS_OLD else admin.list_group_offsets(group)[group]
        return {str(place.partition): found.offset for place, found in offsets.items() if place.topic == topic}

    def delete_group(self, group: str) -> None:
        if IS_OLD:
            [(_name, error)] = self.admin().delete_consumer_groups([group])
        else:
            result = self.admin().delete_groups([group])[group]
            error = kafka.errors.NoError if result == "OK" else getattr(kafka.errors, result)
        if error.errno:
            raise error

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


def member_settings(assignor: str, instance: str | None, session_ms: int, heartbeat_ms: int) -> dict[str, Any]:
    from kafka.coordinator.assignors import cooperative_sticky, range

    classes = {
        "range": range.RangePartitionAssignor,
        "cooperative-sticky": cooperative_sticky.CooperativeStickyAssignor,
    }
    return {
        "partition_assignment_strategy": [classes[assignor]],
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
