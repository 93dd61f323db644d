"""The broker's configuration: precedence of its sources, what is refused with which words, what is only noted."""

from __future__ import annotations

from pathlib import Path

import pytest

from kafkalite.config import BrokerConfig, ConfigError

KAFKAS_OWN_FILE = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=localhost:9093
listeners=PLAINTEXT://:9092,CONTROLLER://:9093
inter.broker.listener.name=PLAINTEXT
advertised.listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT
num.network.threads=3
num.io.threads=8
socket.send.buffer.bytes=102400
socket.receive.buffer.bytes=102400
socket.request.max.bytes=104857600
log.dirs=/tmp/kraft-combined-logs
num.partitions=1
num.recovery.threads.per.data.dir=1
offsets.topic.replication.factor=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
log.retention.hours=168
log.segment.bytes=1073741824
log.retention.check.interval.ms=300000
"""


def refusal(*overrides: str) -> str:
    with pytest.raises(ConfigError) as caught:
        BrokerConfig.load(overrides=overrides)
    return str(caught.value)


def test_what_nobody_set_has_its_default() -> None:
    config = BrokerConfig.of()
    assert config.int("num.partitions") == 1
    assert config.bool("auto.create.topics.enable") is True
    assert config.str("broker.rack") is None
    assert config.list("log.cleanup.policy") == ["delete"]
    assert config.value("log.retention.ms") is None
    assert config.source("num.partitions") == "default"
    assert config.given("num.partitions") is None
    assert config.log_directories == (Path.cwd() / "kafkalite-data",)


def test_the_stronger_source_wins(tmp_path: Path) -> None:
    path = tmp_path / "server.properties"
    path.write_text("num.partitions=1\nlog.dir=/file\ngroup.max.size=1\nbroker.rack=file\n")
    environ = {"KAFKA_NUM_PARTITIONS": "2", "KAFKA_LOG_DIR": "/environment", "KAFKA_GROUP_MAX_SIZE": "2"}
    config = BrokerConfig.load(path, ["num.partitions=3", "log.dir=/override", ("log.dir", "/flag")], environ)
    assert config.str("broker.rack") == "file"
    assert config.int("group.max.size") == 2
    assert config.int("num.partitions") == 3
    assert config.log_directories == (Path("/flag"),)
    assert config.source("broker.rack") == "server.properties line 4"
    assert config.source("group.max.size") == "environment variable KAFKA_GROUP_MAX_SIZE"
    assert config.source("num.partitions") == "--override"
    assert config.source("log.dir") == "command line"


def test_a_bad_value_that_a_stronger_source_replaces_harms_nobody() -> None:
    assert BrokerConfig.load(None, ["num.partitions=2"], {"KAFKA_NUM_PARTITIONS": "x"}).int("num.partitions") == 2


def test_kafkas_own_server_properties_needs_no_change(tmp_path: Path) -> None:
    path = tmp_path / "server.properties"
    path.write_text(KAFKAS_OWN_FILE)
    config = BrokerConfig.load(path)
    assert [str(listener) for listener in config.listeners] == ["PLAINTEXT://:9092"]
    assert config.log_directories == (Path("/tmp/kraft-combined-logs"),)
    assert [notice for notice in config.notices if notice.warning] == []


def test_every_fault_is_told_at_once_with_where_it_stands() -> None:
    assert refusal("num.partitions=0", "log.segment.bytes=x").splitlines() == [
        "Invalid value 0 for configuration num.partitions: Value must be at least 1 (--override)",
        "Invalid value x for configuration log.segment.bytes: Not a number of type INT (--override)",
    ]


def test_an_error_names_its_first_key() -> None:
    with pytest.raises(ConfigError) as caught:
        BrokerConfig.of({"num.partitions": "0"})
    assert caught.value.key == "num.partitions"


@pytest.mark.parametrize(
    ("override", "answer"),
    [
        ("log.retention.mss=1", "did you mean log.retention.ms?"),
        ("retention.ms=1", "topics have it; the broker's default for them is log.retention.ms"),
        ("zookeeper.connect=h:2181", "Kafka 4 has no ZooKeeper; take the line out"),
        ("super.users=User:a", "there is no authorizer yet"),
        ("listener.name.plaintext.max.connections=3", "settings for a single listener are not built yet"),
        ("xyzzy=1", "no key of Apache Kafka 4.4 has this name"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest(override: str, answer: str) -> None:
    assert refusal(override).startswith(f"Unknown configuration {override.partition('=')[0]}: ")
    assert answer in refusal(override)


def test_an_unknown_variable_is_only_noted_because_other_programs_have_variables_too() -> None:
    config = BrokerConfig.load(environ={"KAFKA_NUM_PARTITION": "3", "KAFKA_BOOTSTRAP_SERVERS": "h:9092"})
    assert [notice.warning for notice in config.notices] == [True, True]
    assert "KAFKA_NUM_PARTITION has no effect: did you mean KAFKA_NUM_PARTITIONS?" in config.notices[1].text


@pytest.mark.parametrize(
    "override",
    [
        "ssl.keystore.location=/k",
        "sasl.enabled.mechanisms=PLAIN",
        "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "security.inter.broker.protocol=SSL",
        "create.topic.policy.class.name=com.example.Policy",
        "metric.reporters=com.example.Reporter",
        "remote.log.storage.system.enable=true",
        "max.connection.creation.rate=10",
        "queued.max.request.bytes=200000000",
        "config.providers=env",
    ],
)
def test_what_promises_something_that_is_not_here_is_refused(override: str) -> None:
    key, _, value = override.partition("=")
    assert refusal(override).startswith(f"Invalid value {value} for configuration {key}: ")


def test_a_password_is_not_repeated() -> None:
    assert "swordfish" not in refusal("ssl.key.password=swordfish")


@pytest.mark.parametrize(
    "override",
    ["metric.reporters=", "ssl.keystore.location=", "sasl.enabled.mechanisms=GSSAPI", "ssl.client.auth=none"],
)
def test_a_refused_key_may_say_what_is_so_anyway(override: str) -> None:
    assert BrokerConfig.load(overrides=[override]).notices == []


def test_what_has_no_effect_is_noted_once_for_each_reason() -> None:
    config = BrokerConfig.load(overrides=["num.io.threads=4", "num.network.threads=4", "group.share.max.size=7"])
    assert [(notice.warning, notice.text) for notice in config.notices] == [
        (
            False,
            "no effect: num.io.threads, num.network.threads. "
            "One thread runs the broker and hands requests on without a queue.",
        ),
        (True, "no effect: group.share.max.size. Share groups are not offered yet."),
    ]


def test_a_key_without_effect_that_is_set_to_its_default_is_not_worth_a_line() -> None:
    assert BrokerConfig.of({"num.io.threads": "8"}).notices == []


def test_settings_of_a_plugin_that_is_off_are_noted() -> None:
    assert "rsm.config.bucket" in BrokerConfig.of({"rsm.config.bucket": "b"}).notices[0].text


def test_broker_id_is_the_old_name_of_node_id() -> None:
    for settings in ({"broker.id": "5"}, {"node.id": "5"}, {"broker.id": "5", "node.id": "5"}):
        config = BrokerConfig.of(settings)
        assert (config.int("node.id"), config.int("broker.id")) == (5, 5)
    assert BrokerConfig.of().int("broker.id") == 0


def test_broker_id_and_node_id_that_differ_are_refused() -> None:
    assert "must be set to the same value" in refusal("broker.id=5", "node.id=6")
    assert "Value must be at least 0" in refusal("broker.id=-1")


@pytest.mark.parametrize(
    ("override", "answer"),
    [
        ("log.dirs=/a,/b,/a/", "a directory is there twice"),
        ("cordoned.log.dirs=/x", "must be present in log.dirs or log.dir. Missing entries : /x"),
        ("cordoned.log.dirs=*,/x", "When cordoned.log.dirs is set to *, it must not contain other values"),
        ("log.dirs=", "must not be empty"),
        ("default.replication.factor=3", "there is one broker, so there is one replica; give 1"),
        ("offsets.topic.replication.factor=3", "there is one broker, so there is one replica; give 1"),
        ("process.roles=controller", "this is a broker; give broker,controller"),
        ("controller.quorum.voters=1@a:1,2@b:1", "brokers do not form a cluster yet"),
        ("max.connections.per.ip=0", "Value must be at least 1"),
        ("group.coordinator.rebalance.protocols=consumer", "Disabling the 'classic' protocol is not supported."),
        ("log.retention.ms=0", "log.retention.ms must be unlimited (-1) or, greater than or equal to 1"),
        ("log.retention.hours=0", "log.retention.ms must be unlimited (-1) or, greater than or equal to 1"),
        ("log.roll.ms=0", "requirement failed: log.roll.ms must be greater than or equal to 1"),
        ("log.roll.jitter.ms=-1", "requirement failed: log.roll.jitter.ms must be greater than or equal to 0"),
        (
            "log.flush.interval.ms=-1",
            "log.flush.interval.ms=-1: Invalid value -1 for configuration flush.ms: Value must",
        ),
        ("offsets.topic.segment.bytes=1000", "for configuration segment.bytes: Value must be at least 1048576"),
        ("log.cleaner.threads=0", "Log cleaner threads should be at least 1"),
        ("log.cleaner.threads=128", "log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread."),
        ("log.cleaner.dedupe.buffer.size=1048576", "must be at least 1MB per cleaner thread."),
        ("log.cleaner.io.buffer.load.factor=0", "load.factor: Value must be more than 0 and no more than 1"),
        ("log.cleaner.io.buffer.load.factor=1.1", "load.factor: Value must be more than 0 and no more than 1"),
        ("log.cleaner.io.max.bytes.per.second=0", "log.cleaner.io.max.bytes.per.second: Value must be more than 0"),
    ],
)
def test_what_no_single_key_can_say_is_checked_too(override: str, answer: str) -> None:
    assert answer in refusal(override)
    assert refusal(override).count("\n") == 0


def test_a_replication_factor_may_be_left_to_the_broker() -> None:
    assert BrokerConfig.of({"default.replication.factor": "-1"}).int("default.replication.factor") == -1
