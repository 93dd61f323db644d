"""scripts/generate_messages.py: what it writes, what it finds, what it refuses."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

generator: Any = importlib.import_module("scripts.generate_messages")

THING = """\
Thing  key 7  versions 1-4  flexible 3+
# 2  label

request
  name      string          default null
  label     string?3+  2+   default null
  limit     int32      2    default -5
  parts     []Part?
    id      uuid
    shares  []int64    4+   tag 0
  hint      Hint            tag 1
    text    string
  password  bytes           secret

response
  owner     Owner
  struct Owner
    name    string
"""
ERRORS = "-1  UNKNOWN_SERVER_ERROR\n 0  NONE\n 3  UNKNOWN_TOPIC_OR_PARTITION  retriable\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with nothing but protocol/."""
    (tmp_path / "protocol" / "messages").mkdir(parents=True)
    write(tmp_path, THING)
    (tmp_path / "protocol" / "errors.txt").write_text(ERRORS)
    return tmp_path


def write(root: Path, text: str) -> None:
    (root / "protocol" / "messages" / "thing.txt").write_text(text)


def written(root: Path, name: str) -> ModuleType:
    module = ModuleType(name)
    exec((root / "kafkalite" / "wire" / name).read_text(), module.__dict__)
    return module


def test_the_generated_files_are_what_protocol_says() -> None:
    assert generator.main(["--check"]) == 0


def test_a_message_becomes_a_class(root: Path) -> None:
    assert generator.main([], root) == 0
    request = written(root, "messages/thing.py").ThingRequest
    assert (request.API_KEY, request.VERSIONS, request.FLEXIBLE) == (7, (1, 4), 3)
    assert request.FIELDS[1] == ("label", "string", (2, 4), (3, 4), None, None)
    assert request.FIELDS[2] == ("limit", "int32", (2, 2), None, -5, None)
    assert request.FIELDS[3][:4] == ("parts", "[]Part", (1, 4), (1, 4))
    assert request.Part.FIELDS[1][:4] == ("shares", "[]int64", (4, 4), None)
    assert request.SECRETS == ("password",)


def test_defaults(root: Path) -> None:
    generator.main([], root)
    module = written(root, "messages/thing.py")
    request = module.ThingRequest()
    assert (request.name, request.limit, request.parts, request.hint) == (None, -5, [], None)
    assert request.Part().id == bytes(16)
    assert module.ThingResponse().owner == module.ThingResponse.Owner(name="")


def test_errors_become_an_enumeration(root: Path) -> None:
    generator.main([], root)
    module = written(root, "errors.py")
    assert module.ErrorCode.NONE == 0
    assert frozenset({module.ErrorCode(3)}) == module.RETRIABLE


def test_check_tells_what_is_missing_changed_or_left_over(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generator.main(["--check"], root) == 1
    assert "kafkalite/wire/messages/thing.py" in capsys.readouterr().err
    assert not (root / "kafkalite").exists()
    generator.main([], root)
    assert generator.main(["--check"], root) == 0
    left_over = root / "kafkalite" / "wire" / "messages" / "gone.py"
    left_over.write_text("")
    assert generator.main(["--check"], root) == 1
    assert capsys.readouterr().err == (
        "Not what protocol/ says: kafkalite/wire/messages/gone.py\n"
        "Run python scripts/generate_messages.py and commit what it writes.\n"
    )
    generator.main([], root)
    assert not left_over.exists()
    write(root, THING.replace("int64", "int32"))
    assert generator.main(["--check"], root) == 1


def test_records_of_a_topic_have_a_key_and_a_value(root: Path) -> None:
    write(root, "Note  record 9\n\nkey  versions 0  flexible none\n  id  string\n\nvalue  versions 0-2  flexible 2+\n")
    generator.main([], root)
    module = written(root, "messages/thing.py")
    assert (module.NoteKey.RECORD_TYPE, module.NoteKey.FLEXIBLE) == (9, None)
    assert (module.NoteValue.RECORD_TYPE, module.NoteValue.VERSIONS, module.NoteValue.FIELDS) == (9, (0, 2), ())


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("2    default -5", "0-2  default -5", "thing.txt:7: versions 0-2 are not inside 1-4"),
        ("2    default -5", "2    default x", "thing.txt:7: invalid literal"),
        ("2    default -5", "2    defualt -5", "thing.txt:7: unknown words"),
        ("2    default -5", "2    default", "thing.txt:7: a word without its value"),
        ("    id      uuid", "       id   uuid", "thing.txt:9: a field stands two spaces deeper"),
        ("    id      uuid", "      id    uuid", "thing.txt:9: a field stands two spaces deeper"),
        ("    id      uuid", "    id      guid", "struct guid is not described"),
        ("    id      uuid", "    id", "thing.txt:9: not a field"),
        ("  limit     int32", "  label     int32", "names a field twice"),
        (
            "  struct Owner\n",
            "  struct Owner\n    a int8\n  struct Owner\n",
            "thing.txt:20: struct Owner is described twice",
        ),
    ],
)
def test_mistakes_are_told_with_their_place(
    root: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, problem: str
) -> None:
    assert old in THING
    write(root, THING.replace(old, new))
    assert generator.main([], root) == 1
    assert problem in capsys.readouterr().err
    assert not (root / "kafkalite").exists()


def test_an_error_line_that_is_none(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "protocol" / "errors.txt").write_text("1  SOMETHING  sometimes\n")
    assert generator.main([], root) == 1
    assert "errors.txt:1: expected a number, a name and perhaps retriable" in capsys.readouterr().err
