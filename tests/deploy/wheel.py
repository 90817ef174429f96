"""The wheel that a host installs: built as pip builds it, and put into an environment of its own."""

import subprocess
import sys
import venv
from pathlib import Path

from tests.browser.serving import ROOT


def built(folder: Path) -> Path:
    """The project's wheel, in this folder."""
    building = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(building, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def installed(wheel: Path, folder: Path) -> Path:
    """The Python of a new environment in this folder, which has the wheel, and what it needs from the tests' own."""
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--no-index",
        "--no-deps",
        "--ignore-installed",
    ]
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "needed.pth").write_text("\n".join(path for path in sys.path if Path(path).name == "site-packages"))
    return python
