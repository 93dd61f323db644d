"""The layer rule, the purity of core and wire, and the one clock: read from the source of every module."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = [
    path.relative_to(ROOT) for path in sorted((ROOT / "kafkalite").rglob("*.py")) if "messages" not in path.parts
]

# What each part may use beside itself: server > apis > broker > (storage, metadata) > core > wire. `config` is for the
# broker and what is above; the cores are told values. A metadata store fails as a segment store does.
MAY_USE = {
    "wire": set[str](),
    "config": set[str](),
    "core": {"wire"},
    "storage": {"core", "wire"},
    "metadata": {"core", "wire", "storage"},
    "broker": {"storage", "metadata", "core", "wire", "config"},
    "apis": {"broker", "storage", "metadata", "core", "wire", "config"},
    "settings": {"config"},
    "server": {"apis", "broker", "storage", "metadata", "core", "wire", "config", "settings"},
    "testing": {"server", "apis", "broker", "storage", "metadata", "core", "wire", "config", "settings"},
    "cli": {"server", "settings", "config"},
    "__main__": {"cli"},
}

OUTSIDE_WORLD = {
    *(
        "asyncio",
        "concurrent",
        "datetime",
        "fcntl",
        "http",
        "io",
        "logging",
        "mmap",
        "multiprocessing",
        "os",
        "pathlib",
    ),
    *("queue", "random", "secrets", "select", "selectors", "shutil", "signal", "socket", "ssl", "subprocess", "sys"),
    *("tempfile", "threading", "time", "trio", "urllib", "uuid"),
}
"""No business of a pure part: clocks, chance, files, sockets, tasks, threads, the process."""

CLOCKS = {"time", "datetime"}
MAY_TELL_TIME = {Path("kafkalite/broker/clock.py"), Path("kafkalite/cli.py")}
CHANCE = {"random", "secrets", "uuid"}
MAY_THROW_DICE = {Path("kafkalite/broker/randomness.py")}


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported anywhere, for types and inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            module = node.module or ""
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def names(tree: ast.AST) -> set[str]:
    """Every name and attribute that is used."""
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return used | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def part(module: Path) -> str:
    return module.parts[1].removesuffix(".py")


def layer_faults(module: Path, tree: ast.AST) -> list[str]:
    allowed = {part(module), "__init__", *MAY_USE[part(module)]}
    used = {name.split(".")[1] for name in imports(tree) if name.startswith("kafkalite.")} - {"__version__"}
    return sorted(used - allowed)


def foreign(tree: ast.AST, banned: set[str]) -> list[str]:
    return sorted({name for name in imports(tree) if name.split(".")[0] in banned})


def tree_of(module: Path) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"), str(module))


every_module = pytest.mark.parametrize("module", MODULES, ids=str)
pure_modules = pytest.mark.parametrize("module", [path for path in MODULES if part(path) in ("core", "wire")], ids=str)


@every_module
def test_a_module_uses_only_what_lies_below_it(module: Path) -> None:
    if part(module) != "__init__":
        assert layer_faults(module, tree_of(module)) == []


@pure_modules
def test_core_and_wire_are_pure(module: Path) -> None:
    tree = tree_of(module)
    assert foreign(tree, OUTSIDE_WORLD) == []
    assert names(tree) & {"open", "print", "input"} == set()


@every_module
def test_only_the_clock_tells_the_time(module: Path) -> None:
    if module not in MAY_TELL_TIME:
        assert foreign(tree_of(module), CLOCKS) == []


@every_module
def test_only_randomness_throws_dice(module: Path) -> None:
    if module not in MAY_THROW_DICE:
        tree = tree_of(module)
        assert foreign(tree, CHANCE) == []
        assert names(tree) & {"urandom", "getrandom"} == set()


def test_config_reads_no_clock_and_opens_no_socket() -> None:
    for module in MODULES:
        if part(module) == "config":
            assert foreign(tree_of(module), OUTSIDE_WORLD - {"pathlib"}) == [], module


@pytest.mark.parametrize(
    ("module", "source", "faults"),
    [
        ("kafkalite/core/x.py", "from kafkalite.broker.clock import Clock", ["broker"]),
        ("kafkalite/core/x.py", "def late():\n    import kafkalite.storage.memory", ["storage"]),
        ("kafkalite/core/x.py", "if TYPE_CHECKING:\n    from kafkalite import apis", ["apis"]),
        ("kafkalite/apis/x.py", "from kafkalite.wire.codec import Message", []),
        ("kafkalite/storage/x.py", "from kafkalite.metadata import memory", ["metadata"]),
    ],
)
def test_the_layer_check_sees_every_kind_of_import(module: str, source: str, faults: list[str]) -> None:
    assert layer_faults(Path(module), ast.parse(source)) == faults


@pytest.mark.parametrize("source", ["import os.path", "from time import time", "def f():\n    from trio import sleep"])
def test_the_purity_check_sees_every_kind_of_import(source: str) -> None:
    assert foreign(ast.parse(source), OUTSIDE_WORLD) != []
