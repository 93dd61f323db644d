"""Write kafkalite/wire/messages/*.py and kafkalite/wire/errors.py from the files under protocol/.

    python scripts/generate_messages.py            write them
    python scripts/generate_messages.py --check    change nothing; exit 1 if a file differs from what would be written

protocol/README.md describes the format of those files. The generated modules need nothing of this script at run time.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

Versions = tuple[int, int]
"""First and last version, both included."""

TYPES = {
    "bool": ("bool", "False"),
    "int8": ("int", "0"),
    "int16": ("int", "0"),
    "uint16": ("int", "0"),
    "int32": ("int", "0"),
    "int64": ("int", "0"),
    "float64": ("float", "0.0"),
    "string": ("str", '""'),
    "plain_string": ("str", '""'),
    "bytes": ("bytes", 'b""'),
    "records": ("Records", 'b""'),
    "uuid": ("Uuid", "ZERO_UUID"),
}
"""Kafka's types: Python's type, and the default where the file names none."""

LINE_LENGTH = 120

FIELD_LINE = re.compile(r" +(?P<name>\w+) +(?P<type>(\[\])?\w+)(?P<null>\?(?P<nullable>[\d+-]*))?(?P<rest>( .*)?)")
NO_DEFAULT = object()


class FormatError(Exception):
    """A file under protocol/ does not say what its format asks for; the text names file and line."""


@dataclass(frozen=True)
class Field:
    """One line of a message: a field on the wire."""

    name: str
    type: str  # without the brackets of an array
    is_array: bool
    versions: Versions
    nullable: Versions | None
    default: object  # None for null; NO_DEFAULT if the file names none
    tag: int | None
    is_secret: bool

    @property
    def is_struct(self) -> bool:
        return self.type not in TYPES

    @property
    def is_absent_by_default(self) -> bool:
        """A tagged struct is None while its tag is absent: cheaper than a default instance and easier to ask for."""
        return self.is_struct and not self.is_array and not self.nullable and self.tag is not None

    @property
    def type_name(self) -> str:
        return ("[]" if self.is_array else "") + self.type


@dataclass
class Struct:
    name: str
    fields: list[Field] = field(default_factory=list)


@dataclass
class Message:
    """One class of a generated module."""

    name: str
    about: str
    key: int  # of the API; -1 for anything else
    record_type: int  # of a record of an internal topic; -1 for anything else
    versions: Versions
    flexible: int | None
    fields: list[Field] = field(default_factory=list)
    structs: dict[str, Struct] = field(default_factory=dict)


# Reading protocol/messages


def read_versions(text: str, within: Versions) -> Versions:
    """'3', '1-4' or '2+' as a pair inside `within`."""
    first, _, last = text.rstrip("+").partition("-")
    versions = (int(first), within[1] if text.endswith("+") else int(last or first))
    if not within[0] <= versions[0] <= versions[1] <= within[1]:
        raise ValueError(f"versions {text} are not inside {within[0]}-{within[1]}")
    return versions


def read_options(words: list[str]) -> dict[str, str]:
    """'versions 0-9 flexible 6+' as a mapping."""
    if len(words) % 2:
        raise ValueError(f"a word without its value in {' '.join(words)!r}")
    return dict(zip(words[::2], words[1::2], strict=True))


def read_default(text: str, type_name: str) -> object:
    if text == "null":
        return None
    python_type, _ = TYPES[type_name]
    if python_type == "int":
        return int(text)
    if python_type == "bool":
        return {"true": True, "false": False}[text]
    raise ValueError(f"a {type_name} cannot have default {text}")


def read_field(line: str, within: Versions) -> Field:
    """A field line; `within` are the versions of what is around it."""
    match = FIELD_LINE.fullmatch(line)
    if match is None:
        raise ValueError("not a field")
    words = match["rest"].split()
    versions = read_versions(words.pop(0), within) if words and words[0][0].isdigit() else within
    is_secret = "secret" in words
    options = read_options([word for word in words if word != "secret"])
    type_name = match["type"].removeprefix("[]")
    nullable = None
    if match["null"]:
        nullable = read_versions(match["nullable"], versions) if match["nullable"] else versions
    default = read_default(options.pop("default"), type_name) if "default" in options else NO_DEFAULT
    tag = int(options.pop("tag")) if "tag" in options else None
    if options:
        raise ValueError(f"unknown words {options}")
    is_array = match["type"].startswith("[]")
    return Field(match["name"], type_name, is_array, versions, nullable, default, tag, is_secret)


@dataclass
class Place:
    """Where the fields of one depth go. A struct field may have no children: its struct is described elsewhere then."""

    struct: str
    versions: Versions
    fields: list[Field] | None = None  # None until the first field comes


class FileReader:
    """Reads one file into messages, line by line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.messages: list[Message] = []
        self.block: tuple[str, dict[str, str]] = ("", {})  # the last header line: name and options
        self.open: list[Place] = []  # by depth

    def read(self) -> list[Message]:
        for number, line in enumerate(self.path.read_text("utf-8").splitlines(), 1):
            text = line.split("#", 1)[0].rstrip()
            if not text:
                continue
            try:
                self.read_line(text)
            except (ValueError, LookupError) as problem:
                raise FormatError(f"{self.path}:{number}: {problem}") from problem
        for message in self.messages:
            check_structs(self.path, message)
        return self.messages

    def read_line(self, line: str) -> None:
        words = line.split()
        if line.startswith(" "):
            if words[0] == "struct":
                self.open_struct(words)
            else:
                self.add_field(line)
        elif words[0] in ("request", "response", "key", "value"):
            self.start_section(words)
        elif words[1] == "data":
            self.start_message(words[0], words[0], read_options(words[2:]), -1, -1)
        else:
            self.block = (words[0], read_options(words[1:]))

    def start_section(self, words: list[str]) -> None:
        name, options = self.block
        title = words[0].capitalize()
        if words[0] in ("request", "response"):
            self.start_message(f"{name}{title}", f"{name} {words[0]}", options, int(options["key"]), -1)
        else:
            about = f"{title} of record type {options['record']}"
            self.start_message(f"{name}{title}", about, read_options(words[1:]), -1, int(options["record"]))

    def start_message(self, name: str, about: str, options: dict[str, str], key: int, record_type: int) -> None:
        versions = read_versions(options["versions"], (0, 999))
        flexible = None if options["flexible"] == "none" else int(options["flexible"].removesuffix("+"))
        message = Message(name, about, key, record_type, versions, flexible)
        self.messages.append(message)
        self.open = [Place("", versions, message.fields)]

    def open_struct(self, words: list[str]) -> None:
        message = self.messages[-1]
        versions = read_versions(words[2], message.versions) if len(words) > 2 else message.versions
        self.open = [self.open[0], Place(words[1], versions)]

    def new_struct(self, name: str) -> Struct:
        structs = self.messages[-1].structs
        if name in structs and structs[name].fields:
            raise ValueError(f"struct {name} is described twice")
        return structs.setdefault(name, Struct(name))

    def add_field(self, line: str) -> None:
        depth, odd = divmod(len(line) - len(line.lstrip()), 2)
        if odd or depth > len(self.open):
            raise ValueError("a field stands two spaces deeper than its message or struct")
        del self.open[depth:]
        place = self.open[-1]
        if place.fields is None:
            place.fields = self.new_struct(place.struct).fields
        found = read_field(line, place.versions)
        place.fields.append(found)
        if found.is_struct:
            self.open.append(Place(found.type, found.versions))


def check_structs(path: Path, message: Message) -> None:
    """Every struct a field names must be described in the message."""
    for fields in [message.fields, *(struct.fields for struct in message.structs.values())]:
        names = [found.name for found in fields]
        if len(set(names)) < len(names):
            raise FormatError(f"{path}: {message.name} names a field twice among {names}")
        for found in fields:
            if found.is_struct and found.type not in message.structs:
                raise FormatError(f"{path}: {message.name}: struct {found.type} is not described")


# Writing kafkalite/wire/messages


def python_type(found: Field, message: Message) -> str:
    """The annotation of a field."""
    name = f"{message.name}.{found.type}" if found.is_struct else TYPES[found.type][0]
    if found.is_array:
        name = f"list[{name}]"
    if found.nullable or found.is_absent_by_default:
        name += " | None"
    return name


def default_value(found: Field) -> str:
    """The default in the signature; NEW stands for a fresh list or struct."""
    if found.default is not NO_DEFAULT:
        return repr(found.default).replace("'", '"')
    if found.is_absent_by_default:
        return "None"
    if found.is_array or found.is_struct:
        return "NEW"
    if found.type == "records" and found.nullable:
        return "None"
    return TYPES[found.type][1]


def schema_row(found: Field) -> str:
    """One row of FIELDS; wire.message.Field says what the columns are."""
    columns = f"{found.versions}, {found.nullable}, {default_value(found)}, {found.tag}"
    return f'("{found.name}", "{found.type_name}", {columns})'


def write_class(indent: str, name: str, fields: list[Field], head: list[str]) -> Iterator[str]:
    """The lines of one class without its nested classes and its __init__, laid out as ruff format would."""
    yield f"{indent}class {name}(Message):"
    indent += "    "
    yield f'{indent}"""{head[0]}"""'
    yield ""
    yield from write_tuple(f"{indent}__slots__ = ", [f'"{found.name}"' for found in fields])
    yield from (indent + line for line in head[1:])
    yield from write_tuple(f"{indent}FIELDS: ClassVar[tuple[Field, ...]] = ", [schema_row(found) for found in fields])
    secrets = sorted(f'"{found.name}"' for found in fields if found.is_secret)
    if secrets:
        yield from write_tuple(f"{indent}SECRETS: ClassVar[tuple[str, ...]] = ", secrets)
    yield ""


def write_tuple(start: str, items: list[str]) -> Iterator[str]:
    on_one_line = f"{start}({items[0]},)" if items else f"{start}()"
    if len(items) < 2 and len(on_one_line) <= LINE_LENGTH:
        yield on_one_line
        return
    indent = re.match(" *", start)[0]  # type: ignore[index]
    yield f"{start}("
    yield from (f"{indent}    {item}," for item in items)
    yield f"{indent})"


def write_init(indent: str, message: Message, fields: list[Field]) -> Iterator[str]:
    if not fields:
        yield f"{indent}def __init__(self) -> None:"
        yield f"{indent}    pass"
        return
    yield f"{indent}def __init__("
    yield f"{indent}    self,"
    yield f"{indent}    *,"
    for found in fields:
        yield f"{indent}    {found.name}: {python_type(found, message)} = {default_value(found)},"
    yield f"{indent}) -> None:"
    for found in fields:
        yield from write_assignment(f"{indent}    ", message, found)


def write_assignment(indent: str, message: Message, found: Field) -> Iterator[str]:
    name = found.name
    if default_value(found) != "NEW":
        yield f"{indent}self.{name} = {name}"
        return
    fresh = "[]" if found.is_array else f"{message.name}.{found.type}()"
    words = [fresh, f"if {name} is NEW", f"else {name}"]
    on_one_line = f"{indent}self.{name} = {' '.join(words)}"
    if len(on_one_line) <= LINE_LENGTH:
        yield on_one_line
        return
    if len(f"{indent}    {' '.join(words)}") <= LINE_LENGTH:
        words = [" ".join(words)]
    yield f"{indent}self.{name} = ("
    yield from (f"{indent}    {word}" for word in words)
    yield f"{indent})"


def write_message(message: Message) -> Iterator[str]:
    first, last = message.versions
    flexible = "never flexible" if message.flexible is None else f"flexible from {message.flexible}"
    head = [f"{message.about}, versions {first}-{last}, {flexible}."]
    if message.key >= 0:
        head.append(f"API_KEY: ClassVar[int] = {message.key}")
    if message.record_type >= 0:
        head.append(f"RECORD_TYPE: ClassVar[int] = {message.record_type}")
    head.append(f"VERSIONS: ClassVar[Versions] = {message.versions}")
    head.append(f"FLEXIBLE: ClassVar[int | None] = {message.flexible}")
    yield from write_class("", message.name, message.fields, head)
    for struct in message.structs.values():
        yield from write_class("    ", struct.name, struct.fields, [f"A part of {message.name}."])
        yield from write_init("        ", message, struct.fields)
        yield ""
    yield from write_init("    ", message, message.fields)


def write_module(path: Path, messages: list[Message]) -> str:
    lines = [line for message in messages for line in ("", "", *write_message(message))]
    text = "\n".join(lines) + "\n"
    names = ["Field", "Message", "Versions"]
    names += [name for name in ("NEW", "Records", "Uuid", "ZERO_UUID") if re.search(rf"\b{name}\b", text)]
    names.sort(key=lambda name: (not name.isupper(), name))
    head = f'''"""Generated from protocol/messages/{path.name}: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import {", ".join(names)}
'''
    return head + text


# Errors


@dataclass(frozen=True)
class Error:
    number: int
    name: str
    is_retriable: bool


def read_errors(path: Path) -> list[Error]:
    """protocol/errors.txt: number, name and perhaps the word retriable, a line each."""
    errors = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        if words[2:] not in ([], ["retriable"]):
            raise FormatError(f"{path}:{number}: expected a number, a name and perhaps retriable")
        errors.append(Error(int(words[0]), words[1], bool(words[2:])))
    return errors


def write_errors(errors: list[Error]) -> str:
    codes = "\n".join(f"    {error.name} = {error.number}" for error in errors)
    retriable = "\n".join(f"        ErrorCode.{error.name}," for error in errors if error.is_retriable)
    return ERRORS_MODULE.format(codes=codes, retriable=retriable)


ERRORS_MODULE = '''"""Kafka's error codes. Generated from protocol/errors.txt: do not edit."""

from __future__ import annotations

from enum import IntEnum


class ErrorCode(IntEnum):
    """The error_code of a response."""

{codes}


RETRIABLE = frozenset(
    {{
{retriable}
    }}
)
"""The codes after which a client repeats its request."""


class KafkaError(Exception):
    """A failure that is an answer: its code goes into the response, its message too where the response has a place."""

    def __init__(self, code: ErrorCode, message: str | None = None) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return self.code.name if self.message is None else f"{{self.code.name}}: {{self.message}}"
'''


# The command


def generate(protocol: Path) -> dict[str, str]:
    """Path below the repository's root -> text, for every generated file."""
    files = {}
    for path in sorted((protocol / "messages").glob("*.txt")):
        files[f"kafkalite/wire/messages/{path.stem}.py"] = write_module(path, FileReader(path).read())
    files["kafkalite/wire/messages/__init__.py"] = (
        '"""Kafka\'s messages, a module per API. Generated by scripts/generate_messages.py: do not edit."""\n'
    )
    files["kafkalite/wire/errors.py"] = write_errors(read_errors(protocol / "errors.txt"))
    return files


def differences(root: Path, files: dict[str, str]) -> list[str]:
    """Paths whose file is missing, differs, or should not be there."""
    known = {f"kafkalite/wire/messages/{path.name}" for path in (root / "kafkalite/wire/messages").glob("*.py")}
    present = {name: (root / name).read_text("utf-8") for name in {*known, *files} if (root / name).exists()}
    changed = {name for name, text in files.items() if present.get(name) != text}
    return sorted(changed | (known - files.keys()))


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if a file is not up to date")
    check = parser.parse_args(arguments).check
    try:
        files = generate(root / "protocol")
    except FormatError as problem:
        print(problem, file=sys.stderr)
        return 1
    changed = differences(root, files)
    if check and changed:
        print(f"Not what protocol/ says: {', '.join(changed)}", file=sys.stderr)
        print("Run python scripts/generate_messages.py and commit what it writes.", file=sys.stderr)
        return 1
    for name in changed:
        path = root / name
        if name in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[name], "utf-8")
        else:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
