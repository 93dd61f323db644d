"""The clients of Go."""

from .client import Client
from .launches import go_client

CLIENTS = (
    Client("franz-go", go_client("franz-go"), cannot={"transactions": "its driver has none"}),
    Client(
        "sarama",
        go_client("sarama"),
        cannot={
            "cooperative-sticky": "it has no such assignor",
            "consumer_protocol": "it knows the classic protocol only",
            "transactions": "its driver has none",
        },
    ),
)
