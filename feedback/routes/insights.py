"""What is learned at a dialogue: minutes, a draft that the product makes, and the team's own text."""

from typing import Any

from starlette.responses import Response

from events import page_queries
from feedback import insight_pages, insights, queries
from feedback.forms import InsightForm
from feedback.insight_pages import InsightPage
from feedback.queries import Rated
from feedback.routes.dialogue_reports import gathered
from feedback.routes.surveys import BASE, rated_dialogue
from kit.endpoint import Answer, Call, see_other
from kit.errors import NotFound
from kit.frames import workspace_frame
from kit.i18n import _
from kit.registry import route
from kit.text import file_name
from registration.desk_pages import head

PART = "erkenntnis"
ANEW, FINISH, REOPEN = "neu", "freigabe", "entwurf"


def edit(call: Call) -> InsightPage:
    """Minutes and text, the text a fresh draft where there is none yet."""
    rated: Rated = call.thing
    if rated.dialogue.ends_at > call.now:
        return _page(call, InsightForm(), ())
    found = queries.insight_of(call.session, rated.dialogue.id)
    minutes = found.minutes if found is not None else ""
    text, evidence = _drafted(call, minutes)
    kept = found.text if found is not None else ""
    return _page(call, InsightForm(data={"minutes": minutes, "text": kept or text}), evidence)


def save(call: Call) -> Any:
    """Keeps both; asked to, makes the draft anew, hands the text over as it stands in the field, or takes it back."""
    rated: Rated = call.thing
    form, step = InsightForm.parse(call.form), call.form.get("schritt")
    over = rated.dialogue.ends_at <= call.now
    right = form.validate()
    if right and step == FINISH and not form.text.data:
        form.text.errors, right = [insights.NothingLearned().sentence], False
    if not right:
        return Answer(_page(call, form, _drafted(call, "")[1] if over else ()), status=422)
    own: Any = {"dialogue": rated.dialogue, "actor": call.viewer.actor, "now": call.now}
    text = _drafted(call, form.minutes.data)[0] if step == ANEW and over else form.text.data
    insights.save_insight(call.session, minutes=form.minutes.data, text=text, **own)
    if step == FINISH:
        insights.finish_insight(call.session, **own)
    elif step == REOPEN and text:
        insights.reopen_insight(call.session, **own)
    return see_other(f"{_path(call)}?neu=gespeichert")


def show_file(call: Call) -> Response:
    """The saved text as a file. Raises NotFound where there is none."""
    found = queries.insight_of(call.session, call.thing.dialogue.id)
    if found is None or not found.text:
        raise NotFound
    title = _("Erkenntnis: %(dialogue)s") % {"dialogue": call.thing.dialogue.title}
    name = file_name(title, ".md")
    return Response(
        f"{found.text}\n",
        media_type="text/markdown",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _drafted(call: Call, minutes: str) -> tuple[str, tuple[str, ...]]:
    found, dialogue = gathered(call), call.thing.dialogue
    text = insight_pages.drafted(
        found.report,
        found.results,
        dialogue,
        page_queries.offers(call.session, dialogue.id),
        page_queries.programme(call.session, dialogue.id),
        minutes,
    )
    return text, insight_pages.evidence(found.report, found.results)


def _path(call: Call) -> str:
    rated: Rated = call.thing
    return f"/arbeitsplatz/{rated.initiative.slug}/dialoge/{rated.dialogue.slug}/{PART}"


def _page(call: Call, form: InsightForm, evidence: tuple[str, ...]) -> InsightPage:
    rated: Rated = call.thing
    found = queries.insight_of(call.session, rated.dialogue.id)
    state = "early" if rated.dialogue.ends_at > call.now else "new" if found is None or not found.text else found.state
    role = call.viewer.roles[rated.initiative.id]
    return InsightPage(
        frame=workspace_frame(call, nav="overview", initiative=rated.initiative),
        head=head(rated.dialogue, rated.initiative.slug, role, "bericht"),
        form=form,
        path=_path(call),
        state=state,
        evidence=evidence,
        file_path=f"{_path(call)}.md" if state in ("draft", "ready") else "",
        done=_("Gespeichert.") if call.query.get("neu") == "gespeichert" else "",
    )


ROUTES = [
    route("GET", f"{BASE}/{PART}", edit, permission="organiser", loads=rated_dialogue),
    route("GET", f"{BASE}/{PART}.md", show_file, permission="organiser", loads=rated_dialogue),
    route("POST", f"{BASE}/{PART}", save, permission="organiser", loads=rated_dialogue, changes_state=True),
]
