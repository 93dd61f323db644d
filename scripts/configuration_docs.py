"""Write docs/configuration.md from the tables of configuration keys.

python scripts/configuration_docs.py            write it
python scripts/configuration_docs.py --check    change nothing; exit 1 if it differs from what would be written
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kafkalite.config import BROKER_KEYS, TOPIC_KEYS, Key  # noqa: E402
from kafkalite.config.group_keys import GROUP_KEYS  # noqa: E402
from kafkalite.config.key import HARMLESS, HONOURED, LATER, REFUSED  # noqa: E402

PAGE = ROOT / "docs" / "configuration.md"

INTRODUCTION = """\
# Configuration

Written by `scripts/configuration_docs.py` from the tables in `kafkalite/config/`; change those.

kafkalite takes Apache Kafka 4.4's own names. Where the same key is said more than once, the later of these counts:

1. the properties file: `kafkalite server.properties`
2. the environment: `KAFKA_LOG_RETENTION_MS` is `log.retention.ms` (`_` stands for a dot, `__` for an underscore, `___`
   for a dash, as in Kafka's Docker images; what Kafka's scripts use themselves, `KAFKA_HEAP_OPTS` say, is left alone)
3. `--override KEY=VALUE`
4. `--listen`, `--data-dir`

A value that is not valid, an unknown key, or a key that promises something that is not here stops the start with exit
code 2 and says what would be right; all faults are told at once. Only an unknown *variable* is no fault: it is logged
and ignored, because clients and other programs use variables with this prefix too.

While the broker runs, broker keys marked *dynamic* can be set for all brokers and, over that, for one, with
`kafka-configs` or any client's IncrementalAlterConfigs. Such settings are obeyed at once, kept over a restart, and
stand above everything listed here. What stops a start as a value is refused there too, with the same words.
"""

DISPOSITIONS = {
    HONOURED: ("Honoured", ""),
    LATER: (
        "Accepted, without effect yet",
        "Kafka's validation applies, DescribeConfigs shows them, and the log says so when one is set.",
    ),
    REFUSED: (
        "Refused",
        "Whoever sets one relies on something that is not here, so any value that would change something is an error.",
    ),
    HARMLESS: ("Accepted, meaningless here", "Nobody loses anything; the log says so when one is set."),
}


def page() -> str:
    parts = [INTRODUCTION, "## Broker keys\n"]
    for disposition, (title, text) in DISPOSITIONS.items():
        keys = [key for key in BROKER_KEYS.values() if key.disposition == disposition]
        parts.append(f"### {title}\n")
        if text:
            parts.append(f"{text}\n")
        parts += rows_of(keys) if disposition in (HONOURED, LATER) else names_of(keys)
    parts.append(
        "## Topic keys\n\nA topic's own value goes first, then the broker's, the most specific key first. "
        "Defaults are Kafka's.\n"
    )
    parts += rows_of(TOPIC_KEYS.values())
    parts.append("## Group keys\n")
    parts += rows_of(GROUP_KEYS.values())
    return "\n".join(parts)


def rows_of(keys: Iterable[Key]) -> Iterable[str]:
    """A table for each section."""
    for section, members in groupby(keys, lambda key: (key.disposition, key.section)):
        yield f"{bold(*section)}\n"
        yield "| key | type | default | values | |\n|---|---|---|---|---|"
        for key in members:
            yield f"| `{key.name}` | {key.type.lower()} | {code(key.default)} | {code(valid(key))} | {remarks(key)} |"
        yield ""


def names_of(keys: Iterable[Key]) -> Iterable[str]:
    for section, members in groupby(keys, lambda key: (key.disposition, key.section)):
        yield f"{bold(*section)}\n{', '.join(f'`{key.name}`' for key in members)}\n"


def bold(disposition: str, section: str) -> str:
    refused = "Refused: " if disposition == REFUSED else ""
    return f"**{refused}{section}**"


def remarks(key: Key) -> str:
    """The key's own sentence, why our default is another, and what a topic falls back on."""
    found = [key.doc] if key.doc else []
    if key.why_different:
        kafka = "none, it must be set" if key.kafka_default == "<required>" else code(key.kafka_default)
        found.append(f"*Kafka's default: {kafka}.* {key.why_different}")
    if key is BROKER_KEYS.get(key.name) and not key.read_only:
        found.append("*Dynamic.*")
    if key is TOPIC_KEYS.get(key.name) and key.synonyms:
        found.append(f"Falls back on {', '.join(code(name) for name in key.synonyms)}.")
    return " ".join(found)


def valid(key: Key) -> str | None:
    return None if key.valid == "-" else key.valid


def code(text: str | None) -> str:
    return "" if text is None else f"`{text}`" if text else "empty"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing, exit 1 on a difference")
    options = parser.parse_args(arguments)
    wanted = page()
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == wanted:
        return 0
    if options.check:
        print("docs/configuration.md is not what scripts/configuration_docs.py writes: run it", file=sys.stderr)
        return 1
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(wanted, encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)}: written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
