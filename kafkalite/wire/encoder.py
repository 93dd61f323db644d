"""Makes encoders: compiled Python source per message class and version.

An encoder appends parts in order: what it packs itself as bytearrays, records as the object they are, uncopied. A field
the version does not have is dropped; a tagged field equal to its default is left out, as Kafka does.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from kafkalite.wire.message import ZERO_UUID, Message, Part
from kafkalite.wire.schema import BLOBS, FORMATS, MAX_STRING_SIZE, SIZES, Schema, SchemaField, length_size, schema
from kafkalite.wire.source import Source


class EncodeError(ValueError):
    """A message of ours does not fit its schema: a mistake in our code, never the peer's."""


def make_encoder(message: type[Message], version: int) -> Callable[[Any, Callable[[Part], object]], None]:
    """The function (message, append) that passes the parts of one version to `append`."""
    return _Encoder(schema(message, version)).make()


class _Encoder:
    """Writes one encoder. In its source `out` gathers bytes until records come; n is the last length or count."""

    def __init__(self, top: Schema) -> None:
        self.top = top
        self.out = "out"
        self.run: list[tuple[str, str]] = []  # fixed-size values not written yet: struct letter, expression
        self.source = Source(
            {
                "BadValue": (struct.error, TypeError, AttributeError),
                "EncodeError": EncodeError,
                "ZERO_UUID": ZERO_UUID,
                "check_uuid": check_uuid,
                "explain": explain,
                "pack": struct.pack,
                "pack_uvarint": pack_uvarint,
                "schema": top,
            }
        )

    def make(self) -> Callable[[Any, Callable[[Part], object]], None]:
        add, block = self.source.add, self.source.block
        with block("def encode(message, append):"):
            add("out = bytearray()")
            with block("try:"):
                self.add_struct(self.top, "message")
            with block("except BadValue as problem:"):
                add("raise EncodeError(explain(schema, message, problem)) from problem")
            with block("if out:"):
                add("append(out)")
        title = f"encoder of {self.top.top.__name__} v{self.top.version}"
        return self.source.compile(title, "encode")  # type: ignore[no-any-return]

    # Structs

    def add_struct(self, struct_schema: Schema, name: str) -> None:
        for field in struct_schema.fields:
            self.add_field(struct_schema, field, f"{name}.{field.name}")
        if struct_schema.tagged and struct_schema.is_flexible:
            self.add_tagged(struct_schema, name)
        elif struct_schema.is_flexible:
            self.run.append(("x", ""))  # a zero byte: no tagged fields
        self.add_run()

    def add_tagged(self, struct_schema: Schema, name: str) -> None:
        add, block = self.source.add, self.source.block
        present = [(self.source.new_name("has"), field) for field in struct_schema.tagged]
        for flag, field in present:
            add(f"{flag} = {self.differs(struct_schema, field, f'{name}.{field.name}')}")
        self.run.append(("B", " + ".join(flag for flag, _ in present)))
        self.add_run()
        for flag, field in present:
            with block(f"if {flag}:"):
                outer, self.out = self.out, self.source.new_name("tagged")
                add(f"{self.out} = bytearray()")
                self.add_field(struct_schema, field, f"{name}.{field.name}")
                self.add_run()
                add(f"{outer} += pack_uvarint({field.tag}) + pack_uvarint(len({self.out}))")
                add(f"{outer} += {self.out}")
                self.out = outer

    def differs(self, struct_schema: Schema, field: SchemaField, value: str) -> str:
        """An expression: whether a field has another value than its default."""
        if field.default is None and (field.is_nullable or not field.is_struct):
            return f"({value} is not None)"
        if field.is_array:
            return f"({value} is None or len({value}) > 0)" if field.is_nullable else f"(len({value}) > 0)"
        if field.is_struct:
            inner = struct_schema.of(field)
            children = (*inner.fields, *inner.tagged)
            differs = " or ".join(self.differs(inner, child, f"{value}.{child.name}") for child in children)
            if field.is_nullable:
                return f"({value} is None or {differs})"
            return f"({value} is not None and ({differs}))" if field.default is None else f"({differs})"
        default = "ZERO_UUID" if field.default is ZERO_UUID else repr(field.default)
        return f"({value} != {default})"

    # Fields: each writes one value, the expression `value`

    def add_field(self, struct_schema: Schema, field: SchemaField, value: str) -> None:
        if field.is_array:
            self.add_array(struct_schema, field, value)
        elif field.element == "uuid":
            self.run.append(("16s", f"check_uuid({value})"))
        elif field.element in SIZES:
            # A bool goes out as a byte: the letter for bools would take None for False.
            self.run.append((FORMATS[field.element].replace("?", "B"), value))
        elif field.element in BLOBS:
            self.add_blob(struct_schema, field, value)
        else:
            self.add_nested(struct_schema, field, value)

    def add_nested(self, struct_schema: Schema, field: SchemaField, value: str) -> None:
        name = self.source.new_name("m")
        self.source.add(f"{name} = {value}")
        if not field.is_nullable:
            self.add_struct(struct_schema.of(field), name)
            return
        self.add_run()
        with self.source.block(f"if {name} is None:"):
            self.source.add(f'{self.out} += b"\\x{"ff" if field.tag is None else "00"}"')
        with self.source.block("else:"):
            self.run.append(("b", "1"))
            self.add_struct(struct_schema.of(field), name)

    def add_blob(self, struct_schema: Schema, field: SchemaField, value: str) -> None:
        is_compact = struct_schema.is_flexible and field.element != "plain_string"
        encoded = "b.encode()" if field.element.endswith("string") else "b"
        self.add_nullable(field, "b", value, encoded, is_compact)
        self.add_length(is_compact, "h" if length_size(field) == 2 else "i", field.element == "string")
        if field.element == "records":
            with self.source.block("if len(b):"):
                self.source.add(f"append({self.out})")
                self.source.add("append(b)")
                self.source.add(f"{self.out} = bytearray()")
        else:
            self.source.add(f"{self.out} += b")

    def add_array(self, struct_schema: Schema, field: SchemaField, value: str) -> None:
        add, block = self.source.add, self.source.block
        self.add_nullable(field, "b", value, "b", struct_schema.is_flexible)
        self.add_length(struct_schema.is_flexible, "i")
        if field.element == "uuid":
            with block("for u in b:"):
                add(f"{self.out} += check_uuid(u)")
        elif field.element in SIZES:
            with block("if b:"):
                add(f'{self.out} += pack(">%d{FORMATS[field.element]}" % len(b), *b)')
        else:
            element = self.source.new_name("m")
            with block(f"for {element} in b:"):
                if field.is_struct:
                    self.add_struct(struct_schema.of(field), element)
                else:
                    self.add_blob(struct_schema, _element_of(field), element)

    def add_nullable(self, field: SchemaField, name: str, value: str, encoded: str, is_compact: bool) -> None:
        """Sets `name` to the bytes or elements to write and n to their length as it goes out."""
        add, block = self.source.add, self.source.block
        size = f"len({name}) + 1" if is_compact else f"len({name})"
        if not field.is_nullable:
            add(f"{name} = {encoded.replace('b', value, 1)}")
            add(f"n = {size}")
            return
        add(f"{name} = {value}")
        with block(f"if {name} is None:"):
            add(f'{name} = b""')
            add(f"n = {0 if is_compact else -1}")
        with block("else:"):
            if encoded != name:
                add(f"{name} = {encoded}")
            add(f"n = {size}")

    def add_length(self, is_compact: bool, letter: str, is_string: bool = False) -> None:
        if not is_compact:
            self.run.append((letter, "n"))
            self.add_run()
            return
        self.run.append(("B", "n if n < 128 else n & 127 | 128"))
        self.add_run()
        with self.source.block("if n > 127:"):
            if is_string:
                with self.source.block(f"if n > {MAX_STRING_SIZE + 1}:"):
                    self.source.add('raise TypeError("a string is too long for Kafka")')
            self.source.add(f"{self.out} += pack_uvarint(n >> 7)")

    def add_run(self) -> None:
        """Writes the pending fixed-size values as one pack."""
        run, self.run = self.run, []
        if not run:
            return
        values = ", ".join(value for _, value in run if value)
        if not values:
            self.source.add(f"{self.out} += {bytes(len(run))!r}")
        else:
            self.source.add(f"{self.out} += {self.source.packer([letter for letter, _ in run], 'pack')}({values})")


def _element_of(field: SchemaField) -> SchemaField:
    """An element of an array as a field of its own; elements are never null."""
    return SchemaField((field.name, field.element, (0, 0), None, None, None), 0)


# Called by the compiled encoders.


def pack_uvarint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; every byte but the last has its high bit set."""
    packed = bytearray()
    while value > 127:
        packed.append(value & 127 | 128)
        value >>= 7
    packed.append(value)
    return bytes(packed)


def check_uuid(value: bytes) -> bytes:
    """struct would cut or pad bytes of another length without a word."""
    if len(value) != 16:
        raise TypeError(f"an id has 16 bytes, not {len(value)}")
    return value


PYTHON_TYPES: dict[str, type | tuple[type, ...]] = {
    "bool": int,
    "float64": (int, float),
    "string": str,
    "plain_string": str,
    "bytes": (bytes, bytearray, memoryview),
}


def explain(struct_schema: Schema, message: Any, problem: Exception) -> str:
    """The field that does not fit, as well as it can be told: an encoder fails without knowing where it was."""
    where = _find_bad_field(struct_schema, message)
    title = f"{struct_schema.top.__name__} v{struct_schema.version}"
    return f"{title} cannot be encoded: {str(where or problem).strip()}"


def _find_bad_field(struct_schema: Schema, message: Any) -> str | None:
    """'topics[0].name is None', or None if every value has the right type."""
    if not isinstance(message, struct_schema.struct):
        return f" is {message!r}, not a {struct_schema.struct.__name__}"
    for field in (*struct_schema.fields, *struct_schema.tagged):
        value = getattr(message, field.name)
        if value is None and (field.is_nullable or (field.tag is not None and field.default is None)):
            continue
        if field.is_array and not isinstance(value, list | tuple):
            return f"{field.name} is {value!r}, not a list"
        for index, element in enumerate(value if field.is_array else [value]):
            bad = _find_bad_value(struct_schema, field, element)
            if bad is not None:
                return f"{field.name}{f'[{index}]' * field.is_array}{bad}"
    return None


def _find_bad_value(struct_schema: Schema, field: SchemaField, value: Any) -> str | None:
    if field.is_struct:
        bad = _find_bad_field(struct_schema.of(field), value)
        return bad if bad is None or bad.startswith(" ") else f".{bad}"
    if field.element == "records":
        return None if hasattr(value, "__len__") else f" is {value!r}"
    if field.element == "uuid" and isinstance(value, bytes):
        return None if len(value) == 16 else f" has {len(value)} bytes, not 16"
    return None if isinstance(value, PYTHON_TYPES.get(field.element, int)) else f" is {value!r}"
