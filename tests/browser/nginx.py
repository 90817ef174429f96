"""The nginx of the deployment, for the tests: where it is, how a machine without it gets it, and how it is run.

As a script it installs one where none is found: `python tests/browser/nginx.py`. As `python -m tests.browser.nginx
cluster` it runs two processes of the app behind it until it is interrupted.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

if __package__:
    from tests.browser.serving import ROOT, end, free_port, serve

SECONDS_TO_START = 10
MISSING = (
    "No nginx was found, and none could be installed. Install it so that it is in PATH, then run 'make test' again."
)


def find() -> str | None:
    """The path of an installed nginx."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def install() -> None:
    """Debian's nginx where apt and root are there."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update"], ["apt-get", "install", "--yes", "nginx-light"]):
            subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False)


@contextmanager
def before(urls: Sequence[str], folder: Path) -> Iterator[str]:
    """The deployment's own configuration before these servers; the address of nginx."""
    path = find()
    assert path is not None, MISSING
    port = free_port()
    shutil.copy(ROOT / "deploy" / "nginx.conf", folder)
    lines = [f"server {url.removeprefix('http://')} max_fails=1 fail_timeout=5s;\n" for url in urls]
    (folder / "servers.conf").write_text("".join(lines))
    (folder / "listen.conf").write_text(f"listen 127.0.0.1:{port};\n")
    options = ["-p", str(folder), "-c", "nginx.conf", "-g", f"daemon off; {'user root;' * (os.geteuid() == 0)}"]
    process = subprocess.Popen([path, *options], cwd=folder, start_new_session=True)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until_open(address)
        yield address
    finally:
        end(process)


def wait_until_open(address: str) -> None:
    """Return when the app answers behind nginx."""
    give_up = monotonic() + SECONDS_TO_START
    while True:
        try:
            build_opener(ProxyHandler({})).open(f"{address}/_stcore/health", timeout=5).close()
            return
        except (URLError, OSError):
            assert monotonic() < give_up, "nginx did not answer"
            sleep(0.1)


@contextmanager
def cluster(processes: int, folder: Path) -> Iterator[str]:
    """Some processes of the app behind nginx; its address."""
    with ExitStack() as stack:
        apps = [stack.enter_context(serve("playground", folder / f"{number}.log")) for number in range(processes)]
        yield stack.enter_context(before([app.url for app in apps], folder))


if __name__ == "__main__" and sys.argv[1:] == ["cluster"]:
    with TemporaryDirectory() as place, cluster(2, Path(place)) as open_at:
        print(open_at, flush=True)
        input()
elif __name__ == "__main__":
    if find() is None:
        install()
    sys.exit(0 if find() else MISSING)
