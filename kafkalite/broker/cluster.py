"""The cluster as this broker knows and changes it: a shell that stores metadata records, then makes them true.

Every change is decided by a pure function on the image, stored, applied to the image and carried out on the running
topics, in that order. Whoever stores first wins; the others read what was written and decide again. So a record without
its partitions is completed at the next start, and a removed topic's data is no topic's data.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

import trio

from kafkalite.config import (
    BROKER_KEYS,
    TOPIC_KEYS,
    ConfigError,
    check_dynamic,
    parse_topic_configs,
    usable_dynamic,
)
from kafkalite.core.cluster import create_topics
from kafkalite.core.cluster.image import (
    ClusterImage,
    MetadataRecord,
    TopicImage,
    UnknownMetadata,
    broker_record,
    cluster_record,
    producer_ids_record,
    topic_erased_record,
)
from kafkalite.core.cluster.topic_names import OFFSETS_TOPIC, TRANSACTIONS_TOPIC
from kafkalite.metadata.metadata_store import MetadataStore, RevisionConflict
from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.errors import KafkaError
from kafkalite.wire.message import Uuid, uuid_from_text, uuid_to_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kafkalite.broker.clock import Clock
    from kafkalite.broker.randomness import Random
    from kafkalite.broker.topics import Topic, Topics
    from kafkalite.config import BrokerConfig
    from kafkalite.core.cluster import alter_configs, create_partitions, delete_topics
    from kafkalite.wire.messages.create_partitions import CreatePartitionsRequest
    from kafkalite.wire.messages.create_topics import CreateTopicsRequest
    from kafkalite.wire.messages.delete_topics import DeleteTopicsRequest
    from kafkalite.wire.messages.update_features import UpdateFeaturesRequest

log = logging.getLogger(__name__)

T = TypeVar("T")

Decision = Callable[[ClusterImage], tuple[T, list[MetadataRecord]]]
"""A pure decision: what to answer, and the records that make it true. It may be asked again on a newer image."""

PRODUCER_ID_BLOCK = 1000
"""Producer ids stored as given out at a time (Kafka's size): a restart wastes the rest of a block, and no id comes
twice.
"""


class Cluster:
    """The cluster's image, and every way to change it."""

    def __init__(
        self,
        store: MetadataStore,
        topics: Topics,
        config: BrokerConfig,
        *,
        clock: Clock,
        random: Random,
        expected_id: str | None = None,
    ) -> None:
        """expected_id: the cluster whose data this is: founded if there is none, no other is served (None: any)."""
        self.image = ClusterImage()
        self.on_topic_deleted: list[Callable[[str, Uuid], None]] = []
        """Called with name and id of every topic that is deleted, after its partitions are gone."""
        self.on_configured: list[Callable[[], None]] = []
        """Called when settings of brokers or groups have changed, after this broker's are what they are now."""
        self.node_id = config.int("node.id")
        self._store = store
        self._topics = topics
        self._config = config
        self._clock = clock
        self._random = random
        self._expected_id = expected_id
        self._changing = trio.Lock()
        self._running = False
        self._erased: list[MetadataRecord] = []
        self._next_producer_id = 0
        self._producer_ids_end = 0
        self._foreign_producer_ids: set[int] = set()

    @property
    def cluster_id(self) -> str:
        assert self.image.cluster_id is not None, "start comes first"
        return self.image.cluster_id

    async def start(self) -> None:
        """Load the image, register this broker and start the topics' partitions.

        Raises StorageError when the records cannot be read, are of a newer version or of another cluster.
        """
        try:
            self._reach(*await self._store.load())
        except UnknownMetadata as problem:
            raise StorageError(f"{problem}. Did a newer version of kafkalite write it?") from problem
        if self._expected_id is not None and self.image.cluster_id not in (None, self._expected_id):
            raise StorageError(
                f"the metadata is of cluster {self.image.cluster_id}, but meta.properties names {self._expected_id}: "
                "they do not belong together; restore the one that was changed"
            )
        self._obey_dynamic_settings()
        self._finish_deletions()
        await self.change(self._register)
        self._topics.leader_epoch = self.image.brokers[self.node_id].leader_epoch
        self._running = True
        for topic in self.image.topics.values():
            self._start_topic(topic)
        await self._overtake(self._topics.newest_epoch())
        given_out = self.image.next_producer_id
        self._foreign_producer_ids = {one for one in self._topics.producer_ids() if one >= given_out}

    async def _overtake(self, epoch: int) -> None:
        """Lead all partitions in this epoch if one of them has it: records that another broker wrote came with a copied
        directory. Clients know the epoch of a partition from the metadata alone."""
        if epoch > self.image.brokers[self.node_id].leader_epoch:
            await self.change(partial(self._register, least_epoch=epoch))
            self._topics.lead(self.image.brokers[self.node_id].leader_epoch)

    async def follow(self) -> None:
        """Take in what other brokers write, for ever. A broker that is alone on its store need not run this."""
        async for revision, records in self._store.watch(self.image.revision):
            self._reach(revision, records)

    async def change(self, decide: Decision[T]) -> T:
        """Decide, store, apply; return what was decided. Raises StorageError, and then nothing has changed.

        A cancelled request either never began to store or finishes.
        """
        async with self._changing:
            while True:
                self.image.cordoned = {self.node_id} if self._topics.are_cordoned else set()
                outcome, records = decide(self.image)
                if not records:
                    return outcome
                with trio.CancelScope(shield=True):
                    if await self._append(records):
                        return outcome

    # Topics

    async def create_topics(
        self, topics: Sequence[CreateTopicsRequest.CreatableTopic], *, validate_only: bool = False
    ) -> list[create_topics.Outcome]:
        """Create what can be created of a CreateTopics request. Raises StorageError."""
        rules = create_topics.TopicRules(
            self._config.int("num.partitions"), _default_factor(self._config), self._random.uuid, self._topic_problem
        )

        def decide(image: ClusterImage) -> tuple[list[create_topics.Outcome], list[MetadataRecord]]:
            outcomes = create_topics.create_topics(image, topics, rules)
            return outcomes, [] if validate_only else create_topics.records_of(outcomes)

        return await self.change(decide)

    async def create_partitions(
        self, topics: Sequence[CreatePartitionsRequest.CreatePartitionsTopic], *, validate_only: bool = False
    ) -> list[create_partitions.Outcome]:
        """Add what can be added of a CreatePartitions request. Raises StorageError."""
        from kafkalite.core.cluster import create_partitions

        def decide(image: ClusterImage) -> tuple[list[create_partitions.Outcome], list[MetadataRecord]]:
            outcomes = create_partitions.create_partitions(image, topics)
            return outcomes, [] if validate_only else create_partitions.records_of(outcomes)

        return await self.change(decide)

    async def delete_topics(
        self, topics: Sequence[DeleteTopicsRequest.DeleteTopicState]
    ) -> list[delete_topics.Outcome]:
        """Delete what can be deleted of a DeleteTopics request. Raises StorageError."""
        from kafkalite.core.cluster import delete_topics

        def decide(image: ClusterImage) -> tuple[list[delete_topics.Outcome], list[MetadataRecord]]:
            outcomes = delete_topics.delete_topics(image, topics)
            return outcomes, delete_topics.records_of(outcomes)

        return await self.change(decide)

    async def alter_configs(
        self, alterations: Sequence[alter_configs.Alteration], *, validate_only: bool = False
    ) -> list[alter_configs.Outcome]:
        """Change what can be changed of the configurations of topics, brokers and groups. Raises StorageError."""
        from kafkalite.config.group_keys import GROUP_KEYS
        from kafkalite.core.cluster import alter_configs

        rules = alter_configs.Rules(
            self.node_id,
            TOPIC_KEYS,
            BROKER_KEYS,
            self._topic_problem,
            self._dynamic_problem,
            GROUP_KEYS,
            self._group_problem,
        )

        def decide(image: ClusterImage) -> tuple[list[alter_configs.Outcome], list[MetadataRecord]]:
            outcomes = alter_configs.alter_configs(image, alterations, rules)
            return outcomes, [] if validate_only else alter_configs.records_of(outcomes)

        return await self.change(decide)

    async def ensure_topic(self, name: str) -> Topic:
        """Return the running topic, created now if it is missing: an internal topic with its own settings, any other as
        auto-creation does. Whoever comes meanwhile waits for the same creation. Raises KafkaError and StorageError."""
        if name not in self._topics.by_name:
            refusals = await self.ensure_topics([name])
            if name in refusals:
                raise refusals[name]
        return self._topics.by_name[name]

    async def ensure_topics(self, names: Iterable[str]) -> dict[str, KafkaError]:
        """Create those that are missing, in one change; return why some could not be created. Raises StorageError."""
        wanted = list(names)
        return await self.change(lambda image: self._create_missing(image, wanted))

    # Producer ids

    def next_producer_id(self) -> int | None:
        """Return a producer id never given out before, None when `fetch_producer_ids` has to come first."""
        if not self.has_producer_ids:
            return None
        producer_id = self._next_producer_id
        self._go_to_producer_id(producer_id + 1)
        return producer_id

    def _go_to_producer_id(self, producer_id: int) -> None:
        """Give out this one next, or the first after it that no log knows.

        Records of another cluster's producers came with a copied directory, and a new producer would not go on with
        their sequence.
        """
        while producer_id < self._producer_ids_end and producer_id in self._foreign_producer_ids:
            producer_id += 1
        self._next_producer_id = producer_id

    @property
    def has_producer_ids(self) -> bool:
        """Whether `next_producer_id` has one to return."""
        return self._next_producer_id < self._producer_ids_end

    async def fetch_producer_ids(self) -> None:
        """Have at least one producer id at hand. Raises StorageError."""
        while not self.has_producer_ids:
            await self.change(self._take_producer_ids)

    async def new_producer_id(self) -> int:
        """Return a producer id never given out before. Raises StorageError."""
        while True:
            producer_id = self.next_producer_id()
            if producer_id is not None:
                return producer_id
            await self.fetch_producer_ids()

    # Features

    async def update_features(
        self, updates: Sequence[UpdateFeaturesRequest.FeatureUpdateKey], *, validate_only: bool = False
    ) -> None:
        """Set the finalized levels of features. Raises KafkaError if any is refused, and StorageError."""
        from kafkalite.core.cluster import features

        def decide(image: ClusterImage) -> tuple[None, list[MetadataRecord]]:
            records = features.update_features(image, updates, self.node_id)
            return None, [] if validate_only else records

        await self.change(decide)

    # Decisions of the broker itself

    def _register(self, image: ClusterImage, least_epoch: int = 0) -> tuple[None, list[MetadataRecord]]:
        records = [broker_record(self.node_id, self._config.str("broker.rack"), least_epoch)]
        if image.cluster_id is None:
            records.insert(0, cluster_record(self._expected_id or uuid_to_text(self._random.uuid())))
        return None, records

    def _create_missing(
        self, image: ClusterImage, names: list[str]
    ) -> tuple[dict[str, KafkaError], list[MetadataRecord]]:
        refusals: dict[str, KafkaError] = {}
        records: list[MetadataRecord] = []
        taken: set[str] = set()
        for name in names:
            if name in image.topics:
                continue
            settings = _settings_of_new_topic(name, self._config, len(image.brokers))
            try:
                topic = create_topics.new_topic(image, name, settings, self._random.uuid(), taken)
                records.append(topic.record())
            except KafkaError as refusal:
                refusals[name] = refusal
        return refusals, records

    def _take_producer_ids(self, image: ClusterImage) -> tuple[None, list[MetadataRecord]]:
        if self.has_producer_ids:
            return None, []  # somebody fetched one while we waited
        return None, [producer_ids_record(self.node_id, image.next_producer_id, PRODUCER_ID_BLOCK)]

    # Storing and carrying out

    async def _append(self, records: list[MetadataRecord]) -> bool:
        """Store and apply; False: somebody else was first, and the image now has what they wrote."""
        now = self._clock.wall_ms()
        erased = self._erased.copy()
        records = [record | {"at_ms": now} for record in erased + records]
        try:
            revision = await self._store.append(records, after=self.image.revision)
        except RevisionConflict:
            self._reach(*await self._store.load())
            return False
        del self._erased[: len(erased)]
        self._reach(revision, records)
        return True

    def _reach(self, revision: int, records: list[MetadataRecord]) -> None:
        """Take in the last of `records` up to `revision`, as far as the image does not have them yet."""
        missing = revision - self.image.revision
        if missing > 0:
            for record in records[-missing:]:
                self.image.apply(record)
                if self._running:
                    self._carry_out(record)

    def _carry_out(self, record: MetadataRecord) -> None:
        """Make a record true that the image just took in."""
        match record["type"]:
            case "topic":
                self._start_topic(self.image.topics[record["name"]], is_new=True)
            case "partitions":
                count = len(record["replicas"])
                self._topics.add_partitions(self._topics.by_id[_topic_id(record)], count, is_new=True)
            case "topic_configs":
                self._topics.reconfigure(self._topics.by_id[_topic_id(record)], record["configs"])
            case "broker_configs" if record["node_id"] in (None, self.node_id):
                self._obey_dynamic_settings()
                for topic in self._topics.by_name.values():
                    self._topics.reconfigure(topic, topic.configs)
                self._tell_configured()
            case "group_configs":
                self._tell_configured()
            case "topic_removed":
                self._delete(self._topics.by_id[_topic_id(record)])
            case "producer_ids" if record["node_id"] == self.node_id:
                self._producer_ids_end = record["first"] + record["count"]
                self._go_to_producer_id(record["first"])

    def _start_topic(self, topic: TopicImage, *, is_new: bool = False) -> Topic:
        return self._topics.create(topic.name, topic.topic_id, len(topic), topic.configs, is_new=is_new)

    def _obey_dynamic_settings(self) -> None:
        """Make the config what the image says, as far as it can be used, and tell what has no effect."""
        config, stored = self._config, self.image.broker_configs
        before = config.with_dynamic(config.cluster_wide, config.own)
        revised, problems = usable_dynamic(config, stored.get(None, {}), stored.get(self.node_id, {}))
        config.become(revised)
        for problem in problems:
            log.error("a dynamic setting is ignored: %s", problem)
        changed = [
            name
            for name in {**config.cluster_wide, **config.own}
            if name in BROKER_KEYS and config.value(name) != before.value(name)
        ]
        for notice in config.without_effect(changed):
            log.log(logging.WARNING if notice.warning else logging.INFO, "%s", notice.text)

    def _dynamic_problem(
        self, cluster_wide: Mapping[str, str], own: Mapping[str, str], changing_own: bool
    ) -> str | None:
        try:
            check_dynamic(self._config, cluster_wide, own, changing_own=changing_own)
        except ConfigError as problem:
            return str(problem)
        return None

    def _group_problem(self, configs: Mapping[str, str]) -> str | None:
        from kafkalite.config.group_config import check_group_configs

        try:
            check_group_configs(self._config, configs)
        except ConfigError as problem:
            return str(problem)
        return None

    def _tell_configured(self) -> None:
        for tell in self.on_configured:
            tell()

    def _delete(self, topic: Topic) -> None:
        """Delete a removed topic's data. The record of it goes with the next change; without it the next start looks
        again and finds nothing."""
        try:
            self._topics.delete(topic)
            self._erased.append(topic_erased_record(topic.topic_id, self.node_id))
        except StorageError as problem:
            log.error("data of the deleted topic %s is left, the next start will try again: %s", topic.name, problem)
        for tell in self.on_topic_deleted:
            tell(topic.name, topic.topic_id)

    def _topic_problem(self, configs: Mapping[str, str | None] | Mapping[str, str]) -> str | None:
        """Say why a topic may not have these overrides, None if it may."""
        try:
            parse_topic_configs(self._config, configs)
        except ConfigError as problem:
            return str(problem)
        return None

    def _finish_deletions(self) -> None:
        """Delete what a crash left of removed topics, by starting each once more for this purpose only."""
        for topic, holders in self.image.removed.values():
            if self.node_id in holders:
                self._topics.leader_epoch = self.image.brokers[self.node_id].leader_epoch
                self._delete(self._start_topic(topic))


def _topic_id(record: MetadataRecord) -> Uuid:
    return uuid_from_text(record["topic_id"])


_INTERNAL_TOPICS: Final[dict[str, tuple[str, dict[str, str]]]] = {
    OFFSETS_TOPIC: (
        "offsets.topic",
        {"cleanup.policy": "compact", "compression.type": "producer"},
    ),
    TRANSACTIONS_TOPIC: (
        "transaction.state.log",
        {"cleanup.policy": "compact", "compression.type": "uncompressed", "unclean.leader.election.enable": "false"},
    ),
    "__share_group_state": (
        "share.coordinator.state.topic",
        {"cleanup.policy": "delete", "compression.type": "producer", "retention.ms": "-1"},
    ),
}
"""The internal topics: prefix of their broker keys, and the overrides Kafka creates them with."""


def _settings_of_new_topic(name: str, config: BrokerConfig, brokers: int) -> create_topics.TopicSettings:
    """Return what a topic gets that the broker creates by itself.

    An internal topic gets as many replicas as there are brokers to hold them: Kafka's default of 3 would keep a single
    broker from ever serving a group.
    """
    if name not in _INTERNAL_TOPICS:
        return create_topics.TopicSettings(config.int("num.partitions"), _default_factor(config), {})
    prefix, configs = _INTERNAL_TOPICS[name]
    configs = configs | {"segment.bytes": str(config.int(f"{prefix}.segment.bytes"))}
    if name != OFFSETS_TOPIC:
        configs["min.insync.replicas"] = str(config.int(f"{prefix}.min.isr"))
    factor = min(config.int(f"{prefix}.replication.factor"), brokers)
    return create_topics.TopicSettings(config.int(f"{prefix}.num.partitions"), factor, configs)


def _default_factor(config: BrokerConfig) -> int:
    return max(1, config.int("default.replication.factor"))  # -1 leaves it to a controller, which is us
