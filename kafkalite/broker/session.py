"""Who is on the other end of a connection. The same facts over TCP, TLS or, in tests, no socket at all."""

from __future__ import annotations


class Session:
    """One connection: addresses as (host, port), the listener it came in by, what the client said of itself."""

    __slots__ = (
        "is_closed",
        "listener",
        "local_host",
        "local_port",
        "peer_host",
        "peer_port",
        "principal",
        "software",
    )

    def __init__(self, *, listener: str, local: tuple[str, int], peer: tuple[str, int]) -> None:
        self.is_closed = False
        self.listener = listener
        self.local_host, self.local_port = local
        self.peer_host, self.peer_port = peer
        self.principal = "User:ANONYMOUS"
        self.software = ("unknown", "unknown")
