"""The clients that the scenarios run with: how each driver starts, and what its client cannot do."""

import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import cache
from .cache import Unavailable

DRIVERS = Path(__file__).parent / "drivers"
CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
PYTHON_CODECS = ("python-snappy==0.7.3", "cramjam==2.11.0", "lz4==4.4.5", "zstandard==0.25.0", "crc32c==2.8")
NODE_CODECS = ("kafkajs-snappy@1.1.0", "snappyjs@0.6.1", "lz4-napi@2.10.0", "zstd-codec@0.1.5")

# What a scenario may need and some client lacks (Client.cannot says why):
#   create_topics    create and delete topics, and report the broker's error
#   offsets          tell where each message was written
#   timestamps       write a timestamp of its own to each message
#   nulls            write a null key and a null value
#   acks_0           produce without asking for an answer
#   groups           list groups and read their committed offsets
#   delete_group     delete a group
#   idempotent       produce idempotently
#   offset_for_time  look an offset up by time
#   seek             continue from another offset
#   gzip snappy lz4 zstd  compress with it
#   partial_retries  send again only what was refused when a broker takes the messages of another partition
#   error_codes      report the broker's error as a number
#   cooperative-sticky  assign so (test_classic_groups)


@dataclass(frozen=True)
class Launch:
    command: Sequence[str]
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Client:
    name: str
    prepare: Callable[[], Launch]  # raises Unavailable
    cannot: Mapping[str, str]


def python_driver(module: str, *packages: Path) -> Launch:
    """A module of `drivers` in a process of its own, with these packages and those of the tests."""
    package = __name__.rpartition(".")[0]
    root = Path(__file__).parents[package.count(".") + 1]
    path = os.pathsep.join(str(directory) for directory in (*packages, root))
    return Launch([sys.executable, "-m", f"{package}.drivers.{module}"], os.environ | {"PYTHONPATH": path})


def python_client(module: str, *pins: str) -> Callable[[], Launch]:
    return lambda: python_driver(module, cache.python_packages(pins))


def node_client(script: str, *pins: str) -> Callable[[], Launch]:
    def prepare() -> Launch:
        require_programs("node", "npm")
        packages = cache.node_packages(pins)
        return Launch(["node", str(DRIVERS / script)], os.environ | {"NODE_PATH": str(packages)})

    return prepare


def kcat() -> Launch:
    if shutil.which("kcat") is None:
        raise Unavailable("kcat is not installed (Debian package kcat)")
    return python_driver("kcat")


def java_client() -> Launch:
    require_programs("java", "javac")
    jars = cache.jars("clients")
    classes = cache.java_classes(DRIVERS / "JavaClient.java", jars)
    flags = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"]
    return Launch(["java", *flags, "-cp", f"{classes}:{jars}", "JavaClient"], os.environ)


def java_transactions(jars: str) -> Callable[[], Launch]:
    def prepare() -> Launch:
        require_programs("java", "javac")
        classpath = cache.jars(jars)
        classes = cache.java_classes(DRIVERS / "JavaTransactions.java", classpath)
        flags = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"]
        return Launch(["java", *flags, "-cp", f"{classes}:{classpath}", "JavaTransactions"], os.environ)

    return prepare


def console_tools() -> Launch:
    require_programs("java")
    launch = python_driver("console_tools")
    jars = {"KAFKA_TOOLS_CLASSPATH": f"{cache.jars('tools')}:{cache.jars('log')}"}
    return Launch(launch.command, {**launch.environment, **jars})


def go_client(package: str, *, cgo: bool = False) -> Callable[[], Launch]:
    return lambda: Launch([str(cache.go_program(DRIVERS / "go", package, cgo=cgo))], os.environ)


def require_programs(*names: str) -> None:
    for name in names:
        if shutil.which(name) is None:
            raise Unavailable(f"{name} is not installed")


OLD_KAFKA_PYTHON = {"acks_0": "2.3.3 leaves the request in its send buffer until it sends something else there"}

AIOKAFKA = {"delete_group": "it has no such call", "cooperative-sticky": "it has no such assignor"}

JAVASCRIPT = {
    "offsets": "they tell where a batch went, not which messages are in it",
    "partial_retries": "they send all again, and what was taken is there twice",
}

CLIENTS = (
    Client("kafka-python-3.0", python_client("kafka_python", "kafka-python==3.0.12", *PYTHON_CODECS), cannot={}),
    Client(
        "kafka-python-2.3",
        python_client("kafka_python", "kafka-python==2.3.3", *PYTHON_CODECS),
        cannot=OLD_KAFKA_PYTHON,
    ),
    Client("confluent-kafka", python_client("confluent", "confluent-kafka==2.16.1"), cannot={}),
    Client("aiokafka", python_client("aio_kafka", "aiokafka==0.14.0", "cramjam==2.11.0"), cannot=AIOKAFKA),
    Client(
        "kcat",
        kcat,
        cannot={
            "create_topics": "it has no admin calls",
            "offsets": "it does not print where a message went",
            "timestamps": "it has no option for them",
            "nulls": "only all empty values or none",
            "groups": "it has no admin calls",
            "delete_group": "it has no admin calls",
            "seek": "it starts anew",
        },
    ),
    Client("java", java_client, cannot={}),
    Client(
        "console-tools",
        console_tools,
        cannot={
            "offsets": "the console producer does not print where a message went",
            "timestamps": "the console producer has no option for them",
            "seek": "the console consumer starts anew",
            "error_codes": "they print the error's text",
        },
    ),
    Client(
        "kafkajs",
        node_client("kafkajs.js", "kafkajs@2.2.4", *NODE_CODECS),
        cannot=JAVASCRIPT,
    ),
    Client(
        "platformatic",
        node_client("platformatic.js", "@platformatic/kafka@1.35.0"),
        cannot=JAVASCRIPT | {"zstd": "it uses the zstd of Node, which has one since 22.15"},
    ),
    Client("franz-go", go_client("franz-go"), cannot={}),
    Client("sarama", go_client("sarama"), cannot={}),
    Client("confluent-kafka-go", go_client("confluent-kafka-go", cgo=True), cannot={}),
    Client("kafka-go", go_client("kafka-go"), cannot={"idempotent": "its writer has no producer id"}),
)

TRANSACTIONAL_CLIENTS = (
    Client("confluent-kafka", python_client("transactional_confluent", "confluent-kafka==2.16.1"), cannot={}),
    Client(
        "kafka-python-3.0",
        python_client("transactional_kafka_python", "kafka-python==3.0.12", *PYTHON_CODECS),
        cannot={},
    ),
    Client(
        "aiokafka",
        python_client("transactional_aiokafka", "aiokafka==0.14.0", "cramjam==2.11.0"),
        cannot={"transform": "it offers no group metadata for transactions"},
    ),
    Client("java", java_transactions("clients"), cannot={}),
    Client("java-3.9", java_transactions("clients-3.9"), cannot={}),
)
"""The drivers of `drivers/transactions.py`."""

KNOWS_KIP_890 = ("java",)
"""Those that end each transaction with an epoch of its own (TV2) where the broker lets them."""
