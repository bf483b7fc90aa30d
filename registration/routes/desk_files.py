"""What leaves the workspace about one registration: a letter on paper, a ticket to hand over."""

from starlette.responses import Response

from events.date_queries import dates_of
from kit import i18n
from kit.endpoint import Call
from kit.errors import NotFound, Refused
from kit.frames import workspace_frame
from kit.i18n import _, format_date_only, format_day, format_range
from kit.pdf import PdfFailed, PdfUnavailable
from kit.registry import route
from kit.zones import local
from network import queries as network
from registration import attachments, letters, queries
from registration.desk_pages import PrintPage
from registration.models import Registration
from registration.routes.desk import ONE, PART, load_registration
from registration.routes.dialogues import head_of
from registration.rules import State


class NoFile(Refused):
    """The PDF could not be made."""

    status = 503

    def default(self) -> str:
        return _("Die Datei lässt sich gerade nicht erstellen. Bitte versuchen Sie es in einer Minute noch einmal.")


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
        ticket = attachments.make_ticket(
            letters.ticket_data(registration, people, dialogue, offer, initiative, dates_of(call.session, dialogue))
        )
    except (PdfFailed, PdfUnavailable) as error:
        raise NoFile from error
    return Response(
        ticket.content,
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{ticket.file_name}"'},
    )


ROUTES = [
    route("GET", f"{ONE}/brief", show_letter, permission="organiser", loads=load_registration),
    route("GET", f"{ONE}/ticket.pdf", show_ticket, permission="organiser", loads=load_registration),
]
