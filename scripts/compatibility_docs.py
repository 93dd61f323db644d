"""Write docs/compatibility.md and the README's short table from the published runs in docs/compatibility/.

python scripts/compatibility_docs.py            write them
python scripts/compatibility_docs.py --check    change nothing; exit 1 if they differ from what would be written

The runs come from `scripts/compat --publish`, against kafkalite and with `--broker apache-kafka`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.readme import replaced  # noqa: E402
from tests.compat.clients import LANGUAGES, Client  # noqa: E402
from tests.compat.matrix import published  # noqa: E402
from tests.compat.matrix.results import CANNOT, FAIL, PASS, Cell, Results  # noqa: E402
from tests.compat.scenarios import AREAS  # noqa: E402

NAME = "compatibility"
DOCUMENT, README = ROOT / "docs" / "compatibility.md", ROOT / "README.md"
SIGNS = {PASS: "✓", FAIL: "✗", CANNOT: "–"}

HEAD = """\
# Compatibility

Every client below ran through every scenario that it can do, against {ours} ({our_date}) and, as the
reference, against {reference} ({reference_date}). Anybody can run it, against kafkalite or any other Kafka:

```sh
scripts/compat                                   # kafkalite, which it starts; a page with the matrix: --report DIR
scripts/compat --broker apache-kafka             # Apache Kafka, which it starts as well
scripts/compat --bootstrap localhost:9092        # a broker that runs already
```

✓ passed on both. (✓) passed on kafkalite, and the reference was not run yet. – the client cannot, on any broker: the
reason stands below the table. ✗ failed on kafkalite, ✗ᴷ on Apache Kafka. This page is generated from
[compatibility/](compatibility/) by `scripts/compatibility_docs.py`, and CI fails when a fresh run of a part of it
disagrees. The scenarios are in `tests/compat/scenarios/`, the clients in `tests/compat/clients/`.

Not covered: Confluent.Kafka for .NET, which is librdkafka as well; NuGet was not within reach where this page was made.
"""


def document(ours: Results, reference: Results) -> str:
    parts = [
        HEAD.format(ours=ours.broker, our_date=ours.date, reference=reference.broker, reference_date=reference.date)
    ]
    for language, clients in LANGUAGES.items():
        shown = [client for client in clients if client.name in ours.clients()]
        if shown:
            names = [client.name for client in shown]
            parts += [f"## {language}\n", table(ours, reference, shown), *notes(ours, names)]
    parts += ["## What the scenarios prove\n", proofs()]
    return "\n".join(parts)


def table(ours: Results, reference: Results, clients: Sequence[Client]) -> str:
    """With the scenarios that are for any of these clients."""
    names, kinds = [client.name for client in clients], {client.kind for client in clients}
    heads = [f"{name}<br>{ours.version(name)}" for name in names]
    lines = [f"| | {' | '.join(heads)} |", f"|---|{':-:|' * len(names)}"]
    for area, scenarios in AREAS.items():
        shown = [scenario for scenario in scenarios if scenario.kind in kinds]
        lines += [f"| **{area}** |{' |' * len(names)}"] if shown else []
        for scenario in shown:
            places = [(name, scenario.name) for name in names]
            signs = [sign(ours.cells.get(place), reference.cells.get(place)) for place in places]
            lines.append(f"| {scenario.name} | {' | '.join(signs)} |")
    return "\n".join(lines) + "\n"


def sign(ours: Cell | None, reference: Cell | None) -> str:
    if ours is None:
        return ""
    if ours.status == PASS and reference is None:
        return "(✓)"
    failed_there = reference is not None and reference.status == FAIL
    return SIGNS.get(ours.status, "") + (" ✗ᴷ" if failed_there else "")


def notes(ours: Results, names: Sequence[str]) -> list[str]:
    """What each client cannot do, and why."""
    lines = []
    for name in names:
        by_reason: dict[str, list[str]] = {}
        for cell in ours.of(name):
            if cell.status == CANNOT:
                by_reason.setdefault(cell.reason, []).append(cell.scenario)
        reasons = [f"{', '.join(scenarios)} ({reason})" for reason, scenarios in by_reason.items()]
        if reasons:
            lines.append(f"- {name} cannot: {'; '.join(reasons)}.")
    return ["\n".join(lines) + "\n"] if lines else []


def proofs() -> str:
    lines = ["| scenario | what it proves |", "|---|---|"]
    lines += [f"| {one.name} | {one.proves} |" for scenarios in AREAS.values() for one in scenarios]
    return "\n".join(lines) + "\n"


def short_table(ours: Results, reference: Results) -> str:
    """A line for each client: how many of the scenarios that it can do passed, here and there."""
    lines = [
        f"| client | version | on {ours.broker.split()[0]} | on {reference.broker} |",
        "|---|---|---|---|",
    ]
    for language, clients in LANGUAGES.items():
        for name in [client.name for client in clients if client.name in ours.clients()]:
            there = passed(reference, name)
            if len(played(reference, name)) < len(played(ours, name)) and played(reference, name):
                there += ", the rest not run yet"
            counts = f"{passed(ours, name)} | {there}"
            lines.append(f"| {name} ({language}) | {ours.version(name)} | {counts} |")
    return "\n".join(lines)


def passed(results: Results, client: str) -> str:
    statuses = played(results, client)
    return f"{statuses.count(PASS)} of {len(statuses)}" if statuses else "not run yet"


def played(results: Results, client: str) -> list[str]:
    return [cell.status for cell in results.of(client) if cell.status in (PASS, FAIL)]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing, exit 1 on a difference")
    options = parser.parse_args(arguments)
    ours, reference = published.load(published.KAFKALITE), published.load(published.REFERENCE)
    readme = README.read_text(encoding="utf-8")
    wanted = {DOCUMENT: document(ours, reference), README: replaced(readme, NAME, short_table(ours, reference))}
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        if options.check:
            print(f"{path.name} is not what scripts/compatibility_docs.py writes: run it", file=sys.stderr)
        else:
            path.write_text(wanted[path], encoding="utf-8")
            print(f"{path.name}: written")
    return 1 if stale and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
