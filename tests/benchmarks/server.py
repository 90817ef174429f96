"""What a server has taken so far, as its system tells."""

import os
from collections.abc import Sequence
from pathlib import Path

from tests.browser.serving import Server


def cpu(servers: Sequence[Server]) -> float:
    """Processor seconds of servers so far."""
    return sum(map(_cpu, servers))


def _cpu(server: Server) -> float:
    parts = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def memory(servers: Sequence[Server]) -> int:
    """Megabytes of servers together."""
    return sum(map(_memory, servers))


def _memory(server: Server) -> int:
    lines = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) // 1024
