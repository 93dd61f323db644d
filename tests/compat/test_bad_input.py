"""Bytes that no client should send: each gets Kafka's answer or a closed connection, and nobody else notices."""

import random
import struct
import time
from pathlib import Path

import pytest

from . import raw
from .brokers import Broker, BrokerProcess

API_VERSIONS, METADATA, PRODUCE, INIT_PRODUCER_ID = 18, 3, 0, 22
TLS_HELLO = bytes.fromhex("16030100c8010000c40303") + bytes(190)
HTTP_GET = b"GET / HTTP/1.1\r\nHost: localhost:9092\r\nUser-Agent: curl/8\r\n\r\n"
GARBAGE = b"\xff" + random.Random(1).randbytes(999)


def request(key: int, version: int, body: bytes = b"", client_id: bytes = b"bad") -> bytes:
    """A frame with a version 1 header: key 2 | version 2 | correlation id 4 | client id (length 2, text)."""
    return raw.frame(struct.pack(">hhih", key, version, 7, len(client_id)) + client_id + body)


CLOSED = {
    "garbage bytes": GARBAGE,
    "garbage in a frame": raw.frame(GARBAGE),
    "an HTTP GET": HTTP_GET,
    "a TLS hello": TLS_HELLO,
    "a length of 2 GiB": struct.pack(">i", 2**31 - 1) + b"x" * 100,
    "a length of 100 MiB and one": struct.pack(">i", 100 * 1024 * 1024 + 1) + b"x" * 100,
    "a negative length": struct.pack(">i", -1),
    "the most negative length": struct.pack(">i", -(2**31)),
    "length zero": struct.pack(">i", 0),
    "a frame too short for a header": raw.frame(b"\0\3\0"),
    "no client id": raw.frame(struct.pack(">hhi", METADATA, 1, 7)),
    "an unknown API": request(999, 0),
    "a negative API": request(-1, 0),
    "an API between brokers": request(4, 0),
    "an unsupported version": request(METADATA, 99),
    "a negative version": request(METADATA, -1),
    "Produce 2, which is advertised but gone": request(PRODUCE, 2),
    "a version not yet stable": request(INIT_PRODUCER_ID, 6),
    "a body that ends too early": request(METADATA, 4, b"\0\0"),
    "an array longer than the frame": request(METADATA, 4, struct.pack(">i", 2**31 - 1)),
    "a string longer than the frame": request(METADATA, 4, struct.pack(">ih", 1, 20000) + b"x"),
}


@pytest.mark.parametrize("data", CLOSED.values(), ids=CLOSED.keys())
def test_closes_without_an_answer(data: bytes, broker: Broker) -> None:
    with broker.connect() as bystander, broker.connect() as bad:
        still_answers(bystander)
        log = Log(broker, bad)
        bad.send_bytes(data)
        assert bad.is_closed_by_broker()
        still_answers(bystander)
        log.has_one_line()


def test_a_frame_cut_off_by_the_client_harms_nobody(broker: Broker) -> None:
    with broker.connect() as bystander:
        with broker.connect() as bad:
            bad.send_bytes(struct.pack(">i", 1000) + b"only this")
        still_answers(bystander)


def test_a_good_request_before_a_bad_one_is_answered(broker: Broker) -> None:
    with broker.connect() as bad:
        bad.send("api_versions", 0)
        bad.send_bytes(request(999, 0))
        assert bad.answer().error_code == 0
        assert bad.is_closed_by_broker()


@pytest.mark.parametrize("version", [6, 99, 32767])
def test_api_versions_of_the_future_gets_the_version_0_form(version: int, broker: Broker) -> None:
    """KIP-511: error 35, one entry, [18, 0, our latest], and the connection can go on from there."""
    with broker.connect() as connection:
        flexible_header_end = b"\0"
        connection.send_bytes(request(API_VERSIONS, version, flexible_header_end))
        answer = connection.read_frame()
        correlation_id, error, count, key, oldest, latest = struct.unpack(">ihihhh", answer)
        assert (correlation_id, error, count, key, oldest) == (7, 35, 1, API_VERSIONS, 0)
        assert 3 <= latest < version
        assert (
            connection.ask("api_versions", 3, client_software_name="raw", client_software_version="1").error_code == 0
        )


@pytest.mark.parametrize("name", ["", "two words", "-first", "last-", "ünï"])
def test_api_versions_with_a_bad_software_name(name: str, broker: Broker) -> None:
    with broker.connect() as connection:
        answer = connection.ask("api_versions", 3, client_software_name=name, client_software_version="1")
        assert (answer.error_code, answer.api_keys) == (42, ())
        still_answers(connection)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(raw.batch(b"value", crc=1), 2, id="wrong CRC"),
        pytest.param(raw.batch(b"value")[:-2], 87, id="less than one batch"),
        pytest.param(raw.batch(b"value", magic=0), 87, id="magic 0"),
        pytest.param(raw.batch(b"value", magic=1), 87, id="magic 1"),
        pytest.param(raw.batch(b"value", magic=3), 2, id="magic 3"),
        pytest.param(raw.batch(b"value", magic=-1), 2, id="magic -1"),
        pytest.param(b"", 87, id="no records"),
        pytest.param(struct.pack(">qi", 0, 5) + bytes(60), 2, id="a batch length of 5"),
        pytest.param(struct.pack(">qi", 0, 10000) + bytes(60), 87, id="a batch length beyond the data"),
    ],
)
def test_a_corrupt_batch_is_refused(data: bytes, code: int, broker: Broker, topic: str) -> None:
    with broker.connect() as connection:
        assert raw.produce(connection, topic, data).error_code == code
        assert raw.produce(connection, topic, raw.batch(b"good")).error_code == 0
        assert raw.end_offset(connection, topic) == 1


def test_an_error_without_acks_closes_the_connection(broker: Broker, topic: str) -> None:
    """acks=0 has no answer that could carry the error."""
    with broker.connect() as connection:
        connection.send("produce", 9, **raw.produce_request(topic, raw.batch(b"value", crc=1), acks=0))
        assert connection.is_closed_by_broker()


@pytest.mark.parametrize("name", ["", ".", "..", "two words", "a/b", "ünï", "x" * 250])
def test_an_invalid_topic_name_is_refused(name: str, broker: Broker) -> None:
    with broker.connect() as connection:
        topic = {"name": name, "num_partitions": 1, "replication_factor": 1}
        [result] = connection.ask("create_topics", 7, topics=[topic], timeout=30000).topics
        assert result.error_code == 17
        [described] = connection.ask("metadata", 9, topics=[{"name": name}], allow_auto_topic_creation=True).topics
        assert described.error_code == 17


def test_memory_stays_flat(broker: Broker) -> None:
    """Many bad connections of every kind, and some that announce a great frame and send little of it."""
    if not isinstance(broker, BrokerProcess) or broker.kind != "kafkalite" or not Path("/proc/self/status").exists():
        pytest.skip("looks at the memory of a kafkalite process in /proc")
    early = [memory_after_bad_connections(broker) for _ in range(6)]
    late = [memory_after_bad_connections(broker) for _ in range(18)][-6:]
    print(
        f"\nresident memory {max(early):.1f} MiB early, {min(late):.1f}-{max(late):.1f} MiB after 24 times all of them"
    )
    assert min(late) < max(early) + 1
    with broker.connect() as connection:
        still_answers(connection)


def memory_after_bad_connections(broker: BrokerProcess) -> float:
    for data in CLOSED.values():
        with broker.connect() as bad:
            bad.send_bytes(data)
            assert bad.is_closed_by_broker()
    waiting = [broker.connect() for _ in range(20)]
    for bad in waiting:
        bad.send_bytes(struct.pack(">i", 99 * 1024 * 1024) + b"and no more")
    with broker.connect() as connection:
        still_answers(connection)
    for bad in waiting:
        bad.close()
    return resident_mib(broker.pid)


def resident_mib(pid: int) -> float:
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(status["VmRSS"].split()[0]) / 1024


def still_answers(connection: raw.Connection) -> None:
    before = time.monotonic()
    assert connection.ask("metadata", 1, topics=()).brokers
    assert time.monotonic() - before < 5


class Log:
    """What kafkalite writes about one connection: a line on stderr that names the peer's port."""

    def __init__(self, broker: Broker, connection: raw.Connection) -> None:
        self._broker = broker if isinstance(broker, BrokerProcess) and broker.kind == "kafkalite" else None
        host, port = connection.socket.getsockname()
        self._peer = f"{host}:{port}"
        self._start = self._broker.stderr.stat().st_size if self._broker else 0

    def has_one_line(self) -> None:
        if self._broker:
            raw.until(self._lines, seconds=2, what=f"a log line about {self._peer}")
            assert len(self._lines()) == 1, self._lines()

    def _lines(self) -> list[str]:
        assert self._broker is not None
        with self._broker.stderr.open("rb") as log:
            log.seek(self._start)
            return [line for line in log.read().decode().splitlines() if self._peer in line]
