"""Settings tell the address that matters: the first listener's."""

from __future__ import annotations

from kafkalite.config import BrokerConfig
from kafkalite.settings import Settings


def test_the_first_listener_is_the_brokers_address() -> None:
    config = BrokerConfig.of(
        {
            "listeners": "IN://127.0.0.1:1,OUT://127.0.0.2:2",
            "listener.security.protocol.map": "IN:PLAINTEXT,OUT:PLAINTEXT",
        }
    )
    settings = Settings(config=config, listeners=config.listeners)
    assert (settings.host, settings.port) == ("127.0.0.1", 1)
    assert (settings.memory, settings.port_file) == (False, None)
