"""Finding what an address names."""

from collections.abc import Mapping

from kit.db import ScopedSession
from kit.endpoint import Loaded
from kit.errors import NotFound
from network import queries


def load_initiative(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The initiative named by `{initiative}` in the path. Raises NotFound."""
    found = queries.initiative_by_slug(session, params["initiative"])
    if found is None:
        raise NotFound
    return Loaded(found, found.id)


def load_member(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The membership named by `{member}` in the team of `{initiative}`. Raises NotFound."""
    found = queries.initiative_by_slug(session, params["initiative"])
    membership = queries.membership_by_id(session, params["member"])
    if found is None or membership is None or membership.initiative_id != found.id:
        raise NotFound
    return Loaded((found, membership), found.id)
