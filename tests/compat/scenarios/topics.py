"""Administration of topics, and the errors it is answered with."""

from functools import partial

from tests.compat import raw

from .stage import Stage
from .steps import consume, numbered, open_consumer, produce, values


def create_topic(stage: Stage) -> None:
    """The client creates a topic with six partitions and sees them; a second time the name is taken (36)."""
    driver = stage.driver()
    topic = stage.new_topic(driver, partitions=6)
    assert raw.partition_count(stage.observer, topic) == 6
    assert driver.ask("partitions", name=topic) == 6
    stage.refused(
        partial(driver.ask, "create_topic", name=topic, partitions=6), 36, "already exists", "TopicExistsException"
    )


def delete_topic(stage: Stage) -> None:
    """A deleted topic is gone, and what is created under its name begins empty."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    stage.fill(topic, 10)
    driver.ask("delete_topic", name=topic)
    raw.until(lambda: raw.topic_error(stage.observer, topic) == 3, what=f"deletion of {topic}")
    raw.create_topic(stage.observer, topic)
    assert raw.end_offset(stage.observer, topic) == 0


def list_topics(stage: Stage) -> None:
    """The list of topics has a new one in it, and no longer one that was deleted."""
    driver = stage.driver()
    topic = stage.new_topic()
    raw.until(lambda: topic in driver.ask("list_topics"), what="a new topic in the list")
    [deleted] = stage.observer.ask("delete_topics", 5, topic_names=[topic], timeout=10_000).responses
    assert deleted.error_code == 0
    raw.until(lambda: topic not in driver.ask("list_topics"), what="a list without the topic")


def add_partitions(stage: Stage) -> None:
    """A topic grows from two partitions to five; it cannot shrink (37)."""
    driver = stage.driver()
    topic = stage.new_topic(driver, partitions=2)
    driver.ask("create_partitions", name=topic, partitions=5)
    raw.until(lambda: raw.is_ready(stage.observer, topic, 5), what="five partitions")
    stage.refused(partial(driver.ask, "create_partitions", name=topic, partitions=3), 37, "InvalidPartitionsException")


def topic_configuration(stage: Stage) -> None:
    """A change is read back, and is in force: above the new limit a message is too large (10)."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    assert driver.ask("topic_configs", name=topic)["cleanup.policy"] == "delete"
    changed = {"retention.ms": "123456789", "max.message.bytes": "1000"}
    driver.ask("set_topic_configs", name=topic, configs=changed)

    def configs() -> dict[str, str]:
        return dict(driver.ask("topic_configs", name=topic))

    raw.until(lambda: changed.items() <= configs().items(), what="the new configuration")
    answer = raw.produce(stage.observer, topic, raw.batch(b"x" * 2000))
    assert answer.error_code == 10


def delete_records(stage: Stage) -> None:
    """Records before an offset are deleted, and a consumer begins behind them; beyond the end there are none (1)."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    produce(driver, topic, numbered(100))
    assert driver.ask("delete_records", topic=topic, partition=0, before=40) == 40
    open_consumer(driver, topic)
    assert values(consume(driver, 60)) == [f"{number}" for number in range(40, 100)]
    stage.refused(
        partial(driver.ask, "delete_records", topic=topic, partition=0, before=101), 1, "OffsetOutOfRangeException"
    )


def topic_auto_creation(stage: Stage) -> None:
    """Producing to a topic that does not exist creates it, with one partition."""
    driver = stage.driver()
    topic = stage.name("auto")
    produce(driver, topic, numbered(10))
    assert raw.partition_count(stage.observer, topic) == 1
    open_consumer(driver, topic)
    assert values(consume(driver, 10)) == [f"{number}" for number in range(10)]


def invalid_topic_name(stage: Stage) -> None:
    """A name with spaces is refused (17)."""
    ask = partial(stage.driver().ask, "create_topic", name="no spaces allowed", partitions=1)
    stage.refused(ask, 17, "illegal", "invalid", "contains one or more characters")


def unknown_topic(stage: Stage) -> None:
    """An unknown topic is not found (3), and not created by asking."""
    missing = stage.name("missing")
    stage.refused(partial(stage.driver().ask, "delete_topic", name=missing), 3, "does not exist")
    assert raw.topic_error(stage.observer, missing) == 3


def invalid_configuration(stage: Stage) -> None:
    """A value that a key may not have is refused (40) and changes nothing."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    before = driver.ask("topic_configs", name=topic)
    ask = partial(driver.ask, "set_topic_configs", name=topic, configs={"retention.ms": "soon"})
    stage.refused(ask, 40, "InvalidConfigurationException", "Invalid value")
    assert driver.ask("topic_configs", name=topic) == before
