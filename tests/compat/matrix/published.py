"""What docs/compatibility/ holds: the last whole runs against kafkalite and against Apache Kafka, the reference."""

from pathlib import Path

from tests.compat.cache import REPOSITORY

from .results import SKIP, Results

DIRECTORY = REPOSITORY / "docs" / "compatibility"
KAFKALITE, REFERENCE = DIRECTORY / "kafkalite.json", DIRECTORY / "apache-kafka.json"


def load(path: Path) -> Results:
    return Results.from_json(path.read_text(encoding="utf-8"))


def drift(results: Results) -> list[str]:
    """Where this run differs from the published one of the same broker; what either did not run says nothing,
    and neither does a client that has no row yet."""
    published = load(REFERENCE if results.broker.startswith("Apache Kafka") else KAFKALITE)
    differences = []
    for place, cell in results.cells.items():
        known, name = published.cells.get(place), ", ".join(place)
        if known is None:
            if cell.client in published.clients():
                differences.append(f"{name} was not run then")
        elif known.status != cell.status and SKIP not in (known.status, cell.status):
            differences.append(f"{name} was {known.status} and is {cell.status} now")
        elif cell.version and known.version and cell.version != known.version:
            differences.append(f"{name} was run with {known.version} and now with {cell.version}")
    return differences


def publish(results: Results) -> Path:
    """Put this run in the place of the published one, row by row."""
    path = REFERENCE if results.broker.startswith("Apache Kafka") else KAFKALITE
    whole = load(path) if path.exists() else Results(results.broker, results.date)
    whole.broker, whole.date = results.broker, results.date
    for cell in results.cells.values():
        if cell.status != SKIP:
            whole.add(cell)
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    path.write_text(whole.as_json(), encoding="utf-8")
    return path
