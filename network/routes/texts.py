"""Texts of the platform and of initiatives, and reports of barriers."""

from typing import Any

from kit.endpoint import Answer, Call, see_other
from kit.errors import TooMany
from kit.frames import public_frame
from kit.i18n import _
from kit.registry import route
from kit.settings import settings
from network import operations, texts
from network.forms import BarrierForm
from network.loaders import load_initiative
from network.models import Initiative
from network.pages import Sender, TextPage


def show_imprint(call: Call) -> Any:
    return TextPage(
        frame=public_frame(call), title=_("Impressum"), sections=texts.operator_imprint(settings().operator)
    )


def show_privacy(call: Call) -> Any:
    return TextPage(
        frame=public_frame(call),
        title=_("Datenschutz"),
        lead=_("Was die Plattform über Sie speichert, wozu, und wann sie es löscht."),
        sections=texts.platform_privacy(settings().operator),
    )


def show_how(call: Call) -> Any:
    return TextPage(
        frame=public_frame(call, here="how"),
        title=_("So läuft es ab"),
        lead=_("Von der Einladung bis zum Rückblick in sechs Schritten."),
        sections=texts.how_it_works(),
    )


def show_initiative_imprint(call: Call) -> Any:
    initiative: Initiative = call.thing
    path = f"/initiativen/{initiative.slug}"
    return TextPage(
        frame=public_frame(call, here="initiatives", initiative=initiative),
        title=_("Impressum"),
        lead=initiative.name,
        sections=texts.initiative_imprint(initiative),
        sender=Sender(initiative.name, path, initiative.accent, initiative.logo),
        back_path=path,
        back_label=initiative.name,
    )


def show_accessibility(call: Call) -> Any:
    done = _("Danke. Ihre Meldung ist da. Wir kümmern uns darum.") if call.query.get("gesendet") == "1" else ""
    return _accessibility(call, BarrierForm(), done)


def create_note(call: Call) -> Any:
    form = BarrierForm.parse(call.form)
    if not form.validate():
        return Answer(_accessibility(call, form, ""), status=422)
    try:
        operations.note_barrier(
            call.session,
            key=form.form_key.data,
            text=form.text.data,
            email=form.email.data or "",
            path=form.path.data or "",
            most=settings().barrier_notes_per_hour,
            now=call.now,
        )
    except TooMany as refusal:
        form.text.errors = [refusal.sentence]
        return Answer(_accessibility(call, form, ""), status=refusal.status)
    return see_other("/barrierefreiheit?gesendet=1")


def _accessibility(call: Call, form: BarrierForm, done: str) -> TextPage:
    return TextPage(
        frame=public_frame(call, path="/barrierefreiheit"),
        title=_("Barrierefreiheit"),
        lead=_("Was auf diesen Seiten für alle geht, was noch nicht, und wie Sie uns sagen, was Sie aufhält."),
        sections=texts.accessibility(),
        form=form,
        form_id="accessibility-note",
        form_path="/barrierefreiheit",
        form_heading=_("Barriere melden"),
        form_button=_("Barriere melden"),
        done=done,
    )


ROUTES = [
    route("GET", "/impressum", show_imprint, permission="public", cache="public"),
    route("GET", "/datenschutz", show_privacy, permission="public", cache="public"),
    route("GET", "/so-laeuft-es-ab", show_how, permission="public", cache="public"),
    # Not cached: the form carries its own key.
    route("GET", "/barrierefreiheit", show_accessibility, permission="public"),
    route("POST", "/barrierefreiheit", create_note, permission="public", changes_state=True, rate="session"),
    route(
        "GET",
        "/initiativen/{initiative}/impressum",
        show_initiative_imprint,
        permission="public",
        loads=load_initiative,
        cache="public",
    ),
]
