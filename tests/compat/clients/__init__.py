"""The clients that the scenarios run with, a file for each language and one for what is built on them.

Not covered: .NET (Confluent.Kafka), whose registry NuGet and whose runtime nobody could reach where this was written.
"""

from . import c, frameworks, go, java, javascript, python, rust
from .client import ABILITIES, CLIENT, CODECS, CONNECTOR, STREAM_PROCESSOR, Client, Launch
from .launches import DRIVERS, java_client, require_programs

LANGUAGES = {
    "Python": python.CLIENTS,
    "Java": java.CLIENTS,
    "Go": go.CLIENTS,
    "JavaScript": javascript.CLIENTS,
    "Rust": rust.CLIENTS,
    "C": c.CLIENTS,
    "Frameworks": frameworks.CLIENTS,
}

CLIENTS = tuple(client for clients in LANGUAGES.values() for client in clients)

CLOSELY = ("kafka-python-3.0", "confluent-kafka", "aiokafka", "java", "java-3.9")
TRANSACTIONAL_CLIENTS = tuple(client for client in CLIENTS if client.name in CLOSELY)
"""Those whose transactions are looked at closely: test_transactions.py, test_exactly_once.py."""

KNOWS_KIP_890 = ("java",)
"""Those that end each transaction with an epoch of its own (TV2) where the broker lets them."""

__all__ = [
    "ABILITIES",
    "CLIENT",
    "CLIENTS",
    "CODECS",
    "CONNECTOR",
    "DRIVERS",
    "KNOWS_KIP_890",
    "LANGUAGES",
    "STREAM_PROCESSOR",
    "TRANSACTIONAL_CLIENTS",
    "Client",
    "Launch",
    "java_client",
    "require_programs",
]
