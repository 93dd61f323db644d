"""Consume, transform, produce, while the application and the broker are killed at random: every result is there once.

An application reads `inputs`, writes f(x) of each x to the same partition of `outputs`, and commits its offsets and its
results together, in one transaction after the other. Whatever happens to it and to the broker, a reader of committed
data finds the results of all inputs, once each and in their order; no open transaction holds readers up for longer than
its timeout and some seconds; and an instance that was given up and wakes again is refused.

Until the last accident has been, more inputs come when few are left: every accident finds the application at work,
however fast that is.

`--inputs N` for a longer run: `scripts/test --only compat -k exactly_once -s --inputs 50000`.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from . import log_content, raw
from .brokers import BrokerProcess
from .clients import TRANSACTIONAL_CLIENTS, Client, Launch
from .conftest import Launches
from .driver import ClientError, Driver
from .drivers.transactions import transformed

INPUTS, OUTPUTS, GROUP = "inputs", "outputs", "application"
PARTITIONS = 3
COUNT = 1500
"""Inputs at the beginning, unless told otherwise."""
ENOUGH = 300
"""With fewer inputs left than these, and accidents to come, there come as many again."""
PER_TRANSACTION = 10
"""At most so many records are transformed in one transaction."""
WORK_MS = 5
"""A transaction takes so long beside its requests."""
TIMEOUT_MS = 3000
"""Of a transaction."""
GRACE_SECONDS = 5.0
"""An open transaction may hold up readers for so much longer than its timeout."""
PROGRESS_SECONDS = 60.0
"""A client that has lost its broker is at work again well within this time."""
LIBRDKAFKA_FENCED = "_FENCED"
"""What librdkafka makes of them."""
FENCED = (47, 90, LIBRDKAFKA_FENCED)
"""INVALID_PRODUCER_EPOCH, PRODUCER_FENCED."""
LOOK_SECONDS = 0.05
MOST_BETWEEN = 400
"""Offsets of output between two accidents, at most: records and markers."""
WEIGHTS = (10, 8, 4, 2, 1)
"""How often what is done; see `Drill.run`."""

APPLICATIONS = [
    client for client in TRANSACTIONAL_CLIENTS if client.name in ("confluent-kafka", "kafka-python-3.0", "java")
]


@pytest.mark.parametrize("client", [pytest.param(client, id=client.name) for client in APPLICATIONS])
def test_every_result_is_there_once(
    client: Client, own_broker: BrokerProcess, launches: Launches, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    count = request.config.getoption("inputs", None) or COUNT
    launch = launches.of_transactions(client)
    inputs = Inputs(own_broker)
    inputs.send(count)
    begun = time.monotonic()
    with ExitStack() as stack:
        watch = stack.enter_context(Watch(own_broker))
        drill = stack.enter_context(Drill(own_broker, launch, tmp_path, inputs))
        drill.run()
    seconds = time.monotonic() - begun
    expected = [[transformed(text) for text in texts] for texts in inputs.sent]
    committed, everything = results(own_broker, "read_committed"), results(own_broker, "read_uncommitted")
    aborted = sum(map(len, everything)) - sum(map(len, committed))
    print(
        f"\n{client.name} on {own_broker.kind}: {inputs.count} inputs in {seconds:.0f} s; {drill.report()}; "
        f"{aborted} results aborted; readers were held up for {watch.longest:.1f} s at most"
    )
    assert differences(expected, committed) == []
    assert committed == expected, "the results are out of order"
    assert aborted, "no transaction was cut off"
    assert watch.longest < TIMEOUT_MS / 1000 + GRACE_SECONDS
    assert set(drill.zombies) <= set(FENCED)


class Inputs:
    """Numbers, dealt out to the partitions in turns."""

    def __init__(self, broker: BrokerProcess) -> None:
        self._broker = broker
        self.count = 0
        self.sent: list[list[str]] = [[] for _ in range(PARTITIONS)]
        """The inputs of each partition."""
        with broker.connect() as connection:
            for topic in (INPUTS, OUTPUTS):
                raw.create_topic(connection, topic, PARTITIONS)

    def send(self, count: int) -> None:
        """So many more."""
        writer = log_content.Writer(self._broker.address, enable_idempotence=True)
        numbers = range(self.count, self.count + count)
        for partition, sent in enumerate(self.sent):
            texts = [str(number) for number in numbers if number % PARTITIONS == partition]
            writer.send(INPUTS, *({"value": text.encode()} for text in texts), partition=partition)
            sent += texts
        self.count += count


def results(broker: BrokerProcess, isolation: str) -> list[list[str]]:
    """The results in each partition, in the order of the log."""
    places = [(OUTPUTS, partition) for partition in range(PARTITIONS)]
    found = log_content.read(broker.address, places, isolation)
    return [[record["value"] for record in found[place]] for place in places]


def differences(expected: list[list[str]], found: list[list[str]]) -> list[str]:
    """What is lost, there more than once, or not a result at all."""
    texts = []
    for partition, (wanted, there) in enumerate(zip(expected, found, strict=True)):
        lost, surplus = Counter(wanted) - Counter(there), Counter(there) - Counter(wanted)
        texts += [f"{text} in {partition} is lost" for text in lost]
        texts += [f"{text} in {partition} is there {count} times too often" for text, count in surplus.items()]
    return texts


# --- accidents ----------------------------------------------------------------------------------------------------


class Drill:
    """An application that is kept running, and what is done to it and to the broker."""

    def __init__(self, broker: BrokerProcess, launch: Launch, logs: Path, inputs: Inputs) -> None:
        self._broker = broker
        self._launch = launch
        self._logs = logs
        self._inputs = inputs
        self._exit = ExitStack()
        self._starts = 0
        self._application = self._start()
        self._happened: Counter[str] = Counter()
        self._gave_up: Counter[int | str] = Counter()
        self.zombies: Counter[int | str] = Counter()
        """With what codes those were refused that had been given up."""

    def __enter__(self) -> Drill:
        return self

    def __exit__(self, *error: object) -> None:
        self._exit.close()

    def _start(self) -> Driver:
        self._starts += 1
        log = self._logs / f"application-{self._starts}.stderr"
        driver = self._exit.enter_context(Driver(self._launch, self._broker.address, log))
        settings = {"timeout_ms": TIMEOUT_MS, "records": PER_TRANSACTION, "work_ms": WORK_MS}
        driver.send("transform", id=GROUP, source=INPUTS, target=OUTPUTS, group=GROUP, **settings)
        return driver

    def _keep_running(self) -> None:
        """As whoever runs an application does: one that ends with an error is started again."""
        if self._application.answered():
            self._gave_up[outcome(self._application)] += 1
            self._restart()

    def _restart(self) -> None:
        self._application.stop()
        self._application = self._start()

    def run(self) -> None:
        """Every accident once, then any of them as long as there is enough to do without more inputs."""
        accidents = [self.kill_application, self.kill_broker, self.wake_a_zombie, self.kill_both, self.abandon]
        for accident in accidents:
            accident()
        while self.left() > 2 * MOST_BETWEEN:
            random.choices(accidents, weights=WEIGHTS)[0]()
        self._wait_until_all_is_done()

    def report(self) -> str:
        accidents = ", ".join(f"{count} x {what}" for what, count in self._happened.items())
        return f"{accidents}; applications that gave up: {dict(self._gave_up)}; zombies got {dict(self.zombies)}"

    # -- how far it is

    def left(self) -> int:
        """Inputs whose results are not committed yet."""
        with self._broker.connect() as connection:
            return self._inputs.count - sum(
                max(offset, 0) for offset in raw.committed(connection, GROUP, INPUTS, PARTITIONS)
            )

    def _keep_busy(self) -> None:
        """There is an application, and it never runs out of inputs."""
        self._keep_running()
        if self.left() < ENOUGH:
            self._inputs.send(ENOUGH)

    def _go_on(self) -> None:
        """Until there is some more output."""
        with self._broker.connect() as connection:
            goal = end(connection) + random.randint(1, MOST_BETWEEN)
            deadline = time.monotonic() + PROGRESS_SECONDS
            while end(connection) < goal:
                assert time.monotonic() < deadline, "no progress"
                self._keep_busy()

    def _wait_until_all_is_done(self) -> None:
        deadline = time.monotonic() + PROGRESS_SECONDS
        before = left = self.left()
        while left:
            if left < before:
                before, deadline = left, time.monotonic() + PROGRESS_SECONDS
            assert time.monotonic() < deadline, f"no progress with {left} inputs left"
            self._keep_running()
            time.sleep(LOOK_SECONDS)
            left = self.left()
        with self._broker.connect() as connection:  # the marker of the offsets may be there before the others
            raw.until(lambda: not is_open(connection), GRACE_SECONDS, "the end of the last transaction")

    # -- what happens

    def kill_application(self) -> None:
        self._go_on()
        self._happened["application killed"] += 1
        self._restart()

    def kill_broker(self) -> None:
        self._go_on()
        self._happened["broker killed"] += 1
        self._broker.kill_nine()
        self._broker.start()

    def kill_both(self) -> None:
        self._go_on()
        self._happened["both killed"] += 1
        self._application.stop()
        self._broker.kill_nine()
        self._broker.start()
        self._application = self._start()

    def abandon(self) -> None:
        """The application is killed in a transaction, and for a while nobody takes its place."""
        self._stop_in_a_transaction().stop()
        self._happened["abandoned"] += 1
        with self._broker.connect() as connection:
            raw.until(lambda: not is_open(connection), TIMEOUT_MS / 1000 + GRACE_SECONDS, "the end of what was begun")
        self._application = self._start()

    def wake_a_zombie(self) -> None:
        """An application stands still in a transaction until another has taken its place and is at work."""
        zombie = self._stop_in_a_transaction()
        self._happened["zombie"] += 1
        self._application = self._start()
        self._go_on()
        zombie.go_on()
        heard = outcome(zombie)
        if heard not in FENCED:  # for having stood still it waits for no answer: then it asks for an end
            with pytest.raises(ClientError) as refused:
                zombie.ask("abort")
            heard = named(refused.value)
        self.zombies[heard] += 1
        zombie.stop()

    def _stop_in_a_transaction(self) -> Driver:
        """The application, paused where its transaction can only be ended by itself or by its timeout."""
        self._go_on()
        with self._broker.connect() as connection:
            deadline = time.monotonic() + PROGRESS_SECONDS
            while True:
                self._keep_busy()
                self._application.pause()
                time.sleep(LOOK_SECONDS)  # what it has asked is answered
                if is_open(connection):
                    return self._application
                self._application.go_on()
                assert time.monotonic() < deadline, "never in a transaction"


def outcome(driver: Driver) -> int | str:
    """How an application ended that was not killed: Kafka's error code, or what its client says instead."""
    with pytest.raises(ClientError) as ended:
        driver.answer(PROGRESS_SECONDS)
    return named(ended.value)


def named(error: ClientError) -> int | str:
    if error.code is not None:
        return error.code
    return LIBRDKAFKA_FENCED if f"code={LIBRDKAFKA_FENCED}" in str(error) else str(error)


# --- what a reader of committed data waits for --------------------------------------------------------------------


def end(connection: raw.Connection) -> int:
    """How far the output reaches, whatever becomes of it."""
    return sum(raw.end_offset(connection, OUTPUTS, partition) for partition in range(PARTITIONS))


def is_open(connection: raw.Connection) -> bool:
    """Whether a transaction in the output is undecided."""
    return any(offset is not None for offset in held_up_at(connection))


def held_up_at(connection: raw.Connection) -> list[int | None]:
    """Where in each partition readers of committed data cannot go on; None: they have read everything."""
    where: list[int | None] = []
    for partition in range(PARTITIONS):
        answer = raw.fetch(connection, OUTPUTS, partition, 0, isolation_level=1, max_bytes=1)
        is_held_up = answer.error_code == 0 and answer.last_stable_offset < answer.high_watermark
        where.append(int(answer.last_stable_offset) if is_held_up else None)
    return where


class Watch:
    """Measures how long readers are held up at one offset while the broker runs."""

    def __init__(self, broker: BrokerProcess) -> None:
        self._broker = broker
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._held_up: list[tuple[int | None, float]] = [(None, 0.0)] * PARTITIONS
        self.longest = 0.0

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            with suppress(OSError, raw.Closed), self._broker.connect() as connection:
                self._look(connection)

    def _look(self, connection: raw.Connection) -> None:
        """Until the broker is gone; how long that is does not count."""
        looked = time.monotonic()
        while not self._stopping.wait(LOOK_SECONDS):
            offsets, before, looked = held_up_at(connection), looked, time.monotonic()
            for partition, offset in enumerate(offsets):
                known, seconds = self._held_up[partition]
                seconds = seconds + looked - before if offset is not None and offset == known else 0.0
                self._held_up[partition] = offset, seconds
                self.longest = max(self.longest, seconds)
