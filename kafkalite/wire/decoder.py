"""Makes decoders: compiled Python source per message class and version.

Lengths and counts are untrusted. A count is held against what remains before a list grows, and against a budget for the
whole message. A length may point behind the end for a moment: a slice stops there by itself, the next read fails, and
the last check is at the end of the message.

Kafka is lenient, so are we: any negative length is null, a bool is any byte but zero, broken UTF-8 becomes U+FFFD,
tagged fields come in any order and may repeat, bytes behind the message are the caller's.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from kafkalite.wire.message import NEW, ZERO_UUID, Message, ProtocolError
from kafkalite.wire.schema import BLOBS, FORMATS, MAX_STRING_SIZE, SIZES, Schema, SchemaField, length_size, schema
from kafkalite.wire.source import Source

Buffer = bytes | bytearray | memoryview

MAX_ELEMENTS = 1_000_000
"""Array elements and tagged fields of one message. A list of so many structs is some 200 MB of objects; real requests
stay far below: 100,000 partitions are already more than one broker serves."""

MAX_TAGGED_FIELDS = 64
"""Tagged fields of one struct. Kafka 4.4 knows four at most; a frame full of them is an attack (CVE-2026-111115)."""

READ_STRING = 'view[p:q].tobytes().decode("utf-8", "replace")'


def make_decoder(message: type[Message], version: int) -> Callable[[Buffer, int, int], tuple[Any, int]]:
    """The function (buffer, position, end) -> (message, position behind it) for one version."""
    return _Decoder(schema(message, version)).make()


class _Decoder:
    """Writes one decoder. In its source p is the position, n the last length or count, t a count of tagged fields."""

    def __init__(self, top: Schema) -> None:
        self.top = top
        self.title = f"{top.top.__name__} v{top.version}"
        self.run: list[tuple[str, str]] = []  # fixed-size reads not written yet: struct letter, target
        self.source = Source(
            {
                "BadRead": (struct.error, IndexError),
                "MAX_ELEMENTS": MAX_ELEMENTS,
                "ProtocolError": ProtocolError,
                "ZERO_UUID": ZERO_UUID,
                "new": object.__new__,
                "read_long_string_size": read_long_string_size,
                "read_long_uvarint": read_long_uvarint,
                "read_tag": read_tag,
                "read_tag_count": read_tag_count,
                "skip_tagged_fields": skip_tagged_fields,
                "unpack_from": struct.unpack_from,
            }
        )

    def make(self) -> Callable[[Buffer, int, int], tuple[Any, int]]:
        add, block = self.source.add, self.source.block
        with block("def decode(buffer, p, end):"):
            with block("try:"):
                add("view = memoryview(buffer)[:end]")
                add("end = len(view)")
                add("budget = MAX_ELEMENTS")
                name = self.new_struct(self.top)
                self.add_struct(self.top, name)
            with block("except BadRead:"):
                add(f'raise ProtocolError("{self.title} ends early") from None')
            with block("if p > end:"):
                add(f'raise ProtocolError("{self.title} ends early")')
            add(f"return {name}, p")
        return self.source.compile(f"decoder of {self.title}", "decode")  # type: ignore[no-any-return]

    def fail(self, what: str) -> str:
        return f'raise ProtocolError("{self.title}: {what}")'

    # Structs

    def new_struct(self, struct_schema: Schema) -> str:
        """Makes an object, sets what the version or an absent tag leaves out, and returns its name."""
        name = self.source.new_name("m")
        struct_class = self.source.constant(struct_schema.struct.__name__, struct_schema.struct)
        self.source.add(f"{name} = new({struct_class})")
        for field in (*struct_schema.absent, *struct_schema.tagged):
            self.source.add(f"{name}.{field.name} = {self.default(struct_schema, field)}")
        return name

    def default(self, struct_schema: Schema, field: SchemaField) -> str:
        if field.default is NEW:
            if field.is_array:
                return "[]"
            return f"{self.source.constant(field.element, getattr(struct_schema.top, field.element))}()"
        return "ZERO_UUID" if field.default is ZERO_UUID else repr(field.default)

    def add_struct(self, struct_schema: Schema, name: str) -> None:
        """Reads the fields of a struct into the object `name`, and its tagged fields."""
        for field in struct_schema.fields:
            self.add_field(struct_schema, field, f"{name}.{field.name}")
        if struct_schema.is_flexible:
            self.run.append(("B", "t"))
            self.add_run()
            with self.source.block("if t:"):
                self.add_tagged(struct_schema, name)
        else:
            self.add_run()

    def add_tagged(self, struct_schema: Schema, name: str) -> None:
        add, block = self.source.add, self.source.block
        if not struct_schema.tagged:
            add("p, budget = skip_tagged_fields(view, p, end, t, budget)")
            return
        add("t, p, budget = read_tag_count(view, p, end, t, budget)")
        stop = self.source.new_name("stop")
        with block("for _ in range(t):"):
            add(f"t, {stop}, p = read_tag(view, p, end)")
            for field in struct_schema.tagged:
                with block(f"if t == {field.tag}:"):
                    self.add_field(struct_schema, field, f"{name}.{field.name}")
                    self.add_run()
                    with block(f"if p != {stop}:"):
                        add(self.fail(f"tagged {field.name} has another size than its content"))
                    add("continue")
            add(f"p = {stop}")

    # Fields: each reads one value into `target`

    def add_field(self, struct_schema: Schema, field: SchemaField, target: str) -> None:
        if field.is_array:
            self.add_array(struct_schema, field, target)
        elif field.element in SIZES:
            self.run.append((FORMATS[field.element], target))
        elif field.element in BLOBS:
            self.add_blob(struct_schema, field, target)
        elif field.is_nullable:
            # A byte says whether the struct is there: negative for null, in a tagged field 0 for null.
            self.run.append(("b", "n"))
            self.add_run()
            with self.source.block("if n < 0:" if field.tag is None else "if n == 0:"):
                self.source.add(f"{target} = None")
            with self.source.block("else:"):
                self.add_nested(struct_schema.of(field), target)
        else:
            self.add_nested(struct_schema.of(field), target)

    def add_nested(self, struct_schema: Schema, target: str) -> None:
        name = self.new_struct(struct_schema)
        self.source.add(f"{target} = {name}")
        self.add_struct(struct_schema, name)

    def add_blob(self, struct_schema: Schema, field: SchemaField, target: str) -> None:
        is_compact = struct_schema.is_flexible and field.element != "plain_string"
        self.add_length(field, target, is_compact, "h" if length_size(field) == 2 else "i")
        add = self.source.add
        with self.source.block("if n:" if is_compact else "if n >= 0:"):
            add("q = p + n - 1" if is_compact else "q = p + n")
            add(f"{target} = {self.blob(field)}")
            add("p = q")
        self.add_null(field, target)

    def blob(self, field: SchemaField) -> str:
        if field.element.endswith("string"):
            return READ_STRING
        return "view[p:q]" if field.element == "records" else "view[p:q].tobytes()"

    def add_array(self, struct_schema: Schema, field: SchemaField, target: str) -> None:
        is_compact = struct_schema.is_flexible
        self.add_length(field, target, is_compact, "i")
        add = self.source.add
        smallest = max(1, struct_schema.smallest_element(field))
        with self.source.block("if n:" if is_compact else "if n >= 0:"):
            if is_compact:
                add("n -= 1")
            needed = f"n * {smallest}" if smallest > 1 else "n"
            with self.source.block(f"if {needed} > end - p or n > budget:"):
                add(self.fail(f"{field.name} has more elements than bytes or than we take"))
            add("budget -= n")
            self.add_elements(struct_schema, field, target)
        self.add_null(field, target)

    def add_elements(self, struct_schema: Schema, field: SchemaField, target: str) -> None:
        add = self.source.add
        if field.element == "uuid":
            add(f"{target} = [view[i : i + 16].tobytes() for i in range(p, p + n * 16, 16)]")
            add("p += n * 16")
        elif field.element in SIZES:
            add(f'{target} = list(unpack_from(">%d{FORMATS[field.element]}" % n, view, p))')
            add(f"p += n * {SIZES[field.element]}")
        else:
            items = self.source.new_name("items")
            add(f"{target} = {items} = []")
            with self.source.block("for _ in range(n):"):
                element = self.source.new_name("element")
                if field.is_struct:
                    element = self.new_struct(struct_schema.of(field))
                    self.add_struct(struct_schema.of(field), element)
                else:
                    self.add_blob(struct_schema, _element_of(field), element)
                add(f"{items}.append({element})")

    def add_length(self, field: SchemaField, target: str, is_compact: bool, letter: str) -> None:
        """Reads a length or count into n; a compact one is one more than its value, and 0 for null."""
        self.run.append(("B" if is_compact else letter, "n"))
        self.add_run()
        if is_compact:
            is_string = field.element == "string" and not field.is_array
            long = "read_long_string_size" if is_string else "read_long_uvarint"
            with self.source.block("if n > 127:"):
                self.source.add(f"n, p = {long}(view, p, n)")

    def add_null(self, field: SchemaField, target: str) -> None:
        with self.source.block("else:"):
            self.source.add(f"{target} = None" if field.is_nullable else self.fail(f"{field.name} must not be null"))

    def add_run(self) -> None:
        """Writes the pending fixed-size reads as one unpack."""
        run, self.run = self.run, []
        letters = [letter for letter, _ in run]
        size = struct.calcsize(">" + "".join(letters))
        if letters == ["B"]:
            self.source.add(f"{run[0][1]} = view[p]")
        elif run:
            targets = ", ".join(target for _, target in run)
            self.source.add(f"{targets}{',' * (len(run) == 1)} = {self.source.packer(letters, 'unpack_from')}(view, p)")
        if run:
            self.source.add(f"p += {size}")


def _element_of(field: SchemaField) -> SchemaField:
    """An element of an array as a field of its own; elements are never null."""
    return SchemaField((field.name, field.element, (0, 0), None, None, None), 0)


# Called by the compiled decoders where the usual case, one byte, is not enough.


def read_long_uvarint(view: memoryview, p: int, first: int) -> tuple[int, int]:
    """The rest of a uvarint whose first byte said that more follow. Returns (value, position)."""
    value = first & 127
    for shift in (7, 14, 21, 28):
        byte = view[p]
        p += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, p
    raise ProtocolError("a uvarint has more than five bytes")


def read_long_string_size(view: memoryview, p: int, first: int) -> tuple[int, int]:
    size, p = read_long_uvarint(view, p, first)
    if size > MAX_STRING_SIZE + 1:
        raise ProtocolError(f"a string has {size - 1} bytes; {MAX_STRING_SIZE} are allowed")
    return size, p


def read_tag_count(view: memoryview, p: int, end: int, first: int, budget: int) -> tuple[int, int, int]:
    """The count of tagged fields whose first byte is read already. Returns (count, position, budget left)."""
    count, p = read_long_uvarint(view, p, first) if first > 127 else (first, p)
    if count * 2 > end - p or count > MAX_TAGGED_FIELDS or count > budget:
        raise ProtocolError(f"{count} tagged fields are more than bytes or than we take")
    return count, p, budget - count


def read_tag(view: memoryview, p: int, end: int) -> tuple[int, int, int]:
    """The head of a tagged field. Returns (tag, position behind the field, position of its content)."""
    tag = view[p]
    p += 1
    if tag > 127:
        tag, p = read_long_uvarint(view, p, tag)
    size = view[p]
    p += 1
    if size > 127:
        size, p = read_long_uvarint(view, p, size)
    if size > end - p:
        raise ProtocolError(f"tagged field {tag} is longer than its message")
    return tag, p + size, p


def skip_tagged_fields(view: memoryview, p: int, end: int, first: int, budget: int) -> tuple[int, int]:
    """Passes a section of tagged fields that we know none of. Returns (position, budget left)."""
    count, p, budget = read_tag_count(view, p, end, first, budget)
    for _ in range(count):
        _, p, _ = read_tag(view, p, end)
    return p, budget
