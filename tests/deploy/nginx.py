"""nginx with the configuration that is deployed, on ports and in a folder of the tests' own.

As a script it installs nginx where none is found: `python -m tests.deploy.nginx`.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from grp import getgrgid
from pathlib import Path
from pwd import getpwuid

from tests.browser.serving import ROOT, Server, free_port, run

CONFIGURATION = ROOT / "deploy" / "nginx.conf"
MISSING = (
    "No nginx was found, and none could be installed. Install it so that it is in PATH, then run 'make test' again."
)
LISTED = re.compile(r"app\d+:8501")


def find() -> str | None:
    """The path of an installed nginx; Debian's is where only root looks."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")


def install() -> None:
    """Debian's nginx where apt and root are there."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (
            ["apt-get", "update"],
            ["apt-get", "install", "--yes", "--no-install-recommends", "nginx-light"],
        ):
            subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False)


def configured(folder: Path, apps: Sequence[str], port: int) -> str:
    """The deployed configuration with other addresses and another folder, and otherwise as it is."""
    text = CONFIGURATION.read_text()
    listed = LISTED.findall(text)
    assert len(listed) == len(apps), f"{CONFIGURATION} lists {listed}"
    return substituted(text, {
        **dict(zip(listed, apps, strict=True)),
        "listen 8080;": f"listen 127.0.0.1:{port};",
        "127.0.0.1:8081": f"127.0.0.1:{free_port()}",
        "/tmp/": f"{folder}/",
        "/dev/stdout": f"{folder}/access.log",
    })  # fmt: skip


def substituted(text: str, others: Mapping[str, str]) -> str:
    """A text with some parts replaced; each must be there."""
    absent = [part for part in others if part not in text]
    assert not absent, f"{CONFIGURATION} has no {absent}"
    return re.sub("|".join(map(re.escape, others)), lambda found: others[found[0]], text)


@contextmanager
def before(apps: Sequence[Server], folder: Path) -> Iterator[Server]:
    """Run nginx before these servers until the block ends; the folder holds its files and `access.log`."""
    program = find()
    assert program is not None, MISSING
    port, configuration = free_port(), folder / "nginx.conf"
    configuration.write_text(configured(folder, [app.url.removeprefix("http://") for app in apps], port))
    # Started by root, it would work as somebody who may not look into the folder.
    who = f"user {getpwuid(os.geteuid()).pw_name} {getgrgid(os.getegid()).gr_name};"
    command = [program, "-p", str(folder), "-c", str(configuration), "-g", f"daemon off; {who}"]
    with run(command, port, folder / "nginx.log") as proxy:
        yield proxy


if __name__ == "__main__":
    if find() is None:
        install()
    sys.exit(0 if find() else MISSING)
