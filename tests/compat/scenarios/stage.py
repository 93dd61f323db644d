"""What a scenario is, and what it is given: a client, whose drivers it starts, and a broker, which it may look at."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.compat import raw
from tests.compat.brokers import Broker
from tests.compat.clients import CLIENT, Client, Launch
from tests.compat.driver import ClientError, Driver
from tests.compat.pool import Pool
from tests.compat.proxy import Proxy

_numbers = count(1)


@dataclass
class Stage:
    """One client and one broker for the length of a scenario."""

    client: Client
    launch: Launch
    broker: Broker
    logs: Path  # a directory
    exit: ExitStack
    pool: Pool | None = None
    launch_transactions: Callable[[], Launch] | None = None
    drivers: list[Driver] = field(default_factory=list)
    observer: raw.Connection = field(init=False)

    def __post_init__(self) -> None:
        self.observer = self.exit.enter_context(self.broker.connect())

    def driver(self) -> Driver:
        if self.pool is None:
            return self.new_driver(self.launch, self.broker.address)
        return self._pooled(self.pool, self.launch)

    def transactional_driver(self) -> Driver:
        """One of the program for transactions."""
        assert self.launch_transactions is not None
        return self.new_driver(self.launch_transactions(), self.broker.address)

    def driver_through(self, proxy: Proxy) -> Driver:
        return self.new_driver(self.launch, proxy.address)

    def new_driver(self, launch: Launch, address: str) -> Driver:
        driver = self.exit.enter_context(Driver(launch, address, self._log()))
        self.drivers.append(driver)
        return driver

    def _pooled(self, pool: Pool, launch: Launch) -> Driver:
        driver = pool.take(launch, self.broker.address, self._log())
        self.drivers.append(driver)

        def give_back(kind: type[BaseException] | None, *_: object) -> None:
            if kind is None:
                pool.give_back(driver, launch, self.broker.address)
            else:
                driver.stop()  # who knows what state the scenario left it in

        self.exit.push(give_back)
        return driver

    def _log(self) -> Path:
        return self.logs / f"driver-{next(_numbers)}.stderr"

    @contextmanager
    def proxy(self) -> Iterator[Proxy]:
        """Something between a client and the broker that can break connections."""
        with Proxy(self.broker.address) as proxy:
            yield proxy

    def can(self, ability: str) -> bool:
        return ability not in self.client.cannot

    def codecs(self, *names: str) -> list[str]:
        """These, and nothing in the place of what the client lacks."""
        return [name if self.can(name) else "none" for name in names]

    def name(self, purpose: str) -> str:
        return raw.unique(f"{self.client.name}.{purpose}")

    def new_topic(self, driver: Driver | None = None, partitions: int = 1) -> str:
        """Created by the driver's client, if it can."""
        name = self.name("topic")
        if driver is not None and self.can("create_topics"):
            driver.ask("create_topic", name=name, partitions=partitions)
            raw.until(lambda: raw.is_ready(self.observer, name, partitions), what=f"topic {name}")
        else:
            raw.create_topic(self.observer, name, partitions)
        return name

    def fill(self, topic: str, count: int, partitions: int = 1, begin: int = 0) -> None:
        """Messages with the values `begin`, `begin + 1`, ... in each partition, not written by the client."""
        for partition in range(partitions):
            batch = raw.batch(*(b"%d" % number for number in range(begin, begin + count)))
            assert raw.produce(self.observer, topic, batch, partition=partition).error_code == 0

    def restart_broker(self, topic: str, partitions: int) -> None:
        """And wait until the topic's partitions take messages again, if the client cannot do that itself."""
        self.broker.restart()  # type: ignore[attr-defined]
        self.observer = self.exit.enter_context(self.broker.connect())
        if not (self.can("partial_retries") and self.can("leader_wait")):
            raw.until(lambda: raw.is_ready(self.observer, topic, partitions), what=f"all partitions of {topic}")

    def refused(self, ask: Callable[[], Any], code: int, *texts: str) -> None:
        """The client reports the broker's error: by number, or by one of the texts where it tells no number."""
        with pytest.raises(ClientError) as refused:
            ask()
        error = refused.value
        known = error.code == code if self.can("error_codes") else any(text in str(error) for text in texts)
        assert known, f"not error {code}: {error.code}, {error}"


@dataclass(frozen=True)
class Scenario:
    run: Callable[[Stage], None]
    needs: Sequence[str] = ()
    """The abilities (clients/client.py) without which a client cannot play."""
    restarts: bool = False
    """It starts the broker again, so the broker has to be ours."""
    name: str = ""
    kind: str = CLIENT
    """The kind of client that plays it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.name or self.run.__name__)

    @property
    def proves(self) -> str:
        function = getattr(self.run, "func", self.run)
        return " ".join((function.__doc__ or "").split())
