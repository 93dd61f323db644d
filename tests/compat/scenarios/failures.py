"""The broker starts again, or connections break: what clients do then, and that nothing is lost or doubled."""

from tests.compat import raw

from .groups import Group, consume_some
from .stage import Stage
from .steps import consume, contents, message, numbered, open_consumer, places, produce, read_all, values


def resume_after_restart(stage: Stage) -> None:
    """A committed position outlives the broker's restart; a producer that was connected goes on."""
    producer = stage.driver()
    topic, group = stage.new_topic(producer, partitions=3), stage.name("group")
    before = [message(f"before {number}", key=f"{number}") for number in range(900)]
    produce(producer, topic, before)
    seen_first = consume_some(stage, stage.driver(), topic, group, 400)

    stage.restart_broker(topic, 3)
    after = [message(f"after {number}", key=f"{number}") for number in range(100)]
    produce(producer, topic, after)
    second = stage.driver()
    open_consumer(second, topic, group)
    seen_second = consume(second, 600)
    second.ask("close")
    assert not set(places(seen_first)) & set(places(seen_second))
    assert contents(seen_first + seen_second) == contents(before + after)


def consumers_over_restart(stage: Stage) -> None:
    """Members of a group go on after the broker's restart, without being opened again, miss nothing, and commit."""
    producer = stage.driver()
    topic = stage.new_topic(producer, partitions=2)
    group = Group(stage, topic)
    for name in ("first", "second"):
        group.join(name)
    group.poll_until(lambda: group.shares_out(2), "a group of two")
    before, after = numbered(200), numbered(200, 200)
    for number, sent in enumerate(before + after):
        sent["key"] = f"{number}"
    produce(producer, topic, before)
    group.poll_until(lambda: len(group.seen) == 200, "the messages before the restart")
    stage.restart_broker(topic, 2)
    produce(producer, topic, after)
    group.poll_until(lambda: len(group.seen) == 400, "the messages after the restart")
    assert contents(list(group.seen.values())) == contents(before + after)

    def committed() -> bool:
        return sum(raw.committed(stage.observer, group.name, topic, 2)) == 400 and group.shares_out(2)

    group.poll_until(committed, "a group of two that has committed everything")
    group.leave_all()


def idempotence_over_restart(stage: Stage) -> None:
    """An idempotent producer goes on after the broker's restart where it was: one id, every message once, in order."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    messages = numbered(1000)
    produce(driver, topic, messages[:500], idempotent=True, batch_bytes=2000)
    stage.restart_broker(topic, 1)
    produce(driver, topic, messages[500:], idempotent=True, batch_bytes=2000)
    batches = raw.stored_batches(stage.observer, topic)
    assert len({header.producer_id for header in batches}) == 1
    assert [header.base_sequence for header in batches] == [header.base_offset for header in batches]
    assert values(read_all(driver, topic, 1000)) == values(messages)


def idempotence_over_resets(stage: Stage) -> None:
    """Connections break when the broker has written but not answered: what is sent again is not written again."""
    with stage.proxy() as proxy:
        driver = stage.driver_through(proxy)
        topic = stage.new_topic(driver)
        produce(driver, topic, numbered(10), idempotent=True)
        for number in range(10, 40, 10):
            proxy.break_at_answer("Produce")
            produce(driver, topic, numbered(10, number), idempotent=True)
        assert proxy.broken == 3
        assert values(read_all(driver, topic, 40)) == values(numbered(40))
    assert raw.end_offset(stage.observer, topic) == 40


def producing_over_resets(stage: Stage) -> None:
    """Every message arrives, in spite of connections that break while it is produced."""
    with stage.proxy() as proxy:
        driver = stage.driver_through(proxy)
        topic = stage.new_topic(driver)
        produce(driver, topic, numbered(10))
        proxy.break_at_request("Produce")
        produce(driver, topic, numbered(100, 10), batch_bytes=1000)
        assert proxy.broken == 1
        seen = read_all(driver, topic, 110)
    assert set(values(seen)) == set(values(numbered(110)))


def consuming_over_resets(stage: Stage) -> None:
    """A consumer whose connections break gets every message, each once, in order."""
    with stage.proxy() as proxy:
        driver = stage.driver_through(proxy)
        topic = stage.new_topic()
        stage.fill(topic, 100)
        open_consumer(driver, topic)
        seen = consume(driver, 100)
        for number in range(100, 400, 100):
            proxy.break_all()
            stage.fill(topic, 100, begin=number)
            seen += consume(driver, 100)
        assert proxy.broken >= 3
    assert values(seen) == [f"{number}" for number in range(400)]
