"""Pages for what went wrong: a sentence, a way on, no data."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from kit.frames import demo_roles
from kit.i18n import _
from kit.settings import settings
from kit.templates import Frame, render


@dataclass(frozen=True)
class ErrorPage:
    """A refusal or fault. `sentence` is translated."""

    template: ClassVar[str] = "error.html"
    frame: Frame
    status: int
    title: str
    sentence: str


def titles() -> dict[int, str]:
    return {
        400: _("Das war nicht lesbar"),
        403: _("Das geht so nicht"),
        404: _("Nicht gefunden"),
        405: _("Das geht so nicht"),
        409: _("Das geht gerade nicht"),
        413: _("Zu groß"),
        422: _("Bitte prüfen Sie Ihre Angaben"),
        429: _("Zu oft"),
        500: _("Unser Fehler"),
        503: _("Kurz nicht erreichbar"),
    }


def error_page(request: Request, status: int, sentence: str) -> Response:
    """The page for a status. Its frame names the start page, because the request's own address may not be readable."""
    config = settings()
    frame = Frame(
        path="/",
        operator=config.operator["name"],
        funding_line=config.funding_line,
        ministry=config.ministry_name,
        demo_roles=demo_roles(),
    )
    page = ErrorPage(
        frame=frame, status=status, title=titles().get(status, _("Das geht gerade nicht")), sentence=sentence
    )
    return HTMLResponse(render(page), status_code=status)
