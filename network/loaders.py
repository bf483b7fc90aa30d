"""Finding what an address names."""

from collections.abc import Mapping

from kit.clock import now
from kit.db import ScopedSession
from kit.endpoint import Loaded
from kit.errors import NotFound
from network import queries
from network.operations import InvitationGone
from network.rules import invitation_open


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


def load_invitation(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The invitation named by `{invitation}` into the team of `{initiative}`. Raises NotFound."""
    found = queries.initiative_by_slug(session, params["initiative"])
    invitation = queries.invitation_by_id(session, params["invitation"])
    if found is None or invitation is None or invitation.initiative_id != found.id:
        raise NotFound
    return Loaded((found, invitation), found.id)


def load_invitation_by_token(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The open invitation of `{token}`. Of no initiative: who accepts is signed in as well. Raises InvitationGone."""
    found = queries.invitation_by_token(session, params["token"])
    if found is None or not invitation_open(expires_at=found.expires_at, now=now()):
        raise InvitationGone
    return Loaded(found, None)
