"""What the kernel says about processes, and the clock of the machine."""

import os
import time
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE_KIB = os.sysconf("SC_PAGE_SIZE") // 1024
LOOP_TURNS = 3_000_000


def _stat(pid: int) -> list[str]:
    try:
        # The name in parentheses may hold blanks.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def family(pids: Iterable[int]) -> set[int]:
    """The processes and all that they started and that live."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (stat := _stat(int(entry.name))):
            children.setdefault(int(stat[1]), []).append(int(entry.name))
    found: set[int] = set()
    waiting = list(pids)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += children.get(pid, [])
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time of the processes and their children, those that ended included."""
    return sum(sum(int(value) for value in stat[11:15]) for pid in family(pids) if (stat := _stat(pid))) / TICKS


def memory_mb(pids: Iterable[int], *, alone: bool = False) -> float:
    """Resident memory of the processes and their children; of the processes alone on demand."""
    total = 0
    for pid in pids if alone else family(pids):
        if stat := _stat(pid):
            total += int(stat[21]) * PAGE_KIB
    return total / 1024


def peak_mb(pid: int) -> float:
    """The most resident memory of one process since `forget_peak`."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def parent(pid: int) -> int:
    return int(_stat(pid)[1])


def loop_seconds() -> float:
    """A fixed loop: how fast this machine is at this moment."""
    begun = time.process_time()
    total = 0
    for number in range(LOOP_TURNS):
        total += number & 7
    return time.process_time() - begun
