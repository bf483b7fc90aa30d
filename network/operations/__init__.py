"""The only writers of initiatives and teams: one function per verb."""

from network.operations.account import LastAtDesk, StillNeeded, erase_account
from network.operations.initiatives import (
    InitiativeTexts,
    NewInitiative,
    SlugTaken,
    change_initiative,
    create_admin,
    create_initiative,
    ensure_operator,
)
from network.operations.notes import note_barrier
from network.operations.team import (
    AlreadyInvited,
    AlreadyMember,
    InvitationGone,
    InvitedOften,
    LastOwner,
    accept_invitation,
    add_member,
    change_role,
    forget_invitations,
    invite,
    invite_again,
    remove_member,
    withdraw_invitation,
)

__all__ = [
    "AlreadyInvited",
    "AlreadyMember",
    "InitiativeTexts",
    "InvitationGone",
    "InvitedOften",
    "LastAtDesk",
    "LastOwner",
    "NewInitiative",
    "SlugTaken",
    "StillNeeded",
    "accept_invitation",
    "add_member",
    "change_initiative",
    "change_role",
    "create_admin",
    "create_initiative",
    "ensure_operator",
    "erase_account",
    "forget_invitations",
    "invite",
    "invite_again",
    "note_barrier",
    "remove_member",
    "withdraw_invitation",
]
