"""A Streamlit server of its own for the tests, on a free port of this machine."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

from playground.app.startup import WARM

ROOT = Path(__file__).parents[2]
STREAMLIT = Path(sys.executable).with_name("streamlit")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SECONDS_TO_START = 180
SIGNS_OF_TROUBLE = ("Traceback", "Uncaught app", "Warm-up failed", "not a valid config option")
READY = {"playground": WARM}
"""What an app prints when its visitors find it as they will ever after."""


@dataclass(frozen=True)
class Server:
    """A running server: its address, its process and everything it printed so far."""

    url: str
    process: subprocess.Popen[bytes]
    log_file: Path

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    @property
    def healthy(self) -> bool:
        """Whether the health endpoint answers, asked without any proxy of the machine."""
        try:
            with build_opener(ProxyHandler({})).open(f"{self.url}/_stcore/health", timeout=5) as answer:
                return bool(answer.read() == b"ok")
        except OSError:
            return False


@contextmanager
def serve(
    app: str | Path, log_file: Path, *options: str, port: int | None = None, **environment: str
) -> Iterator[Server]:
    """Run `streamlit run APP` from the project's top until the block ends; its log must be free of trouble.

    `port` is a free one where none is given; of the options the last counts; keywords are variables of its environment.
    """
    port = port or free_port()
    command = [str(STREAMLIT), "run", str(app), *where(port), *options]
    with run(command, port, log_file, **environment) as server:
        wait_until(server, lambda: READY.get(str(app), "") in server.log)
        yield server
    assert_no_trouble(server.log)


def where(port: int) -> list[str]:
    """The options of a server on a port of this machine."""
    return ["--server.headless=true", "--server.address=127.0.0.1", f"--server.port={port}"]


@contextmanager
def run(
    command: Sequence[str],
    port: int,
    log_file: Path,
    *,
    cwd: Path = ROOT,
    patience: float = SECONDS_TO_START,
    **environment: str,
) -> Iterator[Server]:
    """Run what serves the app on a port of this machine until the block ends; it has `patience` seconds to answer.

    The app is this checkout's, whichever is installed.
    """
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(f"http://127.0.0.1:{port}", process, log_file)
    try:
        wait_until(server, lambda: server.healthy, patience)
        yield server
    finally:
        end(process)


def assert_no_trouble(log: str) -> None:
    """Fail with the log if the app or the server broke."""
    trouble = [sign for sign in SIGNS_OF_TROUBLE if sign in log]
    assert not trouble, f"The server's log has {trouble}:\n{log}"


def wait_until(server: Server, reached: Callable[[], bool], patience: float = SECONDS_TO_START) -> None:
    """Return when a server has got so far; fail with its log when it ended or takes more seconds than that."""
    give_up = monotonic() + patience
    while not reached():
        assert monotonic() < give_up, f"The server did not get so far in {patience} s:\n{server.log}"
        assert not ended(server.process, within=0.05), f"The server ended at its start:\n{server.log}"


def ended(process: subprocess.Popen[bytes], within: float) -> bool:
    """Whether the process ends within so many seconds."""
    try:
        process.wait(timeout=within)
    except subprocess.TimeoutExpired:
        return False
    return True


def end(process: subprocess.Popen[bytes]) -> None:
    """End the process and what it started, by its group."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, number)
            if ended(process, within=10):
                return


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def is_local(url: str) -> bool:
    """Whether a request stays on this machine; data: and blob: go nowhere."""
    address = urlsplit(url)
    return address.scheme in {"data", "blob"} or address.hostname in LOOPBACK
