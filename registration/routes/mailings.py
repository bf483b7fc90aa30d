"""A letter to many: written, looked at with everybody it goes to, then sent once."""

from typing import Any

from starlette.responses import Response

from events.models import Dialogue
from events.queries import published_report
from kit.endpoint import Answer, Call, see_other
from kit.i18n import _, format_number
from kit.registry import route
from kit.settings import settings
from mail.marks import blank
from registration import mailing_queries
from registration.letter_forms import MessageForm
from registration.letter_pages import MessageCheckPage, MessagePage
from registration.operations.mailings import NobodyThere, OtherLetter, write_to_many
from registration.previews import preview_message
from registration.routes.dialogues import BASE, head_of, load_live_dialogue
from registration.routes.letters import PART, circle_words, frame
from registration.rules import Circle

# So many are named before sending; the number counts all.
NAMED = 200
# What a page that leads here may name as the reason.
HEARD = "gehoert"


def new(call: Call) -> MessagePage:
    """The form; with words to begin with, where a page leads here to tell guests of something."""
    begun = _of_what_was_heard(call) if call.query.get("anlass") == HEARD else {}
    return _form_page(call, MessageForm(circles=_circles(call), **begun))


def _of_what_was_heard(call: Call) -> dict[str, str]:
    """What guests are told once it stands in public what was heard; nothing before."""
    dialogue: Dialogue = call.thing
    report = published_report(call.session, dialogue, call.now)
    if report is None:
        return {}
    address = f"{settings().base_url}/dialoge/{dialogue.slug}#heard"
    title = "{" + _("Titel") + "}"
    return {
        "circle": Circle.ARRIVED,
        "subject": _("Was wir gehört haben: „%(title)s“") % {"title": title},
        "text": (
            _(
                "Sie waren bei „%(title)s“ dabei. Was wir dort gehört haben und was daraus folgt, steht jetzt hier:\n\n"
                "%(address)s\n\nDanke, dass Sie mitgeredet haben."
            )
            if report.follows
            else _(
                "Sie waren bei „%(title)s“ dabei. Was wir dort gehört haben, steht jetzt hier:\n\n"
                "%(address)s\n\nDanke, dass Sie mitgeredet haben."
            )
        )
        % {"title": title, "address": address},
    }


def _circles(call: Call) -> list[tuple[str, str]]:
    """Whom one may write to, with their number."""
    words = circle_words()
    return [
        (
            circle.value,
            f"{words[circle]} ({format_number(mailing_queries.circle_size(call.session, call.thing.id, circle))})",
        )
        for circle in Circle
    ]


def _form_page(call: Call, form: MessageForm) -> MessagePage:
    dialogue: Dialogue = call.thing
    top = head_of(call, dialogue, PART)
    path = f"{top.path}/{PART}"
    return MessagePage(frame(call, dialogue, f"{path}/neu"), top, f"{path}/neu", path, form)


def create(call: Call) -> Answer | Response | MessagePage | MessageCheckPage:
    """First shows who gets it and how it reads; the second button sends. Sent twice, it goes out once."""
    dialogue: Dialogue = call.thing
    form: Any = MessageForm.parse(call.form, circles=_circles(call))
    good = form.validate()
    if call.form.get("step") == "edit":
        return _form_page(call, form)
    if not good:
        return Answer(_form_page(call, form), 422)
    try:
        if call.form.get("step") != "send":
            return _check_page(call, form)
        write_to_many(
            call.session,
            dialogue=dialogue,
            circle=Circle(form.circle.data),
            subject=form.subject.data,
            text=form.text.data,
            form_key=form.form_key.data,
            actor=call.viewer.actor,
            now=call.now,
        )
    except NobodyThere as refusal:
        form.circle.errors = [refusal.sentence]
        return Answer(_form_page(call, form), 422)
    except OtherLetter as refusal:
        form.form_key.data = MessageForm(circles=[]).form_key.data
        form.text.errors = [refusal.sentence]
        return Answer(_form_page(call, form), refusal.status)
    return see_other(f"{head_of(call, dialogue, PART).path}/{PART}?neu=viele")


def _check_page(call: Call, form: Any) -> MessageCheckPage:
    dialogue: Dialogue = call.thing
    people = mailing_queries.people_of(call.session, dialogue.id, form.circle.data, limit=NAMED)
    if not people:
        raise NobodyThere
    letter = preview_message(
        call.session, registration=people[0], subject=form.subject.data, text=form.text.data, now=call.now
    )
    assert letter is not None
    top = head_of(call, dialogue, PART)
    path = f"{top.path}/{PART}"
    return MessageCheckPage(
        frame=frame(call, dialogue, f"{path}/neu"),
        head=top,
        action=f"{path}/neu",
        back_path=path,
        circle=circle_words()[form.circle.data],
        total=mailing_queries.circle_size(call.session, dialogue.id, form.circle.data),
        people=tuple((row.name or _("Ohne Namen"), row.email or "") for row in people),
        subject=letter.subject,
        text=blank(letter.text),
        values=tuple((name, str(form[name].data)) for name in ("form_key", "circle", "subject", "text")),
    )


_POST: dict[str, Any] = {"permission": "organiser", "changes_state": True, "rate": "session"}

ROUTES = [
    route("GET", f"{BASE}/{PART}/neu", new, permission="organiser", loads=load_live_dialogue),
    route("POST", f"{BASE}/{PART}/neu", create, loads=load_live_dialogue, **_POST),
]
