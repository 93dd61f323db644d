"""Settings that change while the broker runs: which keys may, and what a broker can use of what is stored.

They come in two layers, cluster-wide and over it those of one broker. As Kafka does, any name is taken that no key has:
it may mean something to another broker or a plug-in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kafkalite.config.broker_config import BrokerConfig
from kafkalite.config.broker_keys import BROKER_KEYS
from kafkalite.config.key import ConfigError

CLEANER_THREADS: Final = "log.cleaner.threads"


def check_dynamic(
    config: BrokerConfig, cluster_wide: Mapping[str, str], own: Mapping[str, str], *, changing_own: bool
) -> None:
    """Raise ConfigError, in Kafka's words where it has any, if the layer that changes may not become this."""
    changing = own if changing_own else cluster_wide
    keys = [BROKER_KEYS[name] for name in changing if name in BROKER_KEYS]
    fixed = [key.name for key in keys if key.read_only]
    if fixed:
        raise ConfigError(f"Cannot update these configs dynamically: [{', '.join(fixed)}]", fixed[0])
    of_one_listener = [name for name in changing if name.startswith("listener.name.")]
    if of_one_listener:
        name = of_one_listener[0]
        raise ConfigError(f"Configuration {name}: settings for a single listener are not built yet", name)
    of_one_broker = [key.name for key in keys if key.update == "per-broker"]
    if of_one_broker and not changing_own:
        raise ConfigError(
            "Cannot update these configs at default cluster level, broker id must be specified: "
            f"[{', '.join(of_one_broker)}]",
            of_one_broker[0],
        )
    _check_threads(config.int(CLEANER_THREADS), config.with_dynamic(cluster_wide, own).int(CLEANER_THREADS))


def _check_threads(now: int, then: int) -> None:
    """Kafka's rule, which keeps a slip of the keyboard from starting a thousand threads."""
    if then < now // 2:
        limit = "reduced to less than half"
    elif then > 2 * now:
        limit = "increased to more than double"
    else:
        return
    raise ConfigError(f"Log cleaner threads cannot be {limit} the current value {now}", CLEANER_THREADS)


def usable_dynamic(
    config: BrokerConfig, cluster_wide: Mapping[str, str], own: Mapping[str, str]
) -> tuple[BrokerConfig, list[str]]:
    """Return the config under what can be used of these settings, and why the others cannot.

    What was right when it was stored may not be so for good: the static settings beside it change, and so does this
    program. A setting that nobody can take back because the broker does not start would be worse.
    """
    problems: list[str] = []
    layers = tuple(_valid(layer, problems) for layer in (cluster_wide, own))
    while True:
        try:
            return config.with_dynamic(*layers), problems
        except ConfigError as problem:
            problems.append(str(problem))
            if not any(layer.pop(problem.key, None) is not None for layer in reversed(layers)):
                return config.with_dynamic({}, {}), problems


def _valid(layer: Mapping[str, str], problems: list[str]) -> dict[str, str]:
    """Return the settings whose values are valid by themselves; add to `problems` why the others are not."""
    valid = {}
    for name, text in layer.items():
        try:
            if name in BROKER_KEYS:
                BROKER_KEYS[name].accept(text)
            valid[name] = text
        except ConfigError as problem:
            problems.append(str(problem))
    return valid
