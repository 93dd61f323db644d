"""The clients that the scenarios run with, a file for each language."""

from . import c, go, java, javascript, python, rust
from .client import ABILITIES, CODECS, Client, Launch
from .launches import DRIVERS, java_client, require_programs

LANGUAGES = {
    "Python": python.CLIENTS,
    "Java": java.CLIENTS,
    "Go": go.CLIENTS,
    "JavaScript": javascript.CLIENTS,
    "Rust": rust.CLIENTS,
    "C": c.CLIENTS,
}

CLIENTS = tuple(client for clients in LANGUAGES.values() for client in clients)

TRANSACTIONAL_CLIENTS = tuple(client for client in CLIENTS if client.transactions is not None)
"""Those with a driver of `drivers/transactions.py`."""

KNOWS_KIP_890 = ("java",)
"""Those that end each transaction with an epoch of its own (TV2) where the broker lets them."""

__all__ = [
    "ABILITIES",
    "CLIENTS",
    "CODECS",
    "DRIVERS",
    "KNOWS_KIP_890",
    "LANGUAGES",
    "TRANSACTIONAL_CLIENTS",
    "Client",
    "Launch",
    "java_client",
    "require_programs",
]
