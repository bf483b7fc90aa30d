"""Each e-mail of a dialogue as somebody would read it. It stands here because the survey's is one of them."""

from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from events.models import Dialogue
from feedback import letters
from kit.endpoint import Call
from kit.errors import NotFound
from kit.i18n import _
from kit.registry import route
from mail.marks import blank
from mail.models import Letter
from registration import queries
from registration.letter_pages import PreviewPage, all_kind_words, kind_words
from registration.models import Registration
from registration.previews import file_words, preview
from registration.routes.dialogues import head_of, load_live_dialogue
from registration.routes.letters import LIST, PART, frame

# Enough to find one of each kind; the list of registrations finds the others.
PEOPLE = 50
# The letter brings its own styles, so it has a policy of its own; it loads nothing, runs nothing and leads nowhere.
LETTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
SURVEY = "survey"


def words() -> dict[str, str]:
    """Kind of letter → what a team calls it, in the order of a registration's life."""
    return kind_words() | {SURVEY: all_kind_words()[SURVEY]}


def show_preview(call: Call) -> PreviewPage:
    """One kind of letter to one person of this dialogue, or to somebody made up."""
    dialogue: Dialogue = call.thing
    top = head_of(call, dialogue, PART)
    path = f"{top.path}/{PART}"
    kind, registration = _chosen(call)
    letter = _preview(call, kind, registration)
    people = queries.registrations_listed(call.session, dialogue.id, limit=PEOPLE)
    if registration is not None and registration.id not in [row.id for row in people]:
        people = [registration, *people]
    chosen = registration.id if registration else ""
    asked = urlencode({"art": kind, "fuer": chosen})
    return PreviewPage(
        frame=frame(call, dialogue, f"{path}/vorschau"),
        head=top,
        back_path=path,
        kinds=tuple((value, label, value == kind) for value, label in words().items()),
        people=(
            ("", _("Maria Muster, ausgedacht"), not chosen),
            *((row.id, f"{row.name}, {row.reference}", row.id == chosen) for row in people if row.email),
        ),
        subject=letter.subject,
        recipient=f"{letter.recipient_name} <{letter.recipient}>" if letter.recipient_name else letter.recipient,
        text=blank(letter.text),
        files=file_words(letter),
        html_path=f"{path}/vorschau/html?{asked}",
    )


def show_html(call: Call) -> Response:
    """The HTML part alone, for the frame of the page."""
    html = blank(_preview(call, *_chosen(call)).html)
    return Response(html, media_type="text/html; charset=utf-8", headers={"content-security-policy": LETTER_POLICY})


def _chosen(call: Call) -> tuple[str, Registration | None]:
    """Kind and registration that an address asks for. Raises NotFound for a registration of elsewhere."""
    kind = call.query.get("art", "")
    wanted = call.query.get("fuer", "")
    found = queries.registration_by_id(call.session, wanted) if wanted else None
    if wanted and (found is None or found.dialogue_id != call.thing.id or not found.email):
        raise NotFound
    return kind if kind in words() else "confirmation", found


def _preview(call: Call, kind: str, registration: Registration | None) -> Letter:
    if not queries.offers_of(call.session, call.thing.id):
        raise NotFound
    asked: dict[str, Any] = {"dialogue": call.thing, "registration": registration, "language": call.language}
    if kind == SURVEY:
        return letters.preview(call.session, **asked, now=call.now)
    return preview(call.session, **asked, kind=kind, now=call.now)


ROUTES = [
    route("GET", f"{LIST}/vorschau", show_preview, permission="organiser", loads=load_live_dialogue),
    route("GET", f"{LIST}/vorschau/html", show_html, permission="organiser", loads=load_live_dialogue),
]
