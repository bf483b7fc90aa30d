"""What leaves the workspace: the list as a table, a letter on paper, a ticket to hand over."""

import anyio.to_thread
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from events.models import Dialogue
from kit import i18n
from kit.endpoint import Call
from kit.errors import NotFound, Refused
from kit.frames import workspace_frame
from kit.i18n import _, format_date_only, format_day, format_range
from kit.journal import audit
from kit.pdf import PdfFailed, PdfUnavailable
from kit.registry import route
from kit.sheets import csv_rows, xlsx
from kit.text import file_name
from kit.zones import local
from network import queries as network
from registration import attachments, letters, queries, tables
from registration.desk_pages import PrintPage
from registration.models import Registration
from registration.routes.desk import ONE, PART, load_registration
from registration.routes.dialogues import BASE, head_of, load_live_dialogue
from registration.rules import State

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class NoFile(Refused):
    """The PDF could not be made."""

    status = 503

    def default(self) -> str:
        return _("Die Datei lässt sich gerade nicht erstellen. Bitte versuchen Sie es in einer Minute noch einmal.")


class ListFile(Response):
    """The list, read after the transaction: nobody waits for the database meanwhile. CSV leaves as it is read."""

    def __init__(self, call: Call, columns: list[tuple[str, float]], kind: str) -> None:
        super().__init__()
        self.dialogue: Dialogue = call.thing
        self.head = [label for label, _width in columns]
        self.widths = [width for _label, width in columns]
        self.name = _("Anmeldungen")
        self.rows = tables.rows(call.database, self.dialogue, call.language)
        self.kind = kind if kind in TYPES else "csv"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = file_name(f"{self.name} {self.dialogue.title}", f".{self.kind}")
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        answer: Response
        if self.kind == "csv":
            answer = StreamingResponse(csv_rows(self.head, self.rows), media_type=TYPES["csv"], headers=headers)
        else:
            content = await anyio.to_thread.run_sync(
                lambda: xlsx(self.head, self.rows, name=self.name, widths=self.widths)
            )
            answer = Response(content, media_type=TYPES["xlsx"], headers=headers)
        await answer(scope, receive, send)


def download_list(call: Call) -> Response:
    """All registrations as a table, a row for each person. Every download is recorded."""
    dialogue: Dialogue = call.thing
    number = queries.registrations_counted(call.session, dialogue.id)
    audit(
        call.session,
        initiative_id=dialogue.initiative_id,
        actor=call.viewer.actor,
        action="list.download",
        object_kind="dialogue",
        object_id=dialogue.id,
        detail=f"{number} registrations",
        now=call.now,
    )
    with i18n.use(call.language):
        columns = tables.columns()
    return ListFile(call, columns, str(call.form.get("format", "csv")))


def show_letter(call: Call) -> PrintPage:
    """The letter of somebody without an address, to be printed, in the language of the registration."""
    dialogue, registration = call.thing
    _refuse_mailed(registration)
    initiative = network.initiative(call.session, dialogue.initiative_id)
    offer = queries.offer_of(call.session, registration.id)
    people = queries.participants_of(call.session, registration.id)
    path = f"{head_of(call, dialogue, PART).path}/{PART}/{registration.id}"
    start, end = letters.times(dialogue, offer)
    with i18n.use(registration.language):
        heading, text = _words(registration.state, dialogue.state)
        facts = [
            (_("Dialog"), dialogue.title),
            (_("Tag"), format_day(start)),
            (_("Zeit"), format_range(start, end)),
            (_("Ort"), ", ".join(letters.place_lines(dialogue, offer))),
            (_("Angebot"), offer.title if offer.title != dialogue.title else ""),
            (_("Personen"), ", ".join(person.name or _("Name noch offen") for person in people)),
            (_("Bitte mitbringen"), ", ".join(line for line in dialogue.bring.splitlines() if line.strip())),
            (
                _("Fragen"),
                ", ".join(filter(None, (dialogue.contact_name, dialogue.contact_phone, dialogue.contact_email))),
            ),
            (_("Referenz"), registration.reference),
        ]
        day = format_date_only(local(call.now, dialogue.zone))
    return PrintPage(
        frame=workspace_frame(call, nav="overview", initiative=initiative, path=f"{path}/brief"),
        heading=heading,
        back_path=path,
        ticket_path=f"{path}/ticket.pdf" if registration.state == State.CONFIRMED else "",
        sender=tuple(filter(None, (initiative.name, initiative.street, initiative.place))),
        recipient=tuple(filter(None, (registration.name, registration.organisation))),
        day=day,
        text=text,
        facts=tuple((label, value) for label, value in facts if value),
    )


def _words(state: str, dialogue_state: str) -> tuple[str, tuple[str, ...]]:
    """Heading and paragraphs for where a registration stands."""
    if dialogue_state == "cancelled":
        return _("Der Dialog fällt aus"), (_("Wir müssen absagen. Ihre Plätze sind damit aufgehoben."),)
    if state == State.CONFIRMED:
        return _("Sie sind dabei"), (
            _("Ihr Platz ist bestätigt. Wir freuen uns auf Sie."),
            _("Bitte bringen Sie das beiliegende Ticket mit. Können Sie nicht kommen, sagen Sie es uns bitte."),
        )
    if state in (State.WAITING, State.OFFERED):
        return _("Sie stehen auf der Warteliste"), (
            _("Gerade ist kein Platz frei. Wird einer frei, melden wir uns bei Ihnen."),
        )
    return _("Ihre Anmeldung ist abgesagt"), (_("Ihre Plätze sind wieder frei. Sie müssen nichts weiter tun."),)


def _refuse_mailed(registration: Registration) -> None:
    if registration.email or registration.name is None:
        raise NotFound


def show_ticket(call: Call) -> Response:
    """The ticket of somebody without an address."""
    dialogue, registration = call.thing
    _refuse_mailed(registration)
    if registration.state != State.CONFIRMED:
        raise NotFound
    offer = queries.offer_of(call.session, registration.id)
    people = queries.participants_of(call.session, registration.id)
    initiative = network.initiative(call.session, dialogue.initiative_id)
    try:
        ticket = attachments.make_ticket(letters.ticket_data(registration, people, dialogue, offer, initiative))
    except (PdfFailed, PdfUnavailable) as error:
        raise NoFile from error
    return Response(
        ticket.content,
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{ticket.file_name}"'},
    )


ROUTES = [
    route(
        "POST",
        f"{BASE}/{PART}/tabelle",
        download_list,
        permission="organiser",
        loads=load_live_dialogue,
        changes_state=True,
        rate="session",
    ),
    route("GET", f"{ONE}/brief", show_letter, permission="organiser", loads=load_registration),
    route("GET", f"{ONE}/ticket.pdf", show_ticket, permission="organiser", loads=load_registration),
]
