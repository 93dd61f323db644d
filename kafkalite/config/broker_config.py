"""The broker's configuration: every key's value, where it came from, and what the person who set it should know.

Sources go from weak to strong: the properties file, the environment, `--override`, the flags with names of their own.
Everything is checked once, when the config is made; all faults are reported together. While the broker runs, dynamic
settings stand above all of these: cluster-wide ones, and over them this broker's own (`with_dynamic`, `become`).
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, NamedTuple

from kafkalite.config.broker_keys import BROKER_KEYS
from kafkalite.config.key import HARMLESS, LATER, ConfigError
from kafkalite.config.listeners import (
    Listener,
    check_advertised,
    check_ports,
    check_protocols,
    parse_listeners,
    parse_protocol_map,
)
from kafkalite.config.sources import Given, from_environment, from_file, from_overrides, key_to_variable
from kafkalite.config.topic_config import inherited
from kafkalite.config.topic_keys import TOPIC_KEYS

if TYPE_CHECKING:
    from pathlib import Path

NOT_OF_KAFKA_4 = {
    "advertised.host.name": "Kafka 3 removed it; advertised.listeners says it",
    "advertised.port": "Kafka 3 removed it; advertised.listeners says it",
    "allow.everyone.if.no.acl.found": "there is no authorizer yet: everybody who reaches a listener may do everything",
    "host.name": "Kafka 3 removed it; listeners says it",
    "inter.broker.protocol.version": "Kafka 4 removed it; take the line out",
    "log.message.format.version": "Kafka 4 removed it; take the line out",
    "log.message.timestamp.difference.max.ms": (
        "Kafka 4 removed it; log.message.timestamp.before.max.ms and log.message.timestamp.after.max.ms say it"
    ),
    "port": "Kafka 3 removed it; listeners says it",
    "super.users": "there is no authorizer yet: everybody who reaches a listener may do everything",
    "zookeeper.connect": "Kafka 4 has no ZooKeeper; take the line out",
}
"""Names that are not in the table and that people bring along; what to tell them."""

ONE_REPLICA = (
    "default.replication.factor",
    "offsets.topic.replication.factor",
    "share.coordinator.state.topic.replication.factor",
    "transaction.state.log.replication.factor",
)


class Notice(NamedTuple):
    """A line for the log at start."""

    warning: bool
    text: str


class BrokerConfig:
    """Checked values of all broker keys.

    listeners: the addresses to open. advertised: the addresses to tell clients, by listener name, if somebody said so.
    topic_defaults: every topic key's value for a topic without overrides. notices: what was set and has no effect.
    cluster_wide, own: the texts of the dynamic settings, of all brokers and of this one.
    """

    __slots__ = (
        "_given",
        "_static",
        "_values",
        "advertised",
        "cluster_wide",
        "listeners",
        "notices",
        "own",
        "topic_defaults",
    )

    def __init__(self, given: Iterable[Given]) -> None:
        self.notices: list[Notice] = []
        self._given: dict[str, Given] = {}
        self._values: dict[str, Any] = {}
        self._static = self._values
        self.topic_defaults: dict[str, Any] = {}
        self.cluster_wide: Mapping[str, str] = {}
        self.own: Mapping[str, str] = {}
        faults = [fault for one in given if (fault := self._take(one)) is not None]
        faults += [fault for one in self._given.values() if (fault := self._parse(one)) is not None]
        _raise_all(faults)
        self._settle_node_id()
        self.listeners, self.advertised = _listeners(self)
        self._settle()
        self.notices += self.without_effect(self._given)

    @classmethod
    def load(
        cls,
        path: Path | None = None,
        overrides: Sequence[builtins.str | tuple[builtins.str, builtins.str]] = (),
        environ: Mapping[builtins.str, builtins.str] | None = None,
    ) -> BrokerConfig:
        """Read all sources. `overrides` are KEY=VALUE texts; a (key, value) pair is stronger. Raises ConfigError."""
        given = [] if path is None else from_file(path)
        return cls([*given, *from_environment(environ or {}), *from_overrides(overrides)])

    @classmethod
    def of(cls, settings: Mapping[builtins.str, builtins.str] | None = None) -> BrokerConfig:
        """Make the config of a broker inside a program, from keys and their texts. Raises ConfigError."""
        return cls([Given(name, text, "given") for name, text in (settings or {}).items()])

    def with_dynamic(
        self, cluster_wide: Mapping[builtins.str, builtins.str], own: Mapping[builtins.str, builtins.str]
    ) -> BrokerConfig:
        """Return this config under these dynamic settings instead of its present ones. Raises ConfigError.

        Kafka takes dynamic settings of any name; those that no key has rule nothing.
        """
        revised = copy(self)
        revised.cluster_wide, revised.own = cluster_wide, own
        revised._values = self._static.copy()
        for texts in (cluster_wide, own):
            revised._values |= {name: BROKER_KEYS[name].accept(texts[name]) for name in texts if name in BROKER_KEYS}
        revised._settle()
        return revised

    def become(self, revised: BrokerConfig) -> None:
        """Take over the values of `with_dynamic`'s result: everybody who asks this object follows."""
        assert revised._static is self._static, "made from this config"
        self.cluster_wide, self.own = revised.cluster_wide, revised.own
        self._values, self.topic_defaults = revised._values, revised.topic_defaults

    def value(self, key: builtins.str) -> Any:
        """Return the key's parsed value; None where Kafka has a null."""
        return self._values[key] if key in self._values else BROKER_KEYS[key].default_value

    def int(self, key: builtins.str) -> builtins.int:
        value = self.value(key)
        assert isinstance(value, builtins.int), key
        return value

    def bool(self, key: builtins.str) -> builtins.bool:
        value = self.value(key)
        assert isinstance(value, builtins.bool), key
        return value

    def str(self, key: builtins.str) -> builtins.str | None:
        value = self.value(key)
        assert value is None or isinstance(value, builtins.str), key
        return value

    def list(self, key: builtins.str) -> builtins.list[builtins.str]:
        """Return a LIST key's items, empty where Kafka has a null."""
        value = self.value(key) or []
        assert isinstance(value, builtins.list), key
        return value

    def source(self, key: builtins.str) -> builtins.str:
        """Return where the value came from, for people: `server.properties line 3`, `default`."""
        if key in self.own:
            return "dynamic setting of this broker"
        if key in self.cluster_wide:
            return "dynamic setting of the cluster"
        return self._given[key].where if key in self._given else "default"

    def given(self, key: builtins.str) -> builtins.str | None:
        """Return the key's text as somebody set it before the start, None where nobody did."""
        return self._given[key].text if key in self._given else None

    @property
    def log_directories(self) -> tuple[Path, ...]:
        """Where records are, as absolute paths."""
        return tuple(_absolute(one) for one in self.list("log.dirs") or self.list("log.dir"))

    @property
    def metadata_directory(self) -> Path:
        """Where the cluster's metadata is."""
        given = self.str("metadata.log.dir")
        return self.log_directories[0] if given is None else _absolute(given)

    def is_cordoned(self, directory: builtins.str) -> builtins.bool:
        """Whether a log directory (its absolute path) takes no new partitions."""
        cordoned = self.list("cordoned.log.dirs")
        return cordoned == ["*"] or directory in {builtins.str(_absolute(one)) for one in cordoned}

    def _take(self, one: Given) -> ConfigError | None:
        if one.name in BROKER_KEYS:
            self._given[one.name] = one
            return None
        if one.name.startswith(("rsm.config.", "rlmm.config.")):
            self.notices.append(Notice(False, f"no effect: {one.name}. Tiered storage is off."))
            return None
        if one.where.startswith("environment"):  # shared with clients and other programs, so it stops nobody's start
            self.notices.append(Notice(True, f"{one.where} has no effect: {_what_instead(one)}"))
            return None
        return ConfigError(f"Unknown configuration {one.name}: {_what_instead(one)} ({one.where})", one.name)

    def _parse(self, one: Given) -> ConfigError | None:
        try:
            self._values[one.name] = BROKER_KEYS[one.name].accept(one.text)
        except ConfigError as fault:
            return ConfigError(f"{fault} ({one.where})", fault.key)
        return None

    def _settle_node_id(self) -> None:
        """`broker.id` is the old name of `node.id`: after this they say the same."""
        old, new = self._given.get("broker.id"), self._given.get("node.id")
        if old and new and self.value("broker.id") != self.value("node.id"):
            raise ConfigError(
                "`node.id` and `broker.id` must be set to the same value. `broker.id` is deprecated, "
                f"please use `node.id` instead. ({old.where}, {new.where})",
                "node.id",
            )
        if old and not new:
            BROKER_KEYS["node.id"].check(self.value("broker.id"))
            self._given["node.id"] = old
            self._values["node.id"] = self.value("broker.id")
        if new and not old:
            self._given["broker.id"] = new
        self._values["broker.id"] = self.value("node.id")

    def without_effect(self, names: Iterable[builtins.str]) -> builtins.list[Notice]:
        """Say which of these keys are set to something and change nothing."""
        sections: dict[tuple[builtins.str, builtins.bool], builtins.list[builtins.str]] = {}
        for name in names:
            key = BROKER_KEYS.get(name)
            if key is not None and key.disposition in (LATER, HARMLESS) and self.value(name) != key.default_value:
                sections.setdefault((key.section, key.disposition == LATER), []).append(name)
        return [Notice(warning, f"no effect: {', '.join(names)}. {why}") for (why, warning), names in sections.items()]

    def _settle(self) -> None:
        """Work out what follows from all values, and check what no single key can say."""
        self.topic_defaults = {name: inherited(key, self) for name, key in TOPIC_KEYS.items()}
        _raise_all([fault for check in CHECKS for fault in check(self)])


def _absolute(directory: str) -> Path:
    from pathlib import Path  # not for those who only correct a setting

    return Path(directory).absolute()


def _raise_all(faults: Sequence[ConfigError]) -> None:
    if faults:
        raise ConfigError("\n".join(str(fault) for fault in faults), faults[0].key)


def _what_instead(one: Given) -> str:
    """Say what somebody may have meant by a name that is no key."""
    if one.name in NOT_OF_KAFKA_4:
        return NOT_OF_KAFKA_4[one.name]
    if one.name.startswith("listener.name."):
        return "settings for a single listener are not built yet"
    if one.name in TOPIC_KEYS and (synonyms := TOPIC_KEYS[one.name].synonyms):
        return f"topics have it; the broker's default for them is {synonyms[0]}"

    from difflib import get_close_matches  # only for somebody who has to read the answer

    near = get_close_matches(one.name, BROKER_KEYS, n=1, cutoff=0.7)
    if not near:
        return "no key of Apache Kafka 4.4 has this name"
    return f"did you mean {key_to_variable(near[0]) if one.where.startswith('environment') else near[0]}?"


def _listeners(config: BrokerConfig) -> tuple[tuple[Listener, ...], dict[str, Listener]]:
    """Return the listeners that clients may use, and their advertised addresses. Raises ConfigError."""
    every = parse_listeners("listeners", config.list("listeners"))
    check_ports(every)
    of_controllers = {name.upper() for name in config.list("controller.listener.names")}
    listeners = tuple(listener for listener in every if listener.name not in of_controllers)
    if not listeners:
        raise ConfigError(
            "listeners: controller.listener.names takes all of them and leaves none for clients", "listeners"
        )
    check_protocols(listeners, parse_protocol_map(config.str("listener.security.protocol.map") or ""))
    advertised = [
        listener
        for listener in parse_listeners("advertised.listeners", config.list("advertised.listeners"))
        if listener.name not in of_controllers
    ]
    check_advertised(advertised, listeners)
    return listeners, {listener.name: listener for listener in advertised}


# --- what no single key can say ---


def _directories(config: BrokerConfig) -> Iterable[ConfigError]:
    directories = config.log_directories
    if len(set(directories)) < len(directories):
        name = "log.dirs" if config.list("log.dirs") else "log.dir"
        yield BROKER_KEYS[name].invalid(config.given(name), "a directory is there twice")
    cordoned = config.list("cordoned.log.dirs")
    if "*" in cordoned and len(cordoned) > 1:
        yield ConfigError(
            "requirement failed: When cordoned.log.dirs is set to *, it must not contain other values",
            "cordoned.log.dirs",
        )
    missing = [one for one in cordoned if one != "*" and _absolute(one) not in directories]
    if missing and "*" not in cordoned:
        yield ConfigError(
            "requirement failed: All entries in cordoned.log.dirs must be present in log.dirs or log.dir. "
            f"Missing entries : {', '.join(missing)}",
            "cordoned.log.dirs",
        )


def _one_replica(config: BrokerConfig) -> Iterable[ConfigError]:
    for name in ONE_REPLICA:
        if config.int(name) not in (1, -1):
            yield BROKER_KEYS[name].invalid(config.given(name), "there is one broker, so there is one replica; give 1")


def _one_process(config: BrokerConfig) -> Iterable[ConfigError]:
    if "broker" not in config.list("process.roles"):
        yield BROKER_KEYS["process.roles"].invalid(
            config.given("process.roles"), "this is a broker; give broker,controller"
        )
    for name in ("controller.quorum.voters", "controller.quorum.bootstrap.servers"):
        if len(config.list(name)) > 1:
            yield BROKER_KEYS[name].invalid(config.given(name), "brokers do not form a cluster yet; give one or none")


def _limits(config: BrokerConfig) -> Iterable[ConfigError]:
    if config.int("max.connections.per.ip") == 0:
        yield BROKER_KEYS["max.connections.per.ip"].invalid("0", "Value must be at least 1: nobody could connect")
    if "classic" not in config.list("group.coordinator.rebalance.protocols"):
        yield ConfigError(
            "group.coordinator.rebalance.protocols: Disabling the 'classic' protocol is not supported.",
            "group.coordinator.rebalance.protocols",
        )


def _internal_topics(config: BrokerConfig) -> Iterable[ConfigError]:
    for name in ("offsets.topic.segment.bytes", "transaction.state.log.segment.bytes"):
        try:
            TOPIC_KEYS["segment.bytes"].check(config.int(name))
        except ConfigError as fault:
            yield ConfigError(f"{name}={config.int(name)}: {fault}", name)


def _cleaner(config: BrokerConfig) -> Iterable[ConfigError]:
    threads = config.int("log.cleaner.threads")
    if threads < 1:
        yield BROKER_KEYS["log.cleaner.threads"].invalid(
            str(threads), "Log cleaner threads should be at least 1; log.cleaner.enable=false turns compaction off"
        )
    elif config.int("log.cleaner.dedupe.buffer.size") // threads <= 1 << 20:
        yield _required("log.cleaner.dedupe.buffer.size", "at least 1MB per cleaner thread.")
    for name, most in (("log.cleaner.io.buffer.load.factor", 1), ("log.cleaner.io.max.bytes.per.second", math.inf)):
        if not 0 < config.value(name) <= most:
            limit = "" if most == math.inf else f" and no more than {most}"
            text = BROKER_KEYS[name].text(config.value(name))
            yield BROKER_KEYS[name].invalid(text, f"Value must be more than 0{limit}")


def _consumer_groups(config: BrokerConfig) -> Iterable[ConfigError]:
    prefix = "group.consumer."
    for name in ("heartbeat.interval.ms", "session.timeout.ms", "assignment.interval.ms"):
        value, low, high = prefix + name, f"{prefix}min.{name}", f"{prefix}max.{name}"
        for greater, less in ((high, low), (value, low)):
            if config.int(greater) < config.int(less):
                yield ConfigError(f"{greater} must be greater than or equal to {less}", greater)
        if config.int(value) > config.int(high):
            yield ConfigError(f"{value} must be less than or equal to {high}", value)
    heartbeat, session = f"{prefix}heartbeat.interval.ms", f"{prefix}session.timeout.ms"
    if config.int(heartbeat) >= config.int(session):
        yield ConfigError(f"{heartbeat} must be less than {session}", heartbeat)
    assignors = f"{prefix}assignors"
    for name in config.list(assignors):
        if name not in ("uniform", "range"):
            yield BROKER_KEYS[assignors].invalid(name, "the assignors are uniform and range; Java classes cannot run")


def _topic_defaults(config: BrokerConfig) -> Iterable[ConfigError]:
    defaults = config.topic_defaults
    if defaults["retention.ms"] == 0:
        yield _required("log.retention.ms", "unlimited (-1) or, greater than or equal to 1")
    if defaults["segment.ms"] < 1:
        yield _required("log.roll.ms", "greater than or equal to 1")
    if defaults["segment.jitter.ms"] < 0:
        yield _required("log.roll.jitter.ms", "greater than or equal to 0")
    for name, key in TOPIC_KEYS.items():
        try:
            if name not in ("segment.ms", "segment.jitter.ms"):
                key.check(defaults[name])
        except ConfigError as fault:
            broker_key = next(synonym for synonym in key.synonyms if config.value(synonym) is not None)
            text = BROKER_KEYS[broker_key].text(config.value(broker_key))
            yield ConfigError(f"{broker_key}={text}: {fault}", broker_key)


def _required(name: str, what: str) -> ConfigError:
    """Return what Kafka says of settings that several keys make together."""
    return ConfigError(f"requirement failed: {name} must be {what}", name)


CHECKS: tuple[Callable[[BrokerConfig], Iterable[ConfigError]], ...] = (
    _directories,
    _one_replica,
    _one_process,
    _limits,
    _internal_topics,
    _cleaner,
    _consumer_groups,
    _topic_defaults,
)
