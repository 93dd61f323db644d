"""Produce and consume with one Python client: LIBRARY ADDRESS TOPIC RECORDS BYTES; seconds of each as JSON."""

import json
import os
import sys
import time
from typing import Any

WAIT_SECONDS = 60.0
AT_ONCE = 10_000


def main() -> None:
    library, address, topic, records, size = sys.argv[1:]
    payload = os.urandom(int(size))
    produce, consume = JOBS[library]
    began = time.perf_counter()
    produce(address, topic, int(records), payload)
    produced = time.perf_counter()
    consume(address, topic, int(records))
    consumed = time.perf_counter()
    print(json.dumps({"produce": produced - began, "consume": consumed - produced}))


def confluent_produce(address: str, topic: str, records: int, payload: bytes) -> None:
    from confluent_kafka import Producer

    failures: list[Any] = []

    def on_delivery(error: Any, _message: Any) -> None:
        if error:
            failures.append(error)

    producer = Producer({"bootstrap.servers": address, "linger.ms": 5, "batch.size": 1_000_000})
    for _ in range(records):
        while True:
            try:
                producer.produce(topic, payload, on_delivery=on_delivery)
                break
            except BufferError:
                producer.poll(0.01)
        producer.poll(0)
    if producer.flush(WAIT_SECONDS) or failures:
        sys.exit(f"produce failed: {failures[:1] or 'not all acknowledged in time'}")


def confluent_consume(address: str, topic: str, records: int) -> None:
    from confluent_kafka import Consumer, TopicPartition

    consumer = Consumer({"bootstrap.servers": address, "group.id": "bench", "fetch.queue.backoff.ms": 1})
    consumer.assign([TopicPartition(topic, 0, 0)])
    while records > 0:
        messages = consumer.consume(min(AT_ONCE, records), WAIT_SECONDS)
        if not messages:
            sys.exit(f"{records} records missing")
        records -= len(messages)
    consumer.close()


def kafka_python_produce(address: str, topic: str, records: int, payload: bytes) -> None:
    from kafka import KafkaProducer  # type: ignore[import-not-found, unused-ignore]

    producer = KafkaProducer(bootstrap_servers=address, linger_ms=5, batch_size=1_000_000)
    sent = [producer.send(topic, payload) for _ in range(records)]
    producer.flush(WAIT_SECONDS)
    for future in sent:
        future.get(WAIT_SECONDS)
    producer.close()


def kafka_python_consume(address: str, topic: str, records: int) -> None:
    from kafka import KafkaConsumer, TopicPartition

    consumer = KafkaConsumer(bootstrap_servers=address, auto_offset_reset="earliest", enable_auto_commit=False)
    consumer.assign([TopicPartition(topic, 0)])
    while records > 0:
        found = consumer.poll(timeout_ms=int(WAIT_SECONDS * 1000), max_records=AT_ONCE)
        if not found:
            sys.exit(f"{records} records missing")
        records -= sum(map(len, found.values()))
    consumer.close()


JOBS = {
    "confluent-kafka": (confluent_produce, confluent_consume),
    "kafka-python": (kafka_python_produce, kafka_python_consume),
}


if __name__ == "__main__":
    main()
