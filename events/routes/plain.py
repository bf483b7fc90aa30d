"""One dialogue in plain language."""

from events import compose
from events.page_queries import Shown
from events.plain_page import PlainPage, plain_page
from events.routes.public import load_shown, show
from kit.endpoint import Call
from kit.registry import route


def show_plain(call: Call) -> PlainPage:
    """The plain-language twin of a dialogue's page."""
    found: Shown = call.thing
    dialogue = found.dialogue
    page = show(call)
    return plain_page(page.frame, dialogue, page, compose.language_names(dialogue.languages))


ROUTES = [
    route("GET", "/dialoge/{slug}/einfach", show_plain, permission="public", loads=load_shown, cache="public"),
]
