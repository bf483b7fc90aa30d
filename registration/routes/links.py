"""Finding the registration behind a link that was mailed."""

from kit.db import ScopedSession
from kit.endpoint import Loaded
from kit.errors import NotFound
from kit.i18n import _
from kit.tokens import present
from registration import queries


class UnknownLink(NotFound):
    """Unknown, foreign, replaced: all the same."""

    def default(self) -> str:
        return _("Diesen Link gibt es nicht oder nicht mehr. Wir schicken Ihnen gern einen neuen.")


def load_by_token(session: ScopedSession, token: str, purpose: str) -> Loaded:
    """The registration that a token proves. Raises UnknownLink."""
    presented = present(token)
    found = queries.registration_by_id(session, presented.object_id) if presented else None
    if presented is None or found is None or not presented.proves(purpose, found.token_version):
        raise UnknownLink
    return Loaded(found, found.initiative_id)
