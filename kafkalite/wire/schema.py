"""A message's schema as it is in one version: what the decoder and the encoder are made from."""

from __future__ import annotations

from kafkalite.wire.message import Field, Message

FORMATS = {
    "bool": "?",
    "int8": "b",
    "int16": "h",
    "uint16": "H",
    "int32": "i",
    "int64": "q",
    "float64": "d",
    "uuid": "16s",
}
"""Types of fixed size and their letters in the struct module."""

SIZES = {"bool": 1, "int8": 1, "int16": 2, "uint16": 2, "int32": 4, "int64": 8, "float64": 8, "uuid": 16}

BLOBS = ("string", "plain_string", "bytes", "records")
"""Types that are a length and so many bytes."""

MAX_STRING_SIZE = 32767
"""Bytes of a string, Kafka's limit: its length was an int16 before it was a uvarint."""


class SchemaField:
    """A field in one version."""

    __slots__ = ("default", "element", "exists", "is_array", "is_nullable", "name", "tag")

    def __init__(self, row: Field, version: int) -> None:
        self.name, type_name, versions, nullable, self.default, self.tag = row
        self.is_array = type_name.startswith("[]")
        self.element = type_name.removeprefix("[]")
        self.exists = versions[0] <= version <= versions[1]
        self.is_nullable = nullable is not None and nullable[0] <= version <= nullable[1]

    @property
    def is_struct(self) -> bool:
        """Whether the field or its elements are structs."""
        return self.element not in SIZES and self.element not in BLOBS


class Schema:
    """The fields of a message class or of one of its nested classes in one version."""

    __slots__ = ("absent", "fields", "is_flexible", "struct", "tagged", "top", "version")

    def __init__(self, top: type[Message], struct: type[Message], version: int) -> None:
        self.top = top
        self.struct = struct
        self.version = version
        self.is_flexible = top.FLEXIBLE is not None and version >= top.FLEXIBLE
        fields = [SchemaField(row, version) for row in struct.FIELDS]
        self.fields = [field for field in fields if field.exists and field.tag is None]
        self.tagged = sorted((field for field in fields if field.exists and field.tag is not None), key=_tag)
        self.absent = [field for field in fields if not field.exists]

    def of(self, field: SchemaField) -> Schema:
        """The schema of a struct field or of the elements of an array of structs."""
        return Schema(self.top, getattr(self.top, field.element), self.version)

    def smallest_size(self) -> int:
        """Bytes that this struct takes at least."""
        return sum(self.smallest_field(field) for field in self.fields) + self.is_flexible

    def smallest_field(self, field: SchemaField) -> int:
        if field.is_array:
            return 1 if self.is_flexible else 4
        return self.smallest_element(field)

    def smallest_element(self, field: SchemaField) -> int:
        """Bytes that one value takes at least, of an array one element."""
        if field.element in SIZES:
            return SIZES[field.element]
        if field.element in BLOBS:
            if field.element == "plain_string":
                return 2
            return 1 if self.is_flexible else length_size(field)
        return 1 if field.is_nullable and not field.is_array else self.of(field).smallest_size()


def length_size(field: SchemaField) -> int:
    """Bytes of the length before a blob where lengths are not uvarints."""
    return 2 if field.element.endswith("string") else 4


def schema(message: type[Message], version: int) -> Schema:
    """The schema of a message in a version. ValueError for a version it does not have: our mistake, not a peer's."""
    first, last = message.VERSIONS
    if not first <= version <= last:
        raise ValueError(f"{message.__name__} has versions {first}-{last}, not {version}")
    return Schema(message, message, version)


def _tag(field: SchemaField) -> int:
    return field.tag or 0
