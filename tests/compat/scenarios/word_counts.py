"""Stream processing: an application that counts words (drivers/word_count.py), and what it goes through."""

import random
from collections import Counter
from pathlib import Path

from tests.compat import log_content, raw
from tests.compat.driver import Driver

from .stage import Stage

PARTITIONS = 2
VOCABULARY = [f"word-{number}" for number in range(20)]
WORDS_PER_LINE = 5
SECONDS = 90.0
TOPIC = 2
"""The type of a resource."""


def word_count(stage: Stage) -> None:
    """Every word is counted, and an application that was stopped goes on where it was."""
    words = Words(stage)
    words.send(200)
    for _ in range(2):
        instance = words.start("one")
        words.wait_until_counted()
        instance.ask("stop")
        words.send(200)


def state_from_changelog(stage: Stage) -> None:
    """An application that comes without what it had on disk has its counts from the changelog, which is compacted."""
    words = Words(stage)
    words.send(200)
    for directory in ("first disk", "second disk"):
        instance = words.start(directory)
        words.wait_until_counted()
        instance.ask("stop")
        words.send(200)
    assert [cleanup_policy(stage, topic) for topic in words.changelogs()] == ["compact"]


def second_instance(stage: Stage) -> None:
    """A second instance shares the work, and does all of it when the first is killed: every word is counted once."""
    words = Words(stage, exactly_once=True)
    words.send(200)
    first = words.start("first")
    words.wait_until_counted()
    alone = words.members()
    second = words.start("second")
    raw.until(lambda: words.members() == 2 * alone, SECONDS, "a group of two")
    words.send(200)
    words.wait_until_counted()
    words.send(1000)
    first.stop()
    words.wait_until_counted()
    second.ask("stop")


def exactly_once_count(stage: Stage) -> None:
    """In transactions: the committed counts of each word are 1, 2, 3 and so on, though the broker starts again.

    An application that ends on an error is started again, as a supervisor does.
    """
    words = Words(stage, exactly_once=True)
    instance = words.start("one")
    for _ in range(2):
        words.send(1000)
        words.wait_until(100)
        stage.restart_broker(words.source, PARTITIONS)
        raw.until(lambda: raw.is_ready(stage.observer, words.target, PARTITIONS), what="the topic after the restart")

        def is_counted() -> bool:
            nonlocal instance
            if not instance.is_running():
                instance = words.start("one")
            return words.are_counted()

        raw.until(is_counted, SECONDS, "all counts after the restart")
    instance.ask("stop")
    assert words.counts() == {word: list(range(1, times + 1)) for word, times in words.sent.items()}


def cleanup_policy(stage: Stage, topic: str) -> str:
    resource = {"resource_type": TOPIC, "resource_name": topic, "configuration_keys": ["cleanup.policy"]}
    [described] = stage.observer.ask("describe_configs", 4, resources=[resource]).results
    return str(described.configs[0].value)


class Words:
    """The words of an application, sent and counted."""

    def __init__(self, stage: Stage, *, exactly_once: bool = False) -> None:
        self._stage = stage
        self._exactly_once = exactly_once
        self.application = stage.name("words")
        self.source, self.target = stage.new_topic(partitions=PARTITIONS), stage.new_topic(partitions=PARTITIONS)
        self.sent: Counter[str] = Counter()

    def start(self, directory: str) -> Driver:
        instance = self._stage.driver()
        settings = {"directory": str(Path(self._stage.logs, directory)), "exactly_once": self._exactly_once}
        instance.ask("start", application=self.application, input=self.source, output=self.target, **settings)
        return instance

    def members(self) -> int:
        """How many are in the group, once that is stable."""
        group = raw.group_state(self._stage.observer, self.application)
        return len(group.assignments) if group.state == "Stable" else 0

    def changelogs(self) -> list[str]:
        topics = self._stage.observer.ask("metadata", 9, topics=None).topics
        return [topic.name for topic in topics if self.application in topic.name and "changelog" in topic.name]

    def send(self, lines: int) -> None:
        chosen = [random.choices(VOCABULARY, k=WORDS_PER_LINE) for _ in range(lines)]
        for partition in range(PARTITIONS):
            batch = raw.batch(*(" ".join(line).encode() for line in chosen[partition::PARTITIONS]))
            assert raw.produce(self._stage.observer, self.source, batch, partition=partition).error_code == 0
        self.sent += Counter(word for line in chosen for word in line)

    def counts(self) -> dict[str, list[int]]:
        """The committed counts of each word, in the order of the log."""
        places = [(self.target, partition) for partition in range(PARTITIONS)]
        found: dict[str, list[int]] = {}
        for records in log_content.read(self._stage.broker.address, places, "read_committed").values():
            for record in records:
                found.setdefault(record["key"], []).append(int(record["value"]))
        return found

    def wait_until(self, counts: int) -> None:
        raw.until(lambda: sum(map(len, self.counts().values())) >= counts, SECONDS, f"{counts} counts")

    def are_counted(self) -> bool:
        """The last count of each word is how often it was sent."""
        return {word: counts[-1] for word, counts in self.counts().items()} == self.sent

    def wait_until_counted(self) -> None:
        raw.until(self.are_counted, SECONDS, "all counts")
