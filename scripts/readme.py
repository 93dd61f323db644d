"""Tables that scripts write into README.md, each between two comments with its name."""

from __future__ import annotations


def begin(name: str) -> str:
    return f"<!-- {name}: begin -->"


def end(name: str) -> str:
    return f"<!-- {name}: end -->"


def replaced(text: str, name: str, table: str) -> str:
    """Return the README with this table in the place of the one that has this name."""
    head, found, rest = text.partition(begin(name))
    _, found_end, tail = rest.partition(end(name))
    if not found or not found_end:
        raise SystemExit(f"README.md has no {begin(name)} and {end(name)}: put them where the table belongs")
    return f"{head}{begin(name)}\n{table}\n{end(name)}{tail}"
