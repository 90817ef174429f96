"""Processes of the app behind nginx on this machine, until Ctrl-C: `python -m tests.deploy.cluster`.

It prints the address before all of them, then the address of each.
"""

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.browser.serving import Server, serve
from tests.deploy.nginx import before

PROCESSES = 2


@dataclass(frozen=True)
class Cluster:
    """What stands before, and the processes behind it."""

    proxy: Server
    apps: tuple[Server, ...]


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """Run as many processes as deploy/nginx.conf lists behind it until the block ends."""
    with ExitStack() as stack:
        apps = tuple(
            stack.enter_context(serve("playground", folder / f"app{number}.log")) for number in range(1, PROCESSES + 1)
        )
        yield Cluster(stack.enter_context(before(apps, folder)), apps)


def stay() -> None:
    """Run them for whoever measures, until they are told to end."""
    with TemporaryDirectory() as folder, cluster(Path(folder)) as running:
        for server in (running.proxy, *running.apps):
            print(server.url, flush=True)
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    stay()
