"""Decoded messages as plain values for JSON, under Kafka's names, and back.

What a version does not have is left out, and so are tagged fields with their defaults. Ids are in Kafka's text form,
bytes and records as in `batches`. Secrets, such as values of configurations, are not shown but in what is whole.
"""

from __future__ import annotations

import functools
from typing import Any

from kafkalite.wire.message import NEW, Message, uuid_from_text, uuid_to_text
from kafkalite.wire.schema import Schema, SchemaField, schema
from scripts.recording.batches import Plain, batches_from_plain, bytes_from_plain, plain_batches, plain_bytes

SECRET = "<secret>"


def to_plain(message: Message, version: int, *, whole: bool = False) -> dict[str, Plain]:
    """`whole`: nothing is shortened or hidden, so that `from_plain` can make the message again."""
    return _struct(_schema(type(message), version), message, whole)


def from_plain(cls: type[Message], version: int, plain: dict[str, Plain]) -> Message:
    """The message that `to_plain` wrote whole. ValueError or KeyError if `plain` is no such thing."""
    return _message(_schema(cls, version), plain)


_schemas: dict[tuple[type[Message], int], Schema] = {}


def _schema(cls: type[Message], version: int) -> Schema:
    if (cls, version) not in _schemas:
        _schemas[cls, version] = schema(cls, version)
    return _schemas[cls, version]


_nested = functools.cache(Schema.of)


def _struct(its_schema: Schema, struct: Message, whole: bool) -> dict[str, Plain]:
    plain = {field.name: _field(its_schema, field, getattr(struct, field.name), whole) for field in its_schema.fields}
    for field in its_schema.tagged:
        value = getattr(struct, field.name)
        if value != ([] if field.default is NEW and field.is_array else field.default):
            plain[field.name] = _field(its_schema, field, value, whole)
    for name in struct.SECRETS:
        if plain.get(name) and not whole:
            plain[name] = SECRET
    return plain


def _field(its_schema: Schema, field: SchemaField, value: Any, whole: bool) -> Plain:
    if value is None:
        return None
    if field.is_array:
        return [_element(its_schema, field, one, whole) for one in value]
    return _element(its_schema, field, value, whole)


def _element(its_schema: Schema, field: SchemaField, value: Any, whole: bool) -> Plain:
    if field.element == "records":
        return plain_batches(memoryview(value), whole=whole)
    if field.element == "bytes":
        return plain_bytes(bytes(value), whole=whole)
    if field.element == "uuid":
        return uuid_to_text(value)
    if field.is_struct:
        return _struct(_nested(its_schema, field), value, whole)
    return value


def _message(its_schema: Schema, plain: dict[str, Plain]) -> Message:
    message = its_schema.struct()
    names = set(plain)
    for field in (*its_schema.fields, *its_schema.tagged):
        if field.tag is None or field.name in plain:
            setattr(message, field.name, _value(its_schema, field, plain[field.name]))
        names.discard(field.name)
    if names:
        raise ValueError(f"{its_schema.struct.__name__} v{its_schema.version} has no {', '.join(sorted(names))}")
    return message


def _value(its_schema: Schema, field: SchemaField, plain: Plain) -> Any:
    if plain is None:
        return None
    if field.is_array:
        return [_one(its_schema, field, one) for one in plain]
    return _one(its_schema, field, plain)


def _one(its_schema: Schema, field: SchemaField, plain: Plain) -> Any:
    if field.element == "records":
        return batches_from_plain(plain)
    if field.element == "bytes":
        return bytes_from_plain(plain)
    if field.element == "uuid":
        return uuid_from_text(plain)
    if field.is_struct:
        return _message(_nested(its_schema, field), plain)
    return plain
