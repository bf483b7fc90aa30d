"""The badge sheet of a dialogue: choose, look at what does not fit, print."""

from dataclasses import replace
from typing import Any

import anyio.to_thread
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from badges import queries
from badges.pages import BadgesPage, Choice, Look
from badges.sheet import GRID, BadgeFacts, Role, sheet_pdf
from events import queries as events
from events.models import Dialogue, Offer
from kit import i18n
from kit.endpoint import Answer, Call
from kit.frames import workspace_frame
from kit.i18n import _
from kit.journal import audit
from kit.pdf import PdfFailed, PdfUnavailable
from kit.registry import route
from kit.text import file_name
from network import queries as network
from registration.codes import participant_code
from registration.models import Participant
from registration.routes.desk_files import NoFile
from registration.routes.dialogues import BASE, head_of, load_live_dialogue

PART = "ausweise"
MOST = 300
A_SHEET = GRID.columns * GRID.rows


class SheetFile(Response):
    """The PDF, made after the transaction: nobody waits for the database meanwhile."""

    def __init__(self, badges: list[BadgeFacts], *, name: str, language: str) -> None:
        super().__init__(media_type="application/pdf")
        self.badges = badges
        self.name = name
        self.language = language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        data = await anyio.to_thread.run_sync(self._make)
        headers = {"Content-Disposition": f'attachment; filename="{self.name}"'}
        await Response(data, media_type=self.media_type, headers=headers)(scope, receive, send)

    def _make(self) -> bytes:
        try:
            with i18n.use(self.language):
                data, _found = sheet_pdf(self.badges)
        except (PdfFailed, PdfUnavailable) as error:
            raise NoFile from error
        return data


def show(call: Call) -> Any:
    """The choice; once something is chosen, the badges to look at before printing."""
    key = call.query.get("angebot")
    choices = _choices(call, key)
    chosen = next((choice for choice in choices if choice.chosen), None)
    if chosen is None or not chosen.number:
        return _page(call, choices, None)
    if not chosen.fits:
        return Answer(_page(call, choices, chosen, problem=too_many()), 409)
    try:
        _data, found = sheet_pdf(badges_of(call, chosen.key))
    except (PdfFailed, PdfUnavailable) as error:
        raise NoFile from error
    return _page(call, choices, chosen, tuple(Look(misfit.name, misfit.sentence()) for misfit in found))


def too_many() -> str:
    return _("Eine Datei fasst höchstens %(num)d Schilder. Bitte drucken Sie je Angebot.") % {"num": MOST}


def _choices(call: Call, key: str | None) -> tuple[Choice, ...]:
    dialogue: Dialogue = call.thing
    numbers = queries.counts(call.session, dialogue.id)
    offers = events.offers_of(call.session, dialogue.id)
    everybody = Choice("", _("Alle bestätigten Personen"), sum(numbers.values()), fits=True, chosen=False)
    of_offers = [
        Choice(offer.key, offer.title or dialogue.title, numbers.get(offer.id, 0), fits=True, chosen=False)
        for offer in offers
    ]
    return tuple(
        replace(choice, fits=choice.number <= MOST, chosen=choice.key == key)
        for choice in [everybody, *(of_offers if len(of_offers) > 1 else [])]
    )


def _page(
    call: Call,
    choices: tuple[Choice, ...],
    chosen: Choice | None,
    looks: tuple[Look, ...] | None = None,
    problem: str = "",
) -> BadgesPage:
    dialogue: Dialogue = call.thing
    top = head_of(call, dialogue, PART)
    initiative = network.initiative(call.session, dialogue.initiative_id)
    nameless = 0
    if chosen is not None and looks is not None:
        nameless = sum(not person.name for person, _offer in _people(call, chosen.key))
    return BadgesPage(
        frame=workspace_frame(call, nav="overview", initiative=initiative, path=f"{top.path}/{PART}"),
        head=top,
        path=f"{top.path}/{PART}",
        choices=choices,
        most=MOST,
        chosen=chosen,
        sheets=-(-chosen.number // A_SHEET) if chosen else 0,
        nameless=nameless,
        looks=looks,
        problem=problem,
    )


def _people(call: Call, key: str) -> list[tuple[Participant, Offer]]:
    dialogue: Dialogue = call.thing
    wanted = next((offer.id for offer in events.offers_of(call.session, dialogue.id) if key and offer.key == key), "")
    return queries.people(call.session, dialogue.id, offer_id=wanted, limit=MOST + 1)


def badges_of(call: Call, key: str) -> list[BadgeFacts]:
    """The badges in the order of the list; a name that is still open leaves its lines empty for a pen."""
    dialogue: Dialogue = call.thing
    initiative = network.initiative(call.session, dialogue.initiative_id)
    roles = {role.value: role for role in Role}
    found = []
    for person, offer in _people(call, key):
        given, _blank, family = (person.name or "").rpartition(" ")
        found.append(
            BadgeFacts(
                given=given or family,
                family=family if given else "",
                organisation=person.organisation or "",
                role=roles.get(person.role, Role.GUEST),
                code=participant_code(person.id),
                no_photo=person.no_photo,
                dialogue=dialogue.title,
                offer=offer.title if offer.title != dialogue.title else "",
                initiative=initiative.name,
            )
        )
    return found


def print_badges(call: Call) -> Any:
    """The sheet as a file. Every print is recorded."""
    dialogue: Dialogue = call.thing
    key = str(call.form.get("offer", ""))
    choices = _choices(call, key)
    chosen = next((choice for choice in choices if choice.chosen), None)
    if chosen is None:
        return Answer(
            _page(call, choices, None, problem=_("Dieses Angebot gibt es nicht mehr. Bitte wählen Sie neu.")), 422
        )
    if not chosen.number:
        return Answer(
            _page(call, choices, None, problem=_("Es ist noch niemand bestätigt. Es gibt nichts zu drucken.")), 409
        )
    if not chosen.fits:
        return Answer(_page(call, choices, None, problem=too_many()), 409)
    badges = badges_of(call, chosen.key)
    audit(
        call.session,
        initiative_id=dialogue.initiative_id,
        actor=call.viewer.actor,
        action="badges.print",
        object_kind="dialogue",
        object_id=dialogue.id,
        detail=f"{len(badges)} badges",
        now=call.now,
    )
    return SheetFile(badges, name=file_name(f"{_('Namensschilder')} {dialogue.title}", ".pdf"), language=call.language)


ROUTES = [
    route("GET", f"{BASE}/{PART}", show, permission="organiser", loads=load_live_dialogue),
    route(
        "POST",
        f"{BASE}/{PART}",
        print_badges,
        permission="organiser",
        loads=load_live_dialogue,
        changes_state=True,
        rate="session",
    ),
]
