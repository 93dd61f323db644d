"""The checksum: the right function, and not the slow way to it."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from kafkalite.wire import crc32c as module
from kafkalite.wire.crc32c import crc32c


def test_it_is_crc32c() -> None:
    assert crc32c(b"123456789") == 0xE3069283


def test_it_continues_and_takes_memoryviews() -> None:
    data = memoryview(bytes(range(256)))
    assert crc32c(data[100:], crc32c(data[:100])) == crc32c(bytes(data))


def test_the_slow_package_is_not_imported() -> None:
    program = (
        "import sys, kafkalite.wire.crc32c; sys.exit('importlib.metadata' in sys.modules or 'crc32c' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_package_arranged_otherwise_is_imported_as_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    class Nothing:
        @staticmethod
        def find_spec(name: str, path: object = None) -> None:
            return None

    monkeypatch.setattr(module, "PathFinder", Nothing)
    assert module._load() is importlib.import_module("crc32c").crc32c
