"""The clients of Go."""

from .client import Client
from .launches import go_client

CLIENTS = (
    Client("franz-go", go_client("franz-go"), cannot={"transactions": "its driver has none"}),
    Client("sarama", go_client("sarama"), cannot={"transactions": "its driver has none"}),
)
