"""How drivers are started, one function for each kind of program; what they need comes from the cache."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from tests.compat import cache
from tests.compat.cache import Unavailable

from .client import Launch

HARNESS = __name__.rsplit(".", 2)[0]
DRIVERS = Path(__file__).parents[1] / "drivers"
JAVA_FLAGS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m")


def python_driver(module: str, *packages: Path) -> Launch:
    """A module of `drivers` in a process of its own, with these packages and those of the tests."""
    root = DRIVERS.parents[HARNESS.count(".") + 1]
    path = os.pathsep.join(str(directory) for directory in (*packages, root))
    return Launch([sys.executable, "-m", f"{HARNESS}.drivers.{module}"], os.environ | {"PYTHONPATH": path})


def python_client(module: str, *pins: str, newest: tuple[int, int] | None = None) -> Callable[[], Launch]:
    """newest: the newest Python that runs the first of the packages."""

    def prepare() -> Launch:
        if newest is not None and sys.version_info[:2] > newest:
            raise Unavailable(f"{pins[0]} needs Python {newest[0]}.{newest[1]} or older")
        return python_driver(module, cache.python_packages(pins))

    return prepare


def node_client(script: str, *pins: str, builds: bool = False) -> Callable[[], Launch]:
    """builds: one of the packages has C++ in it."""

    def prepare() -> Launch:
        require_programs("node", "npm", *(("make", "g++") if builds else ()))
        packages = cache.node_packages(pins, builds=builds)
        return Launch(["node", str(DRIVERS / script)], os.environ | {"NODE_PATH": str(packages)})

    return prepare


def java_client(name: str, jars: str, *others: str, logs: bool = False) -> Callable[[], Launch]:
    """The class `name` of drivers/NAME.java and other files there, with these jars of scripts/apache_kafka.py.

    logs: it says on stderr what goes wrong.
    """

    def prepare() -> Launch:
        require_programs("java", "javac")
        classpath = cache.jars(jars)
        classes = cache.java_classes(classpath, *(DRIVERS / file for file in (f"{name}.java", *others)))
        command = java(f"{classes}:{classpath}") if logs else ["java", *JAVA_FLAGS, "-cp", f"{classes}:{classpath}"]
        return Launch([*command, name], os.environ)

    return prepare


def java(classpath: str) -> list[str]:
    """Java with these jars, and with errors on stderr."""
    logging = f"-Dlog4j2.configurationFile={DRIVERS / 'log4j2.properties'}"
    return ["java", *JAVA_FLAGS, logging, "-cp", f"{classpath}:{cache.jars('log')}"]


def go_client(package: str, *, cgo: bool = False) -> Callable[[], Launch]:
    return lambda: Launch([str(cache.go_program(DRIVERS / "go", package, cgo=cgo))], os.environ)


def c_client(pin: str, *arguments: str) -> Callable[[], Launch]:
    """drivers/c, on the librdkafka of that confluent-kafka."""

    def prepare() -> Launch:
        return Launch([str(cache.c_program(cache.C_LIBRDKAFKA, cache.python_packages([pin]))), *arguments], os.environ)

    return prepare


def rust_client(name: str) -> Callable[[], Launch]:
    return lambda: Launch([str(cache.cargo_program(DRIVERS / "rust", name))], os.environ)


def require_programs(*names: str) -> None:
    for name in names:
        if shutil.which(name) is None:
            raise Unavailable(f"{name} is not installed")
