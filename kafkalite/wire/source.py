"""Straight-line Python source, line by line: the shared half of the decoder's and the encoder's makers."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Source:
    """A function in the making: its lines, and the objects its names stand for."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.lines: list[str] = []
        self.names = names
        self.indent = ""
        self.counter = 0

    def add(self, line: str) -> None:
        self.lines.append(self.indent + line)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """What is added inside stands below `head`, indented."""
        self.add(head)
        self.indent += " "
        before = len(self.lines)
        yield
        if len(self.lines) == before:
            self.add("pass")
        self.indent = self.indent[:-1]

    def new_name(self, prefix: str) -> str:
        self.counter += 1
        return f"{prefix}{self.counter}"

    def constant(self, name: str, value: Any) -> str:
        self.names[name] = value
        return name

    def packer(self, letters: list[str], method: str) -> str:
        """The name of struct.Struct(">" + letters).pack or .unpack_from."""
        code = "".join(letters)
        return self.constant(f"{method}_{code.replace('?', 'B_')}", getattr(struct.Struct(f">{code}"), method))

    def compile(self, title: str, function: str) -> Any:
        exec(compile("\n".join(self.lines), f"<{title}>", "exec"), self.names)
        return self.names[function]
