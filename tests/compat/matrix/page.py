"""The report as one page of HTML that needs nothing beside it."""

from collections.abc import Collection
from html import escape
from pathlib import Path

from tests.compat.clients import CLIENT, CLIENTS, CONNECTOR, LANGUAGES, STREAM_PROCESSOR
from tests.compat.scenarios import AREAS, Scenario

from .results import CANNOT, FAIL, PASS, SKIP, Cell, Results

SIGNS = {PASS: "✓", FAIL: "✗", CANNOT: "–", SKIP: "○"}
MEANINGS = {
    PASS: "passed",
    FAIL: "failed",
    CANNOT: "the client cannot, on any broker",
    SKIP: "not run here",
}
PLAIN, BUILT_ON = (CLIENT,), (STREAM_PROCESSOR, CONNECTOR)
"""Kinds of clients that share a table."""
STYLE = Path(__file__).with_name("page.css")


def page(results: Results) -> str:
    failures = results.failures()
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>Compatibility of {escape(results.broker)}</title>",
            f"<style>\n{STYLE.read_text(encoding='utf-8')}</style></head><body>",
            head(results),
            *(matrix(results, kinds) for kinds in (PLAIN, BUILT_ON) if set(of_kinds(results, kinds))),
            *(["<h2>Failures</h2>"] if failures else []),
            *(failure(cell) for cell in failures),
            reasons(results),
            "</body></html>\n",
        ]
    )


def head(results: Results) -> str:
    passed, failed = results.count(PASS), results.count(FAIL)
    verdict = f"{failed} failed" if failed else "everything passed that a client can do"
    legend = " ".join(
        f'<li><b class="{status}">{SIGNS[status]}</b> {results.count(status)} {meaning}</li>'
        for status, meaning in MEANINGS.items()
    )
    return f"""<header>
<h1>{escape(results.broker)} <span>and {len(results.clients())} Kafka clients</span></h1>
<p class="verdict {FAIL if failed else PASS}">{passed} of {passed + failed} passed: {verdict}</p>
<p class="date">{escape(results.date)}</p>
<ul class="legend">{legend}</ul>
</header>"""


def of_kinds(results: Results, kinds: Collection[str]) -> list[str]:
    return [client.name for client in CLIENTS if client.kind in kinds and client.name in results.clients()]


def matrix(results: Results, kinds: Collection[str]) -> str:
    """Scenarios down, clients across, grouped by area and by language."""
    wanted = of_kinds(results, kinds)
    languages = {
        language: [client.name for client in clients if client.name in wanted]
        for language, clients in LANGUAGES.items()
    }
    columns = [name for names in languages.values() for name in names]
    groups = "".join(
        f'<th colspan="{len(names)}" class="language">{escape(language)}</th>'
        for language, names in languages.items()
        if names
    )
    first = {names[0] for names in languages.values() if names}
    heads = "".join(column(results, name, name in first) for name in columns)
    rows = []
    for area, scenarios in AREAS.items():
        shown = [one for one in scenarios if one.kind in kinds and one.name in results.scenarios()]
        if shown:
            rows.append(f'<tr class="area"><th>{escape(area)}</th><td colspan="{len(columns)}"></td></tr>')
            rows += [row(results, scenario, columns, first) for scenario in shown]
    return f"""<div class="scroll"><table>
<thead><tr><th></th>{groups}</tr><tr class="clients"><th></th>{heads}</tr></thead>
<tbody>{"".join(rows)}</tbody>
</table></div>"""


def column(results: Results, client: str, is_first: bool) -> str:
    version = results.version(client)
    shown = f"{escape(client)} <small>{escape(version)}</small>"
    return f'<th class="{"first" if is_first else ""}"><div><span>{shown}</span></div></th>'


def row(results: Results, scenario: Scenario, columns: list[str], first: set[str]) -> str:
    title = f'<th title="{escape(scenario.proves)}">{escape(words(scenario.name))}</th>'
    cells = [cell_of(results.cells.get((name, scenario.name)), name in first) for name in columns]
    return f"<tr>{title}{''.join(cells)}</tr>"


def cell_of(cell: Cell | None, is_first: bool) -> str:
    edge = " first" if is_first else ""
    if cell is None:
        return f'<td class="none{edge}"></td>'
    what = f"{cell.client}, {words(cell.scenario)}: {MEANINGS[cell.status]}"
    what += f" ({cell.reason})" if cell.reason else f" in {cell.seconds:.1f} s" if cell.seconds else ""
    sign = SIGNS[cell.status]
    shown = f'<a href="#{anchor(cell)}">{sign}</a>' if cell.status == FAIL else sign
    return f'<td class="{cell.status}{edge}" title="{escape(what)}">{shown}</td>'


def failure(cell: Cell) -> str:
    return f"""<section id="{anchor(cell)}">
<h3>{escape(cell.client)}, {escape(words(cell.scenario))}</h3>
<p>{escape(cell.reason)}</p>
<pre>{escape(cell.log)}</pre>
</section>"""


def reasons(results: Results) -> str:
    """What clients cannot do, and what was not run, in words."""
    parts = []
    for client in results.clients():
        by_reason: dict[str, list[str]] = {}
        for cell in results.of(client):
            if cell.status in (CANNOT, SKIP):
                by_reason.setdefault(cell.reason, []).append(words(cell.scenario))
        items = "".join(f"<li>{escape(', '.join(names))}: {escape(reason)}</li>" for reason, names in by_reason.items())
        if items:
            parts.append(f"<dt>{escape(client)}</dt><dd><ul>{items}</ul></dd>")
    return f"<h2>What was not played, and why</h2><dl>{''.join(parts)}</dl>" if parts else ""


def anchor(cell: Cell) -> str:
    return f"{cell.client}-{cell.scenario}"


def words(name: str) -> str:
    return name.replace("_", " ")
