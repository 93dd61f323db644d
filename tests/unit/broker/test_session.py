"""What is known of a connection."""

from kafkalite.broker.session import Session


def test_a_plaintext_client_is_anonymous_until_something_says_otherwise() -> None:
    session = Session(listener="PLAINTEXT", local=("127.0.0.1", 9092), peer=("127.0.0.1", 50000))
    assert session.principal == "User:ANONYMOUS"
    assert (session.local_host, session.local_port, session.peer_port) == ("127.0.0.1", 9092, 50000)
