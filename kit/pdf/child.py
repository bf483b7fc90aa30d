"""The PDF child: reads jobs from its input, answers on its output, within limits of memory and CPU time.

It ends when its parent is gone and after the idle time that its parent names. It keeps WeasyPrint imported, which is what makes the next
document quick.
"""

import gc
import os
import queue
import resource
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from kit.pdf import wire

_IDLE_SECONDS = 300.0
_MEMORY_BYTES = 1_500_000_000
_FILE_BYTES = 64_000_000
_RUBBISH = 20_000
"""Objects in rings that may wait."""

Job = Callable[[dict[str, Any], Mapping[str, bytes]], tuple[dict[str, Any], dict[str, bytes]]]
Message = tuple[dict[str, Any], dict[str, bytes]]


def _jobs() -> dict[str, Job]:
    # Imported here: without Pango this is where the system's answer comes from.
    from kit.pdf import blanks, painter

    return {"render": blanks.job, "cards": painter.job, "glyphs": painter.glyphs_job}


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_BYTES, _FILE_BYTES))


def _limit_cpu(seconds: int) -> None:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, resource.RLIM_INFINITY))


def _listen(source: BinaryIO, inbox: "queue.SimpleQueue[Message]") -> None:
    def take(count: int) -> bytes:
        data = source.read(count)
        if len(data) < count:
            raise EOFError
        return data

    try:
        while True:
            inbox.put(wire.read(take))
    except EOFError:
        # The parent is gone or wants an end, even in the middle of a document.
        os._exit(1)


def _answer(jobs: dict[str, Job], message: Message) -> Message:
    head, blobs = message
    _limit_cpu(head["cpu"])
    try:
        result, answer = jobs[head["job"]](head["arguments"], blobs)
    except MemoryError:
        os._exit(2)
    except Exception as problem:  # noqa: BLE001 - whatever a document does, the next one has its turn
        return {"state": "failed", "reason": type(problem).__name__}, {}
    return {"state": "done", "result": result}, answer


def main() -> None:
    """Works until the parent is gone or nothing was asked for a while."""
    source = os.fdopen(os.dup(0), "rb")
    target = os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not land between messages.
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)
    sys.stdout = sys.stderr
    _limit_memory()
    inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(source, inbox), daemon=True).start()
    try:
        jobs = _jobs()
    except OSError:
        jobs = {}
    gc.freeze()
    # Documents make many objects and no rubbish that cannot wait: collecting between them, when there is enough of it, saves
    # a tenth of the time.
    gc.disable()
    idle = _IDLE_SECONDS
    while True:
        try:
            message = inbox.get(timeout=idle)
        except queue.Empty:
            os._exit(0)
        idle = message[0]["idle"]
        head, blobs = _answer(jobs, message) if jobs else ({"state": "unavailable"}, {})
        del message
        target.write(wire.frame(head, blobs))
        target.flush()
        del head, blobs
        if gc.get_count()[0] > _RUBBISH:
            gc.collect()


if __name__ == "__main__":
    main()
