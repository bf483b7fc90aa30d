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
ANEW = "neu"


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
    """Keeps both; asked to, makes the draft anew from what is known now."""
    rated: Rated = call.thing
    form = InsightForm.parse(call.form)
    if not form.validate():
        over = rated.dialogue.ends_at <= call.now
        return Answer(_page(call, form, _drafted(call, "")[1] if over else ()), status=422)
    text = form.text.data
    if call.form.get("entwurf") == ANEW and rated.dialogue.ends_at <= call.now:
        text, _evidence = _drafted(call, form.minutes.data)
    insights.save_insight(
        call.session,
        dialogue=rated.dialogue,
        minutes=form.minutes.data,
        text=text,
        actor=call.viewer.actor,
        now=call.now,
    )
    return see_other(_path(call))


def finish(call: Call) -> Response:
    insights.finish_insight(call.session, dialogue=call.thing.dialogue, actor=call.viewer.actor, now=call.now)
    return see_other(_path(call))


def reopen(call: Call) -> Response:
    insights.reopen_insight(call.session, dialogue=call.thing.dialogue, actor=call.viewer.actor, now=call.now)
    return see_other(_path(call))


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
    )


ROUTES = [
    route("GET", f"{BASE}/{PART}", edit, permission="organiser", loads=rated_dialogue),
    route("GET", f"{BASE}/{PART}.md", show_file, permission="organiser", loads=rated_dialogue),
    route("POST", f"{BASE}/{PART}", save, permission="organiser", loads=rated_dialogue, changes_state=True),
    route("POST", f"{BASE}/{PART}/freigabe", finish, permission="organiser", loads=rated_dialogue, changes_state=True),
    route(
        "POST", f"{BASE}/{PART}/zuruecknahme", reopen, permission="organiser", loads=rated_dialogue, changes_state=True
    ),
]
