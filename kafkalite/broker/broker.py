"""The broker: the one place that knows every part, and the order in which they start and stop."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import trio

from kafkalite.broker.clock import Clock
from kafkalite.broker.cluster import Cluster
from kafkalite.broker.randomness import Random
from kafkalite.broker.retention import Retention
from kafkalite.broker.topics import Topics
from kafkalite.broker.waiting import Timers
from kafkalite.config import BrokerConfig
from kafkalite.core.cluster.topic_names import OFFSETS_TOPIC, TRANSACTIONS_TOPIC
from kafkalite.metadata.metadata_store import MetadataStore
from kafkalite.storage.log_directories import LogDirectories

if TYPE_CHECKING:
    from kafkalite.broker.coordinators import GroupCoordinator
    from kafkalite.broker.markers import MarkerWriter
    from kafkalite.broker.session import Session
    from kafkalite.broker.storing import Storing
    from kafkalite.broker.transactions import TransactionCoordinator
    from kafkalite.core.fetch_sessions import FetchSessions

PRODUCER_CHECK_SECONDS = 600.0
"""How often idempotent producers past `producer.id.expiration.ms` are forgotten
(producer.id.expiration.check.interval.ms).
"""

CLEANER_DELAY_SECONDS = 1.0
"""How long after the start compaction begins: clients that wait for it come first."""


class Broker:
    """One Kafka broker without its sockets.

    Give it a config, a clock and its stores, which stay the caller's to close; `start` loads what they hold, `run`
    keeps the timers going. Requests come in through `kafkalite.server.dispatch.Conversation`.
    """

    def __init__(
        self,
        config: BrokerConfig,
        *,
        clock: Clock,
        random: Random,
        stores: LogDirectories,
        metadata: MetadataStore,
        cluster_id: str | None = None,
    ) -> None:
        self.config = config
        self.clock = clock
        self.random = random
        self.stores = stores
        stores.is_cordoned = config.is_cordoned
        self.metadata = metadata
        self.node_id = config.int("node.id")
        self.timers = Timers(clock)
        self.topics = Topics(stores, config, clock, later=self.timers.after)
        self.retention = Retention(self.topics, config, self.timers)
        self.cluster = Cluster(metadata, self.topics, config, clock=clock, random=random, expected_id=cluster_id)
        self._advertised = {name: (address.host, address.port) for name, address in config.advertised.items()}

    @cached_property
    def fetch_sessions(self) -> FetchSessions:
        """The sessions of those who fetch, loaded when asked for, as `groups`."""
        from kafkalite.core.fetch_sessions import FetchSessions

        return FetchSessions(self.config.int("max.incremental.fetch.session.cache.slots"), self.random.session_id)

    @cached_property
    def _storing(self) -> Storing:
        from kafkalite.broker.storing import Storing

        return Storing()

    @cached_property
    def groups(self) -> GroupCoordinator:
        """The group coordinator. Without a group it costs nothing: its part of the house is loaded when asked for."""
        from kafkalite.broker.coordinators import GroupCoordinator

        groups = GroupCoordinator(
            self.topics,
            self.cluster,
            self.config,
            clock=self.clock,
            timers=self.timers,
            random=self.random,
            storing=self._storing,
        )
        self.cluster.on_topic_deleted.append(groups.forget_topic)
        self.cluster.on_configured.append(groups.reconfigure)
        groups.load()
        return groups

    @cached_property
    def markers(self) -> MarkerWriter:
        """What ends transactions in this broker's partitions."""
        from kafkalite.broker.markers import MarkerWriter

        return MarkerWriter(self.topics, self.groups, self._storing)

    @cached_property
    def transactions(self) -> TransactionCoordinator:
        """The transaction coordinator, loaded when asked for, as `groups`."""
        from kafkalite.broker.transactions import TransactionCoordinator

        transactions = TransactionCoordinator(
            self.topics,
            self.cluster,
            self.markers,
            self._storing,
            self.config,
            clock=self.clock,
            timers=self.timers,
        )
        transactions.load()
        return transactions

    @property
    def cluster_id(self) -> str:
        """The cluster's id, known once started."""
        return self.cluster.cluster_id

    async def start(self) -> None:
        """Load topics, their logs and the groups. Raises StorageError when what the stores hold cannot be trusted."""
        await self.cluster.start()
        if OFFSETS_TOPIC in self.topics.by_name:
            self.groups  # noqa: B018 - members' sessions begin
        if TRANSACTIONS_TOPIC in self.topics.by_name:
            self.transactions  # noqa: B018 - timeouts run, and what is prepared is finished
        self.retention.start()
        self._checkpoint()
        self.timers.after(PRODUCER_CHECK_SECONDS, self._expire_producers)

    async def run(self) -> None:
        """Run every timer and the log cleaner until cancelled."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self.timers.run)
            if self.config.bool("log.cleaner.enable"):
                nursery.start_soon(self._compact)

    async def _compact(self) -> None:
        await trio.sleep(CLEANER_DELAY_SECONDS)
        from kafkalite.broker.cleaner import Cleaner  # nothing that a start needs

        await Cleaner(self.topics, self.config, self.clock).run()

    def advertised(self, session: Session) -> tuple[str, int]:
        """Return (host, port) under which the client of `session` reaches this broker.

        What `advertised.listeners` says for the listener it came in by, else the address it dialled.
        """
        return self._advertised.get(session.listener) or (session.local_host, session.local_port)

    def _expire_producers(self) -> None:
        self.timers.after(PRODUCER_CHECK_SECONDS, self._expire_producers)
        self.topics.expire_producers()

    def _checkpoint(self) -> None:
        self.timers.after(self.config.int("log.flush.offset.checkpoint.interval.ms") / 1000, self._checkpoint)
        self.topics.checkpoint()
