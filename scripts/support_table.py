"""Write the README's table of supported APIs from the broker's own table and from protocol/.

python scripts/support_table.py            write it between the two markers in README.md
python scripts/support_table.py --check    change nothing; exit 1 if it differs from what would be written
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.readme import replaced  # noqa: E402

if TYPE_CHECKING:
    from kafkalite.apis.table import Api

NAME = "support table"
_HEAD = re.compile(r"(?P<name>\w+) +key (?P<key>\d+) +versions (?P<low>\d+)(-(?P<high>\d+))?")

VersionRange = tuple[int, int]


def kafkas_apis(directory: Path) -> dict[int, tuple[str, VersionRange]]:
    """Return key -> (name, versions) of every API that has a file under protocol/messages."""
    apis = {}
    for path in sorted(directory.glob("*.txt")):
        head = _HEAD.match(path.read_text(encoding="utf-8"))
        if head is not None:  # records and headers have no key
            apis[int(head["key"])] = (head["name"], (int(head["low"]), int(head["high"] or head["low"])))
    return apis


def table(rows: Sequence[Api], kafka: Mapping[int, tuple[str, VersionRange]]) -> str:
    """Return the table in Markdown: what is answered, with Kafka's versions beside ours, then what is not."""
    lines = ["| API | key | kafkalite | Kafka 4.4 |", "|---|---|---|---|"]
    for row in sorted(rows, key=lambda row: row.key):
        lines.append(f"| {row.name} | {row.key} | {versions(row.versions)} | {versions(kafka[row.key][1])} |")
    answered = {row.key for row in rows}
    missing = [name for key, (name, _) in sorted(kafka.items()) if key not in answered]
    if missing:
        lines += ["", f"Not answered yet, and not advertised: {', '.join(missing)}."]
    return "\n".join(lines)


def versions(both: VersionRange) -> str:
    low, high = both
    return str(low) if low == high else f"{low}-{high}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing, exit 1 on a difference")
    options = parser.parse_args(arguments)

    from kafkalite.apis.table import APIS

    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    wanted = replaced(text, NAME, table(APIS, kafkas_apis(ROOT / "protocol" / "messages")))
    if wanted == text:
        return 0
    if options.check:
        print("the support table in README.md is not what scripts/support_table.py writes: run it", file=sys.stderr)
        return 1
    readme.write_text(wanted, encoding="utf-8")
    print("README.md: support table written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
