"""Driver processes that outlive a scenario: those that know `reset` serve the next, and nobody waits."""

from pathlib import Path

from .clients import Launch
from .driver import ClientError, Driver, DriverFailed

MOST = 4
"""Processes kept for one client and broker: what the largest scenario needs at the same time."""

Key = tuple[tuple[str, ...], frozenset[tuple[str, str]], str]


class Pool:
    def __init__(self) -> None:
        self._idle: dict[Key, list[Driver]] = {}

    def take(self, launch: Launch, address: str, log: Path) -> Driver:
        """One that waits, or a new one; `log` is for what a new one writes to stderr."""
        idle = self._idle.get(key(launch, address), [])
        while idle:
            driver = idle.pop()
            if driver.is_running():
                return driver
        return Driver(launch, address, log)

    def give_back(self, driver: Driver, launch: Launch, address: str) -> None:
        idle = self._idle.setdefault(key(launch, address), [])
        if len(idle) < MOST and can_go_on(driver):
            idle.append(driver)
        else:
            driver.stop()

    def close(self) -> None:
        for idle in self._idle.values():
            while idle:
                idle.pop().stop()


def key(launch: Launch, address: str) -> Key:
    # Versions of one client have the same command, and their packages by the environment.
    return tuple(launch.command), frozenset(launch.environment.items()), address


def can_go_on(driver: Driver) -> bool:
    if not driver.is_idle():
        return False
    try:
        driver.ask("reset")
    except (ClientError, DriverFailed):
        return False
    return True
