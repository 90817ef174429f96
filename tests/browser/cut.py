"""A network between a browser and a server that can be cut: a door that drops who is inside and lets nobody in."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from tests.browser.serving import free_port


class Network:
    """A way to a port of this machine, through a port of its own."""

    def __init__(self, target: int) -> None:
        self.target, self.port = target, free_port()
        self._inside: list[socket.socket] = []
        self._door: socket.socket | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def mend(self) -> None:
        """Let everybody in."""
        self._door = socket.create_server(("127.0.0.1", self.port), backlog=100)
        Thread(target=self._serve, args=(self._door,), daemon=True).start()

    def cut(self) -> None:
        """Drop every connection and refuse new ones, until it is mended."""
        door, self._door = self._door, None
        for item in [*([door] if door else []), *self._inside]:
            hang_up(item)
        self._inside.clear()

    def _serve(self, door: socket.socket) -> None:
        while self._door is door:
            try:
                inside, _ = door.accept()
            except OSError:  # the door was shut
                return
            outside = socket.create_connection(("127.0.0.1", self.target))
            self._inside += [inside, outside]
            for first, second in ((inside, outside), (outside, inside)):
                Thread(target=carry, args=(first, second), daemon=True).start()


def carry(first: socket.socket, second: socket.socket) -> None:
    """Pass on what comes, until either end hangs up."""
    try:
        while part := first.recv(65536):
            second.sendall(part)
    except OSError:  # cut
        pass
    finally:
        hang_up(first)
        hang_up(second)


def hang_up(connection: socket.socket) -> None:
    """End a connection at once, also for a thread that waits for it."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:  # the other end was faster
        pass
    finally:
        connection.close()


@contextmanager
def network(target: int) -> Iterator[Network]:
    """A network to a port of this machine until the block ends."""
    way = Network(target)
    way.mend()
    yield way
    way.cut()
