"""`listeners` and `advertised.listeners`: the addresses a broker opens and the ones it tells clients."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from kafkalite.config.key import ConfigError

PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
BUILT = "PLAINTEXT"
_ENDPOINT = re.compile(
    r"(?P<name>[^:/]+)://(?:\[(?P<six>[0-9a-zA-Z:.%]*)\]|(?P<host>[0-9a-zA-Z\-%._]*)):(?P<port>[0-9]{1,5})"
)


class Listener(NamedTuple):
    """One named address. An empty host is every address of this machine, port 0 a free one."""

    name: str
    host: str
    port: int

    @property
    def address(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.name}://{self.address}"


def parse_listeners(key: str, texts: Sequence[str]) -> tuple[Listener, ...]:
    """Read `NAME://HOST:PORT` texts and check that they can stand beside each other. Raises ConfigError."""
    listeners = tuple(_parse(key, text) for text in texts)
    if len({listener.name for listener in listeners}) < len(listeners):
        raise ConfigError(f"{key}: Each listener must have a different name, listeners: {', '.join(texts)}", key)
    return listeners


def check_ports(listeners: Sequence[Listener]) -> None:
    """Refuse listeners that want the same port; one on IPv4 and one on IPv6 may have it both. Raises ConfigError."""
    taken: set[tuple[int, bool]] = set()
    for listener in listeners:
        place = (listener.port, ":" in listener.host)
        if listener.port and place in taken:
            texts = ", ".join(str(listener) for listener in listeners)
            raise ConfigError(f"listeners: Each listener must have a different port, listeners: {texts}", "listeners")
        taken.add(place)


def parse_protocol_map(text: str) -> dict[str, str]:
    """Read `listener.security.protocol.map`. Every protocol is also a listener name of its own. Raises ConfigError."""
    key = "listener.security.protocol.map"
    protocols = {protocol: protocol for protocol in PROTOCOLS}
    for entry in filter(None, (entry.strip() for entry in text.split(","))):
        name, colon, protocol = (part.strip() for part in entry.partition(":"))
        if not name or not colon:
            raise ConfigError(f"{key}: {entry!r} is not of the form NAME:PROTOCOL", key)
        if protocol.upper() not in PROTOCOLS:
            raise ConfigError(f"{key}: {protocol} is none of {', '.join(PROTOCOLS)}", key)
        protocols[name.upper()] = protocol.upper()
    return protocols


def check_protocols(listeners: Sequence[Listener], protocols: dict[str, str]) -> None:
    """Refuse a listener whose protocol is unknown or not built. Raises ConfigError."""
    for listener in listeners:
        protocol = protocols.get(listener.name)
        if protocol is None:
            raise ConfigError(
                f"listeners: No security protocol defined for listener {listener.name}; "
                f"listener.security.protocol.map gives it one, for example {listener.name}:{BUILT}",
                "listeners",
            )
        if protocol != BUILT:
            raise ConfigError(
                f"listeners: {listener} is to speak {protocol}, which is not built yet; only {BUILT} listeners are",
                "listeners",
            )


def check_advertised(advertised: Sequence[Listener], listeners: Sequence[Listener]) -> None:
    """Refuse advertised addresses that lead nowhere. Raises ConfigError."""
    key = "advertised.listeners"
    names = [listener.name for listener in listeners]
    for listener in advertised:
        if listener.host in ("0.0.0.0", "::", "") or not listener.port:
            raise ConfigError(f"{key}: {listener} is no address that a client can connect to", key)
        if listener.name not in names:
            raise ConfigError(f"{key}: {listener.name} is none of the listeners ({', '.join(names)})", key)


def _parse(key: str, text: str) -> Listener:
    match = re.fullmatch(_ENDPOINT, text)
    if match is None or int(match["port"]) > 65535:
        raise ConfigError(f"{key}: {text!r} is not of the form NAME://HOST:PORT", key)
    return Listener(match["name"].upper(), match["six"] or match["host"] or "", int(match["port"]))
