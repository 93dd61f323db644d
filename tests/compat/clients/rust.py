"""The clients of Rust."""

from .client import Client
from .launches import rust_client

CLIENTS = (Client("rdkafka", rust_client("rdkafka"), cannot={"transactions": "its driver has none"}),)
