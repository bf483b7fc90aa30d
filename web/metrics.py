"""/metrics: what this process answered and what the installation has to do, as Prometheus text. No person, no survey.

Only addresses named in DIALOGWERK_METRICS_FROM may read it, without it this machine; for everybody else it is not there.
"""

from collections import Counter, defaultdict
from datetime import timedelta

import anyio.to_thread
from sqlmodel import col, func, select
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from kit import clock
from kit.db import Database, wide
from kit.errors import NotFound
from kit.jobs import DEAD_AFTER_SECONDS
from kit.journal import Worker, outbox_frozen
from kit.settings import settings
from mail.models import Letter
from mail.rules import State

Key = tuple[str, str, int]


class Traffic:
    """Counts the answers of one process by method, declared address and status."""

    def __init__(self) -> None:
        self.answers: Counter[Key] = Counter()
        self.seconds: defaultdict[Key, float] = defaultdict(float)

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        key = (method, route, status)
        self.answers[key] += 1
        self.seconds[key] += seconds

    def lines(self) -> list[str]:
        found = ["# TYPE dialogwerk_request_seconds summary"]
        for key, count in sorted(self.answers.items()):
            labels = 'method="{}",route="{}",status="{}"'.format(*key)
            found.append(f"dialogwerk_request_seconds_count{{{labels}}} {count}")
            found.append(f"dialogwerk_request_seconds_sum{{{labels}}} {self.seconds[key]:.6f}")
        return found


TRAFFIC = Traffic()


def state_lines(data: Database) -> list[str]:
    """Letters by state, how long the oldest one has waited, living workers, the frozen outbox."""
    with data.read(wide("figures")) as session:
        letters = dict(session.exec(select(Letter.state, func.count()).group_by(Letter.state)).all())
        oldest = session.exec(select(func.min(Letter.created_at)).where(Letter.state == State.QUEUED)).one()
        alive = clock.wall_now() - timedelta(seconds=DEAD_AFTER_SECONDS)
        workers = session.exec(select(func.count()).select_from(Worker).where(col(Worker.seen_at) >= alive)).one()
        frozen = outbox_frozen(session)
    waited = (clock.now() - oldest).total_seconds() if oldest else 0
    return [
        "# TYPE dialogwerk_letters gauge",
        *(f'dialogwerk_letters{{state="{state}"}} {letters.get(state, 0)}' for state in State),
        "# TYPE dialogwerk_letter_waited_seconds gauge",
        f"dialogwerk_letter_waited_seconds {max(0, waited):.0f}",
        "# TYPE dialogwerk_workers gauge",
        f"dialogwerk_workers {workers}",
        "# TYPE dialogwerk_outbox_frozen gauge",
        f"dialogwerk_outbox_frozen {int(frozen)}",
    ]


# What a proxy adds. Where proxies are named, the server has already put the asker in their place.
PASSED_ON = ("x-forwarded-for", "x-forwarded-proto", "forwarded", "x-real-ip", "via")


def trusted(request: Request) -> bool:
    """Whether the request comes from a named address itself: what an unnamed proxy passes on does not."""
    config = settings()
    passed_on = not config.trusted_proxies and any(name in request.headers for name in PASSED_ON)
    return request.client is not None and request.client.host in config.metrics_from and not passed_on


async def metrics(request: Request, *, data: Database) -> Response:
    if not trusted(request):
        raise NotFound
    lines = [*TRAFFIC.lines(), *await anyio.to_thread.run_sync(state_lines, data)]
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")
