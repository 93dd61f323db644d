"""Where the clients' packages, jars and programs are kept between runs, and how they get there."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
APACHE_KAFKA = REPOSITORY / "scripts" / "apache_kafka.py"


class Unavailable(Exception):
    """A client cannot run here; the text is the reason shown in the summary."""


def root() -> Path:
    return Path(os.environ.get("KAFKALITE_CACHE", "~/.cache/kafkalite")).expanduser()


def python_packages(pins: Sequence[str]) -> Path:
    """A directory for PYTHONPATH with exactly these packages: each client has its own, two versions share no venv."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}-{'+'.join(pins)}".replace("==", "-")
    directory = root() / "clients" / name
    if directory.is_dir():
        return directory
    directory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory.parent) as work:
        command = [sys.executable, "-m", "pip", "install", "-q", "--only-binary=:all:", "--target", f"{work}/packages"]
        done = subprocess.run([*command, *pins], capture_output=True, text=True)
        if done.returncode != 0:
            raise Unavailable(f"pip install {' '.join(pins)} failed: {last_line(done.stderr)}")
        Path(work, "packages").rename(directory)
    return directory


def node_packages(pins: Sequence[str], *, builds: bool) -> Path:
    """A directory for NODE_PATH with these packages; none of their install scripts runs, unless they build the package.

    @confluentinc/kafka-javascript comes with librdkafka's sources. It would take a program that others built from
    GitHub, which is no registry, and link the libraries that librdkafka needs from sources of there, too:
    CKJS_LINKING=dynamic takes those of this machine. A build takes a minute.
    """
    name = "node-" + "+".join(pin.removeprefix("@").replace("@", "-").replace("/", "-") for pin in pins)
    directory = root() / "clients" / name
    if not directory.is_dir():
        directory.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory.parent) as work:
            command = ["npm", "install", "--prefix", f"{work}/packages", "--no-audit", "--no-fund"]
            command.append("--build-from-source" if builds else "--ignore-scripts")
            settings = {"CKJS_LINKING": "dynamic", "npm_config_nodedir": str(node_directory())} if builds else {}
            done = subprocess.run(
                [*command, *pins], cwd=work, capture_output=True, text=True, env=os.environ | settings
            )
            if done.returncode != 0:
                raise Unavailable(f"npm install {' '.join(pins)} failed: {npm_error(done.stderr)}")
            Path(work, "packages").rename(directory)
    return directory / "node_modules"  # the name under which one package finds the other


def node_directory() -> Path:
    """Where Node is installed, with the headers that a package in C++ is built with."""
    directory = Path(shutil.which("node") or "").resolve().parents[1]
    if not (directory / "include/node/node.h").is_file():
        raise Unavailable(f"Node's headers are not in {directory}/include/node")
    return directory


def npm_error(text: str) -> str:
    """The code and the first words of npm's error, which goes on with advice."""
    errors = [line.removeprefix("npm error ") for line in text.splitlines() if line.startswith("npm error ")]
    return ", ".join(errors[:2]) or last_line(text)


def jars(name: str) -> str:
    """A Java class path from scripts/apache_kafka.py."""
    done = subprocess.run([sys.executable, APACHE_KAFKA, "--classpath", name], capture_output=True, text=True)
    if done.returncode != 0:
        raise Unavailable(last_line(done.stderr))
    return done.stdout.strip()


def java_classes(classpath: str, source: Path, *others: Path) -> Path:
    """The directory with the compiled classes of these Java files, compiled again when one changes."""
    sources = [source, *others]
    contents = b"".join(file.read_bytes() for file in sources)
    digest = hashlib.sha256(contents + classpath.encode()).hexdigest()[:16]
    directory = root() / "classes" / f"{source.stem}-{digest}"
    if directory.is_dir():
        return directory
    directory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory.parent) as work:
        command = ["javac", "-cp", classpath, "-d", f"{work}/classes", *map(str, sources)]
        subprocess.run(command, check=True)
        Path(work, "classes").rename(directory)
    return directory


def go_program(module: Path, package: str, *, cgo: bool) -> Path:
    """The program built from one package of a Go module, built again when its files change; cgo: with C in it."""
    shared = [module / "go.mod", module / "go.sum", *sorted(module.glob("line/*.go"))]
    sources = [*shared, *sorted(module.glob(f"{package}/*.go"))]
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]
    program = root() / "go" / f"{package}-{digest}"
    if program.is_file():
        return program
    for compiler in ("go", "gcc") if cgo else ("go",):
        if shutil.which(compiler) is None:
            raise Unavailable(f"{compiler} is not installed")
    done = subprocess.run(["go", "mod", "download"], cwd=module, capture_output=True, text=True)
    if done.returncode != 0:
        raise Unavailable(f"go mod download failed: {last_line(done.stderr)}")
    program.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=program.parent) as work:
        command = ["go", "build", "-trimpath", "-buildvcs=false", "-o", f"{work}/{package}", f"./{package}"]
        subprocess.run(command, cwd=module, check=True, env=os.environ | {"CGO_ENABLED": str(int(cgo))})
        Path(work, package).rename(program)
    return program


C_FLAGS = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror"]
C_LIBRDKAFKA = REPOSITORY / "tests" / "compat" / "drivers" / "c"
"""Where librdkafka.h is, which the wheel of confluent-kafka lacks."""


def c_program(directory: Path, packages: Path) -> Path:
    """The program built from a directory's C files with the librdkafka of the confluent-kafka that is in `packages`."""
    library = librdkafka(packages)
    sources = sorted({*directory.glob("*.[ch]"), C_LIBRDKAFKA / "librdkafka.h"})
    contents = b"".join(source.read_bytes() for source in sources)
    digest = hashlib.sha256(contents + str(library).encode()).hexdigest()[:16]
    program = root() / "c" / f"{directory.name}-{digest}"
    if program.is_file():
        return program
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise Unavailable("no C compiler (cc, gcc, clang) is installed")
    program.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=program.parent) as work:
        command = [compiler, *C_FLAGS, f"-I{C_LIBRDKAFKA}", "-o", f"{work}/program"]
        command += [str(source) for source in sources if source.suffix == ".c"]
        command += [str(library), f"-Wl,-rpath,{library.parent}", "-lpthread"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise Unavailable(f"{directory.name} does not build:\n{done.stderr}")
        Path(work, "program").rename(program)
    return program


def librdkafka(packages: Path) -> Path:
    """The shared library that the wheel carries beside its package."""
    found = sorted(packages.glob("confluent_kafka.libs/librdkafka-*.so*"))
    if not found:
        raise Unavailable("this confluent-kafka has no librdkafka of its own (its Linux wheels do)")
    return found[0]


def cargo_program(package: Path, name: str) -> Path:
    """The program `name` of a Cargo package, built again when its files change."""
    sources = [package / "Cargo.toml", package / "Cargo.lock", package / "src/lib.rs", package / f"src/bin/{name}.rs"]
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]
    program = root() / "rust" / f"{name}-{digest}"
    if program.is_file():
        return program
    for needed in ("cargo", "gcc", "make"):
        if shutil.which(needed) is None:
            raise Unavailable(f"{needed} is not installed")
    fetch = ["cargo", "fetch", "--locked", "--quiet"]
    done = subprocess.run(fetch, cwd=package, capture_output=True, text=True)
    if done.returncode != 0:
        raise Unavailable(f"cargo fetch failed: {last_line(done.stderr)}")
    target = root() / "rust" / "target"
    command = ["cargo", "build", "--locked", "--offline", "--quiet", "--bin", name, "--target-dir", str(target)]
    subprocess.run(command, cwd=package, check=True)
    with tempfile.TemporaryDirectory(dir=program.parent) as work:
        shutil.copy2(target / "debug" / name, work)
        Path(work, name).rename(program)
    return program


def last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no message"])[-1]
