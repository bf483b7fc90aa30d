"""What surrounds the pages: the public frame and the workspace's, from one call."""

from typing import Any

from kit.endpoint import Call
from kit.i18n import _
from kit.settings import settings
from kit.templates import Frame, Rail, RailEntry

DEMO_ROLES = ("desk", "owner", "organiser", "helper")


def demo_roles() -> tuple[tuple[str, str], ...]:
    """The sign-in buttons of the demo banner; empty outside the demo."""
    if not settings().demo:
        return ()
    labels = {
        "desk": _("Servicestelle"),
        "owner": _("Inhaberin"),
        "organiser": _("Projektleitung"),
        "helper": _("Einlass"),
    }
    return tuple((key, labels[key]) for key in DEMO_ROLES)


def _address(call: Call) -> str:
    """The path of the request as a link has it."""
    path: str = call.request.scope["path"]
    return path.replace("?", "%3F").replace("#", "%23").replace("\\", "%5C")


def public_frame(
    call: Call, *, here: str = "", initiative: Any = None, privacy: str = "/datenschutz", path: str = ""
) -> Frame:
    """The frame of a page for everybody. `path` replaces the request's address where that one only takes a POST.

    Public pages are the same for all visitors, so nothing of the viewer stands in it.
    """
    config = settings()
    return Frame(
        path=path or _address(call),
        query="" if path else call.request.scope["query_string"].decode(),
        here=here,
        operator=config.operator["name"],
        funding_line=(initiative.funding_line if initiative is not None else "") or config.funding_line,
        ministry=config.ministry_name,
        demo_roles=demo_roles(),
        imprint=f"/initiativen/{initiative.slug}/impressum" if initiative is not None else "",
        imprint_name=initiative.name if initiative is not None else "",
        privacy=privacy,
    )


def _owned(home: str, nav: str) -> list[RailEntry]:
    """Where an owner goes in the initiative at this address."""
    return [
        RailEntry(f"{home}team", "groups", _("Team"), nav == "team"),
        RailEntry(f"{home}einstellungen", "settings", _("Einstellungen"), nav == "settings"),
    ]


def workspace_frame(call: Call, *, nav: str = "", initiative: Any = None, path: str = "") -> Frame:
    """The frame of the workspace. `nav` is the current entry of the rail: overview, surveys, team, settings, account."""
    config = settings()
    rail = None
    if initiative is not None:
        home = f"/arbeitsplatz/{initiative.slug}/"
        role = call.viewer.roles.get(initiative.id, "")
        entries = [RailEntry(home, "event_available", _("Dialoge"), nav == "overview")]
        # Whatever a page leads to must open for this role; the words of roles are in `network.words`.
        if role != "helper":
            entries.append(RailEntry(f"{home}umfragen", "bar_chart", _("Umfragen"), nav == "surveys"))
        if role == "owner":
            entries += _owned(home, nav)
        entries.append(RailEntry("/arbeitsplatz/konto", "account_circle", _("Ihr Konto"), nav == "account"))
        rail = Rail(
            name=initiative.name,
            entries=tuple(entries),
            accent=initiative.accent,
            logo=initiative.logo,
            switch_path="/arbeitsplatz/" if len(call.viewer.roles) > 1 else "",
        )
    elif call.viewer is not None and (call.viewer.desk or nav == "account"):
        entries = []
        if call.viewer.desk:
            entries.append(RailEntry("/servicestelle/", "public", _("Initiativen"), nav == "desk"))
        if call.viewer.roles or not call.viewer.desk:
            entries.append(RailEntry("/arbeitsplatz/", "event_available", _("Dialoge")))
        # Of several initiatives one chooses first which.
        if list(call.viewer.roles.values()) == ["owner"]:
            (slug,) = call.viewer.slugs.values()
            entries += _owned(f"/arbeitsplatz/{slug}/", nav)
        entries.append(RailEntry("/arbeitsplatz/konto", "account_circle", _("Ihr Konto"), nav == "account"))
        rail = Rail(
            name=config.operator["name"] if call.viewer.desk else call.viewer.shown_name, entries=tuple(entries)
        )
    return Frame(
        path=path or _address(call),
        query="" if path else call.request.scope["query_string"].decode(),
        here="workspace",
        person=(call.viewer.name or call.viewer.email) if call.viewer is not None else "",
        operator=config.operator["name"],
        funding_line=config.funding_line,
        ministry=config.ministry_name,
        demo_roles=demo_roles(),
        rail=rail,
    )
