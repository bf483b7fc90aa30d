"""How many answered, in words: the share of the invited counts only what came by invitation."""

from typing import Protocol

from feedback.pictures import part_of
from kit.i18n import _, format_number, ngettext


class Opened(Protocol):
    """A survey that may have a link."""

    link_version: int


class Answered(Protocol):
    """A result, or a page of one. `by_invitation` is None where it is not told."""

    @property
    def answers(self) -> int: ...
    @property
    def invited(self) -> int: ...
    @property
    def by_invitation(self) -> int | None: ...


def by_link_alone(survey: Opened, invited: int) -> bool:
    """Whether nobody was invited: then nobody knows who saw the questions."""
    return survey.link_version > 0 and not invited


def counted(found: Answered, *, linked: bool) -> str:
    """How many have answered, of how many where that is known, as a sentence; with a link it has no end."""
    if linked:
        return total(found.answers)
    if found.by_invitation is None:
        return ngettext(
            "%(num)d Antwort. Antworten konnte man auch ohne Einladung.",
            "%(num)d Antworten. Antworten konnte man auch ohne Einladung.",
            found.answers,
        ) % {"num": found.answers}
    if found.by_invitation < found.answers:
        return f"{_two_ways(found, found.by_invitation)}."
    return _("%(answers)s von %(invited)s Eingeladenen haben geantwortet.") % {
        "answers": format_number(found.answers),
        "invited": format_number(found.invited),
    }


def short(found: Answered, *, linked: bool) -> str:
    """The same in a few words."""
    if linked or found.by_invitation is None or not found.invited:
        return total(found.answers)
    if found.by_invitation < found.answers:
        return _two_ways(found, found.by_invitation)
    return _("%(count)s von %(number)s") % {
        "count": format_number(found.answers),
        "number": format_number(found.invited),
    }


def beside(found: Answered) -> str:
    """What stands below the number of answers; "" where nothing is known of the invited."""
    if found.by_invitation is None or not found.invited:
        return ""
    if found.by_invitation < found.answers:
        return _("%(number)s auf Einladung") % {"number": format_number(found.by_invitation)}
    return _("%(part)s der Gefragten") % {"part": part_of(found.answers, found.invited)}


def share(found: Answered) -> str:
    """Which part of the invited answered by invitation, and how many answers came otherwise; "" where it is not told."""
    if found.by_invitation is None:
        return ""
    part = part_of(found.by_invitation, found.invited)
    others = found.answers - found.by_invitation
    if not others:
        return _("%(share)s haben geantwortet.") % {"share": part}
    return _("%(share)s haben auf die Einladung geantwortet. %(number)s weitere Antworten kamen ohne Einladung.") % {
        "share": part,
        "number": format_number(others),
    }


def silence(found: Answered, *, linked: bool) -> str:
    """What is not known of those who did not answer; "" where all did."""
    if linked:
        return _(
            "Antworten konnten alle, die den Link hatten. Wie viele ihn sahen und nicht antworteten, wissen wir nicht."
        )
    if found.by_invitation is None:
        return _(
            "Antworten konnte man auch ohne Einladung. Wie viele Eingeladene antworteten, sagen wir nicht: Auf einem Weg kamen weniger als fünf."
        )
    silent = found.invited - found.by_invitation
    if not silent:
        return ""
    if found.by_invitation < found.answers:
        return ngettext(
            "%(num)d Einladung blieb ungenutzt. Ob die Person anders geantwortet hat, etwa im Raum oder auf Papier, wissen wir nicht.",
            "%(num)d Einladungen blieben ungenutzt. Ob diese Menschen anders geantwortet haben, etwa im Raum oder auf Papier, wissen wir nicht.",
            silent,
        ) % {"num": silent}
    return ngettext(
        "%(num)d eingeladene Person hat nicht geantwortet. Wie sie denkt, wissen wir nicht.",
        "%(num)d eingeladene Personen haben nicht geantwortet. Wie sie denken, wissen wir nicht.",
        silent,
    ) % {"num": silent}


def total(answers: int) -> str:
    return ngettext("%(num)d Antwort", "%(num)d Antworten", answers) % {"num": answers}


def _two_ways(found: Answered, by_invitation: int) -> str:
    """At least five came each way."""
    return _("%(answers)s Antworten, davon %(count)s auf %(invited)s Einladungen") % {
        "answers": format_number(found.answers),
        "count": format_number(by_invitation),
        "invited": format_number(found.invited),
    }
