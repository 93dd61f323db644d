"""Listener addresses are read as Kafka reads them, and only those that can work are taken."""

from __future__ import annotations

import pytest

from kafkalite.config import BrokerConfig, ConfigError, Listener
from kafkalite.config.listeners import parse_listeners, parse_protocol_map


def refusal(**settings: str) -> str:
    with pytest.raises(ConfigError) as caught:
        BrokerConfig.of({key.replace("_", "."): value for key, value in settings.items()})
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "listener"),
    [
        ("PLAINTEXT://127.0.0.1:9092", Listener("PLAINTEXT", "127.0.0.1", 9092)),
        ("plaintext://host_name:0", Listener("PLAINTEXT", "host_name", 0)),
        ("PLAINTEXT://:9092", Listener("PLAINTEXT", "", 9092)),
        ("IN-SIDE://[::1]:9092", Listener("IN-SIDE", "::1", 9092)),
        ("A://[fe80::1%eth0]:1", Listener("A", "fe80::1%eth0", 1)),
    ],
)
def test_a_listener_is_name_host_and_port(text: str, listener: Listener) -> None:
    assert parse_listeners("listeners", [text]) == (listener,)


@pytest.mark.parametrize(
    "text", ["127.0.0.1:9092", "A://h", "A://h:", "A://h:99999", "A://h:-1", "://h:1", "A://a b:1", "A://::1:1"]
)
def test_what_is_no_listener_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(ConfigError, match="not of the form NAME://HOST:PORT"):
        parse_listeners("listeners", [text])


def test_an_ipv6_address_is_written_in_brackets() -> None:
    assert str(Listener("A", "::1", 9092)) == "A://[::1]:9092"
    assert Listener("A", "h", 9092).address == "h:9092"


def test_names_are_unique() -> None:
    assert "must have a different name" in refusal(listeners="PLAINTEXT://:1,plaintext://:2")


def test_ports_are_unique() -> None:
    both = {"listener_security_protocol_map": "B:PLAINTEXT"}
    assert "must have a different port" in refusal(listeners="PLAINTEXT://:9092,B://:9092", **both)


def test_ipv4_and_ipv6_may_share_a_port_and_free_ports_are_all_different() -> None:
    settings = {"listener.security.protocol.map": "B:PLAINTEXT"}
    BrokerConfig.of({"listeners": "PLAINTEXT://127.0.0.1:9092,B://[::1]:9092"} | settings)
    BrokerConfig.of({"listeners": "PLAINTEXT://h:0,B://h:0"} | settings)


def test_only_plaintext_is_built() -> None:
    assert "SSL, which is not built yet" in refusal(listeners="SSL://:9093")
    assert "SASL_SSL, which is not built yet" in refusal(
        listeners="CLIENT://:9092", listener_security_protocol_map="CLIENT:SASL_SSL"
    )


def test_a_protocol_in_the_map_harms_nobody_while_no_listener_speaks_it() -> None:
    config = BrokerConfig.of({"listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL"})
    assert [listener.name for listener in config.listeners] == ["PLAINTEXT"]


def test_a_listener_without_a_protocol_is_refused_with_what_gives_it_one() -> None:
    assert "FOO:PLAINTEXT" in refusal(listeners="FOO://:9092")


@pytest.mark.parametrize("text", ["PLAINTEXT", ":PLAINTEXT"])
def test_a_protocol_map_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="not of the form NAME:PROTOCOL"):
        parse_protocol_map(text)


def test_an_unknown_protocol_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="FOO is none of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL"):
        parse_protocol_map("A:FOO")


def test_a_listener_of_controllers_is_not_opened() -> None:
    config = BrokerConfig.of(
        {
            "listeners": "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093",
            "advertised.listeners": "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093",
            "controller.listener.names": "CONTROLLER",
        }
    )
    assert [str(listener) for listener in config.listeners] == ["PLAINTEXT://localhost:9092"]
    assert list(config.advertised) == ["PLAINTEXT"]


def test_at_least_one_listener_is_for_clients() -> None:
    assert "none for clients" in refusal(listeners="CONTROLLER://:9093")


def test_advertised_listeners_are_told_by_name() -> None:
    config = BrokerConfig.of(
        {
            "listeners": "IN://:29092,OUT://:9092",
            "listener.security.protocol.map": "IN:PLAINTEXT,OUT:PLAINTEXT",
            "advertised.listeners": "OUT://localhost:19092",
        }
    )
    assert config.advertised == {"OUT": Listener("OUT", "localhost", 19092)}


def test_without_advertised_listeners_nothing_is_told() -> None:
    assert BrokerConfig.of().advertised == {}


@pytest.mark.parametrize("address", ["0.0.0.0:9092", "[::]:9092", ":9092", "h:0"])
def test_an_address_nobody_can_connect_to_is_not_advertised(address: str) -> None:
    assert "no address that a client can connect to" in refusal(advertised_listeners=f"PLAINTEXT://{address}")


def test_only_listeners_are_advertised() -> None:
    assert "OTHER is none of the listeners (PLAINTEXT)" in refusal(advertised_listeners="OTHER://h:9092")
