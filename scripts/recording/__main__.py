"""Write down what a client and a Kafka say to each other, decoded, one line of JSON a message.

    scripts/record --upstream 127.0.0.1:9092 --listen 127.0.0.1:9093 --out talk.jsonl
    scripts/record --upstream 127.0.0.1:9092 --listen 127.0.0.1:9093 --out - | jq -c 'select(.api == "Fetch")'

Then point the client at 127.0.0.1:9093. The Kafka may be kafkalite or any other; the addresses of brokers in its
answers are replaced so that the client keeps coming through here. ^C ends it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import trio

from kafkalite.server.listener import open_socket
from scripts.recording.conversation import Address, Line, apis
from scripts.recording.proxy import Proxy, Write


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    try:
        with writer(options.out) as write, open_socket(*options.listen) as listener:
            trio.run(record, options, listener, write)
    except OSError as error:
        say(str(error))
        return 1
    return 0


def say(text: str) -> None:
    print(f"scripts/record: {text}", file=sys.stderr)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    text = (__doc__ or "").strip()
    parser = argparse.ArgumentParser(
        prog="scripts/record", description=text, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--upstream", type=address, required=True, metavar="HOST:PORT", help="a broker of the Kafka")
    parser.add_argument(
        "--listen", type=address, default=("127.0.0.1", 0), metavar="HOST:PORT", help="default: a free port of loopback"
    )
    parser.add_argument("--out", default="-", metavar="FILE", help="where the lines go; - is stdout, the default")
    parser.add_argument("--whole", action="store_true", help="shorten and hide nothing: to be replayed")
    parser.add_argument("--port-file", type=Path, metavar="FILE", help="gets one line, host:port, once it listens")
    return parser.parse_args(arguments)


def address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"it wants HOST:PORT, not {text!r}")
    return host.removeprefix("[").removesuffix("]"), int(port)


@contextlib.contextmanager
def writer(out: str) -> Iterator[Write]:
    """What writes a line. If that fails, because the disk is full or nobody reads any more, it says so and goes on."""
    file = sys.stdout if out == "-" else open(out, "w", encoding="utf-8")  # noqa: SIM115
    failed = False

    def write(line: Line) -> None:
        nonlocal failed
        try:
            if not failed:
                print(json.dumps(line, ensure_ascii=False), file=file, flush=True)
        except OSError as error:
            failed = True
            say(f"nothing is written any more ({error}); the conversation goes on")

    try:
        yield write
    finally:
        with contextlib.suppress(OSError):  # what it could not write it holds back until now
            file.close()


async def record(options: argparse.Namespace, listener: socket.socket, write: Write) -> None:
    host, port = options.upstream
    apis()  # now, so that the first client need not wait until all messages are loaded
    write({"recording": f"{host}:{port}", "began": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())})
    with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(Proxy(options.upstream, listener, write, whole=options.whole).run)
            mine = "{}:{}".format(*listener.getsockname()[:2])
            say(f"point the client at {mine}; what it says goes on to {host}:{port}")
            if options.port_file is not None:
                temporary = options.port_file.with_name(f".{options.port_file.name}.new")
                temporary.write_text(f"{mine}\n")
                temporary.replace(options.port_file)
            await anext(signals)
            nursery.cancel_scope.cancel()


if __name__ == "__main__":
    sys.exit(main())
