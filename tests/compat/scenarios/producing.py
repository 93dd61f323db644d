"""Producing: codecs, acks, batches, and everything a message may carry."""

import time
from functools import partial

from tests.compat import raw

from .stage import Stage
from .steps import consume, contents, message, numbered, open_consumer, produce, read_all, values

FULL_BATCH = 900_000


def codec(name: str, stage: Stage) -> None:
    """Batches are stored in the codec they were sent in, and every message comes back."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    messages = [message(f"{number} {'text ' * 20}", key=f"{number}") for number in range(300)]
    produce(driver, topic, messages, codec=name)
    assert {header.codec for header in raw.stored_batches(stage.observer, topic)} == {name}
    assert contents(read_all(driver, topic, 300)) == contents(messages)


def acks(level: str, stage: Stage) -> None:
    """With these acks everything arrives, and the client learns the offsets where the broker answers."""
    driver = stage.driver()
    topic = stage.new_topic(driver, partitions=2)
    messages = [message(f"{level} {number}", key=f"{number}") for number in range(100)]
    sent = produce(driver, topic, messages, acks=level)
    assert sent is None or level == "0" or all(offset >= 0 for _, offset in sent)
    assert contents(read_all(driver, topic, 100)) == contents(messages)


def keys(stage: Stage) -> None:
    """Messages of one key are in one partition, in the order of producing."""
    driver = stage.driver()
    topic = stage.new_topic(driver, partitions=4)
    messages = [message(f"{number}", key=f"key {number % 20}") for number in range(400)]
    produce(driver, topic, messages)
    seen = read_all(driver, topic, 400)
    for key in {came["key"] for came in seen}:
        ours = [came for came in seen if came["key"] == key]
        assert len({came["partition"] for came in ours}) == 1
        assert values(ours) == [sent["value"] for sent in messages if sent["key"] == key]
    assert len({came["partition"] for came in seen}) > 1


def chosen_partition(stage: Stage) -> None:
    """A message goes to the partition that it names."""
    driver = stage.driver()
    topic = stage.new_topic(driver, partitions=4)
    produce(driver, topic, [message(f"{number}", partition=number % 4) for number in range(40)])
    assert all(int(came["value"]) % 4 == came["partition"] for came in read_all(driver, topic, 40))


def headers(stage: Stage) -> None:
    """Headers come back as they were sent: repeated, empty, not ASCII."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    pairs = [["name", "first"], ["name", "second"], ["ünï", "cödé"]]
    if stage.can("empty_headers"):
        pairs.append(["empty", ""])
    messages = [message(f"value {number} äöü", key=f"key {number}") | {"headers": pairs} for number in range(20)]
    produce(driver, topic, messages)
    for sent, came in zip(messages, read_all(driver, topic, 20), strict=True):
        assert (came["key"], came["value"], came["headers"]) == (sent["key"], sent["value"], pairs)


def create_time(stage: Stage) -> None:
    """A message without a timestamp has the time of producing."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    before = int(time.time() * 1000)
    produce(driver, topic, numbered(10))
    after = int(time.time() * 1000)
    assert all(before <= came["timestamp"] <= after for came in read_all(driver, topic, 10))


def timestamps(stage: Stage) -> None:
    """A timestamp that the application gives comes back, to the millisecond."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    given = [1_700_000_000_123 + number * 1001 for number in range(20)]
    produce(driver, topic, [message("value", timestamp=timestamp) for timestamp in given])
    assert [came["timestamp"] for came in read_all(driver, topic, 20)] == given


def nulls(stage: Stage) -> None:
    """A null key and a null value come back as null, an empty value as empty."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    messages = [message(None, key="tombstone"), message("no key"), message("", key="empty")]
    produce(driver, topic, messages)
    seen = read_all(driver, topic, 3)
    assert [(came["key"], came["value"]) for came in seen] == [(sent["key"], sent["value"]) for sent in messages]


def large_messages(stage: Stage) -> None:
    """Messages of one million bytes arrive whole."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    messages = [message(f"{number}" * 1_000_000) for number in range(3)]
    for each in messages:
        produce(driver, topic, [each], max_request_bytes=2_000_000)
    assert values(read_all(driver, topic, 3)) == values(messages)


def full_batch(stage: Stage) -> None:
    """Messages sent together travel in one batch, up to the size the client is given for one."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    messages = [message(f"{number} " + "x" * 40_000) for number in range(20)]

    def is_full() -> bool:
        produce(driver, topic, messages, batch_bytes=FULL_BATCH, max_request_bytes=1_000_000)
        largest = max(raw.stored_batches(stage.observer, topic), key=lambda header: header.batch_length)
        assert largest.batch_length <= 1_000_000
        return largest.batch_length > FULL_BATCH // 2

    assert any(is_full() for _ in range(5)), "the largest of five times is not half full"


def message_too_large(stage: Stage) -> None:
    """A message above the broker's limit is refused (10); smaller ones still pass."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    ask = partial(produce, driver, topic, [message("x" * 2_000_000)], max_request_bytes=4_000_000)
    stage.refused(ask, 10, "larger than", "too large", "RecordTooLargeException")
    produce(driver, topic, [message("small")], max_request_bytes=4_000_000)
    open_consumer(driver, topic)
    assert values(consume(driver, 1)) == ["small"]


def idempotent_producer(stage: Stage) -> None:
    """An idempotent producer gets an id and numbers its batches without a gap; each message is there once, in order."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    messages = numbered(2000)
    produce(driver, topic, messages, idempotent=True, batch_bytes=2000)
    batches = raw.stored_batches(stage.observer, topic)
    assert len(batches) > 1
    assert len({(header.producer_id, header.producer_epoch) for header in batches}) == 1
    assert batches[0].producer_id >= 0
    assert [header.base_sequence for header in batches] == [header.base_offset for header in batches]
    assert values(read_all(driver, topic, 2000)) == values(messages)
