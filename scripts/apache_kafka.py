"""Start one real Apache Kafka node on a loopback port, for people, for the compatibility tests and for benchmarks.

    python scripts/apache_kafka.py                              # prints host:port once the broker answers; ^C stops it
    python scripts/apache_kafka.py --listen 127.0.0.1:9092 --data-dir ./kafka-data --override num.partitions=3
    python scripts/apache_kafka.py --classpath tools            # fetch Kafka's tools, print their class path

It takes the options `python -m kafkalite` takes where both mean the same, so that one harness starts either. It needs
Java 17 or newer and Maven (`mvn`); the jars, about 60 MB, are fetched once from Maven Central into `$KAFKALITE_CACHE`
(default `~/.cache/kafkalite`). Everything is Kafka's default except what one node needs (NODE_CONFIG) and what is
overridden.
"""

import argparse
import base64
import contextlib
import ctypes
import os
import random
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

VERSION = "4.4.0"
JARS = {
    "kafka": ["org.apache.kafka:kafka_2.13:4.4.0"],
    "clients": ["org.apache.kafka:kafka-clients:4.4.0", "com.fasterxml.jackson.core:jackson-databind:2.21.7"],
    "clients-3.9": ["org.apache.kafka:kafka-clients:3.9.2", "com.fasterxml.jackson.core:jackson-databind:2.21.7"],
    "clients-2.8": ["org.apache.kafka:kafka-clients:2.8.2", "com.fasterxml.jackson.core:jackson-databind:2.21.7"],
    "connect": [
        "org.apache.kafka:connect-runtime:4.3.1",
        "org.apache.kafka:connect-file:4.3.1",
        "org.apache.kafka:connect-json:4.3.1",
    ],
    "streams": ["org.apache.kafka:kafka-streams:4.3.1", "com.fasterxml.jackson.core:jackson-databind:2.21.7"],
    "tools": ["org.apache.kafka:kafka-tools:4.3.1"],  # 4.4.0 of this one artifact is not on Maven Central
    "log": ["org.apache.logging.log4j:log4j-slf4j-impl:2.25.5", "org.apache.logging.log4j:log4j-core:2.25.5"],
}
NODE_CONFIG = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
}
JVM_FLAGS = ["-server", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35"]
LOG4J = """\
rootLogger.level = {level}
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d] %p %m (%c)%n
"""
POM = """\
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>kafkalite</groupId><artifactId>jars</artifactId><version>1</version><dependencies>
{dependencies}
</dependencies></project>
"""
START_SECONDS = 180.0
# Not from the ephemeral range: with no listener there, a client that reconnects to such a port may connect to itself.
PORTS = range(15000, 32768)


class Unavailable(Exception):
    """Something this machine lacks; the text says what to do."""


def main() -> int:
    arguments = parse_arguments()
    try:
        if arguments.classpath:
            print(classpath(arguments.classpath))
            return 0
        host, port = parse_address(arguments.listen)
        with data_directory(arguments.data_dir) as directory:
            return serve(directory, host, port, arguments)
    except Unavailable as reason:
        print(f"apache_kafka.py: {reason}", file=sys.stderr)
        return 1


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=f"Start one Apache Kafka {VERSION} node.")
    parser.add_argument("--listen", default="127.0.0.1:0", metavar="HOST:PORT", help="port 0 picks a free one")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="default: a new one, removed at the end")
    parser.add_argument(
        "--port-file", type=Path, metavar="FILE", help="gets one line, host:port, once the broker answers"
    )
    parser.add_argument(
        "--override", action="append", default=[], metavar="KEY=VALUE", help="a line of server.properties"
    )
    parser.add_argument("--heap", default="1g", help="Java heap of the broker (default 1g)")
    parser.add_argument("--log-level", default="error", help="of the broker's log on stderr (default error)")
    parser.add_argument("--classpath", choices=JARS, help="only fetch these jars and print their class path")
    return parser.parse_args()


def parse_address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise Unavailable(f"--listen wants HOST:PORT, not {text!r}")
    return host, int(port) or free_port(host)


def free_port(host: str) -> int:
    for port in random.sample(PORTS, 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((host, port))
            return port
    raise Unavailable(f"no free port on {host} in {PORTS.start}-{PORTS.stop}")


@contextlib.contextmanager
def data_directory(wanted: Path | None) -> Iterator[Path]:
    if wanted is not None:
        wanted.mkdir(parents=True, exist_ok=True)
        yield wanted.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="apache-kafka-", ignore_cleanup_errors=True) as directory:
        yield Path(directory)


# --- jars ---------------------------------------------------------------------------------------------------------


def classpath(name: str) -> str:
    """The class path of one entry of JARS, fetched with Maven unless the cache has it."""
    cache = Path(os.environ.get("KAFKALITE_CACHE", "~/.cache/kafkalite")).expanduser() / "jars"
    directory = cache / "+".join(coordinates.split(":", 1)[1].replace(":", "-") for coordinates in JARS[name])
    if not directory.is_dir():
        fetch(JARS[name], directory)
    return f"{directory}/*"


def fetch(artifacts: list[str], directory: Path) -> None:
    """Copy the artifacts and all they depend on into `directory`, which appears at once and complete or not at all."""
    if shutil.which("mvn") is None:
        raise Unavailable("Maven (mvn) is needed to fetch Apache Kafka and is not installed")
    directory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory.parent) as work:
        pom = Path(work, "pom.xml")
        pom.write_text(POM.format(dependencies="\n".join(dependency(artifact) for artifact in artifacts)))
        print(f"fetching {', '.join(artifacts)} from Maven Central into {directory}", file=sys.stderr)
        command = ["mvn", "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", f"-DoutputDirectory={work}/lib"]
        done = subprocess.run(command, stdout=sys.stderr)
        if done.returncode != 0:
            raise Unavailable("Maven could not fetch the jars; its message is above")
        with contextlib.suppress(OSError):  # somebody else was faster
            Path(work, "lib").rename(directory)


def dependency(artifact: str) -> str:
    names = ("groupId", "artifactId", "version")
    tags = (f"<{name}>{value}</{name}>" for name, value in zip(names, artifact.split(":"), strict=True))
    return f"<dependency>{''.join(tags)}</dependency>"


# --- the broker ---------------------------------------------------------------------------------------------------


def serve(directory: Path, host: str, port: int, arguments: argparse.Namespace) -> int:
    """Run the broker until it ends or a signal asks it to; 0 if it stopped because it was asked."""
    if shutil.which("java") is None:
        raise Unavailable("Java is needed to run Apache Kafka and is not installed")
    properties = write_properties(directory, host, port, arguments.override)
    jars = classpath("kafka")
    if not (directory / "log" / "meta.properties").exists():
        format_storage(jars, properties)
    log4j = directory / "log4j2.properties"
    log4j.write_text(LOG4J.format(level=arguments.log_level))
    command = ["java", f"-Xmx{arguments.heap}", f"-Xms{arguments.heap}", *JVM_FLAGS]
    command += [
        f"-Dlog4j2.configurationFile={log4j}",
        "-cp",
        f"{jars}:{classpath('log')}",
        "kafka.Kafka",
        str(properties),
    ]

    asked_to_stop = False

    def stop(_signal: int, _frame: object) -> None:
        nonlocal asked_to_stop
        asked_to_stop = True
        broker.terminate()

    broker = subprocess.Popen(command, stdout=sys.stderr, preexec_fn=die_with_parent)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if wait_until_it_answers(broker, host, port):
        announce(f"{host}:{port}", arguments.port_file)
    code = broker.wait()
    return 0 if asked_to_stop else code or 1


def write_properties(directory: Path, host: str, port: int, overrides: list[str]) -> Path:
    controller = free_port(host)
    settings = NODE_CONFIG | {
        "controller.quorum.voters": f"1@{host}:{controller}",
        "listeners": f"PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller}",
        "advertised.listeners": f"PLAINTEXT://{host}:{port}",
        "log.dirs": str(directory / "log"),
    }
    settings |= dict(line.split("=", 1) for line in overrides)
    path = directory / "server.properties"
    path.write_text("".join(f"{key}={value}\n" for key, value in settings.items()))
    return path


def format_storage(jars: str, properties: Path) -> None:
    cluster = "-"
    while cluster.startswith("-"):  # would read as an option
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    command = ["java", "-XX:TieredStopAtLevel=1", "-cp", jars, "kafka.tools.StorageTool", "format"]
    done = subprocess.run([*command, "-t", cluster, "-c", str(properties)], capture_output=True, text=True)
    if done.returncode != 0:
        raise Unavailable(f"formatting the log directory failed:\n{done.stdout}{done.stderr}")


def die_with_parent() -> None:
    """In the child: ask Linux for SIGKILL when the parent ends, so that kill -9 of this script kills the broker too."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # 1 = PR_SET_PDEATHSIG


def wait_until_it_answers(broker: "subprocess.Popen[bytes]", host: str, port: int) -> bool:
    """True once Metadata lists a broker; False if the process ended first (its own message is on stderr)."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if broker.poll() is not None:
            return False
        if answers(host, port):
            return True
        time.sleep(0.05)
    broker.kill()
    raise Unavailable(f"the broker did not answer within {START_SECONDS:.0f} s")


def answers(host: str, port: int) -> bool:
    """Ask for Metadata v1 of no topics: the answer's first field is the number of brokers."""
    payload = struct.pack(">hhih", 3, 1, 1, -1) + struct.pack(">i", 0)
    try:
        with socket.create_connection((host, port), timeout=5) as connection:
            connection.sendall(struct.pack(">i", len(payload)) + payload)
            answer = connection.recv(12, socket.MSG_WAITALL)
    except OSError:
        return False
    return len(answer) == 12 and struct.unpack(">iii", answer)[2] > 0


def announce(address: str, port_file: Path | None) -> None:
    if port_file is not None:
        partial = port_file.with_name(port_file.name + ".partial")
        partial.write_text(address + "\n")
        partial.replace(port_file)
    print(address, flush=True)


if __name__ == "__main__":
    sys.exit(main())
