"""CRC-32C from the PyPI package `crc32c`, without paying for its package.

`import crc32c` takes 42 ms, a sixth of our start-up, for a look-up of its own version in the installed packages'
metadata. The function is in the C module inside, which is loaded on its own here; the ordinary import stays as the way
out for a release that arranges its files otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.machinery import PathFinder
from importlib.util import module_from_spec

Crc32c = Callable[..., int]
"""crc32c(data, value=0): checksum of a buffer, continuing from `value`."""


def _load() -> Crc32c:
    package = PathFinder.find_spec("crc32c")
    if package is not None and package.submodule_search_locations is not None:
        inside = PathFinder.find_spec("crc32c._crc32c", package.submodule_search_locations)
        if inside is not None and inside.loader is not None:
            module = module_from_spec(inside)
            inside.loader.exec_module(module)
            function: Crc32c | None = getattr(module, "crc32c", None)
            if function is not None:
                return function
    import crc32c

    return crc32c.crc32c


crc32c: Crc32c = _load()
