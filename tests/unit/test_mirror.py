"""tests/unit mirrors kafkalite/ file by file: who knows a module knows where its tests are, and the reverse."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "tests" / "unit"
OF_THE_WHOLE = {
    UNIT / name
    for name in (
        "test_layers.py",
        "test_mirror.py",
        "test_any_request.py",
        "test_durability.py",
        "test_exactly_once.py",
        "test_history.py",
        "test_kafka_directory.py",
    )
}
GENERATED = Path("wire/messages")  # one test for all of them


def places(directory: Path, room: Path) -> dict[Path, Path]:
    """Where the tests of each module stand; empty rooms (`__init__`) and what is generated need none of their own."""
    modules = [path.relative_to(directory) for path in sorted(directory.rglob("*.py")) if path.name != "__init__.py"]
    return {room / path.with_name(f"test_{path.name}"): path for path in modules if path.parent != GENERATED}


def test_every_module_has_its_test() -> None:
    missing = [str(module) for test, module in places(ROOT / "kafkalite", UNIT).items() if not test.exists()]
    assert missing == []


def test_every_test_has_its_module() -> None:
    of_scripts = {UNIT / "scripts" / f"test_{path.stem}.py" for path in (ROOT / "scripts").iterdir()}
    of_scripts |= places(ROOT / "scripts", UNIT / "scripts").keys()
    known = places(ROOT / "kafkalite", UNIT).keys() | of_scripts | OF_THE_WHOLE
    strays = [path for path in UNIT.rglob("test_*.py") if path not in known and path.parent != UNIT / GENERATED]
    assert [str(path.relative_to(ROOT)) for path in sorted(strays)] == []
