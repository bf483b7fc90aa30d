"""Who may pass: every permission against every kind of viewer."""

import pytest

from kit.errors import Forbidden, NotFound, SignInNeeded
from kit.lands import LANDS, land_choices
from kit.registry import PERMISSIONS, route
from network.guards import NOBODY, Viewer, permit
from network.rules import slug_fits
from tests.conftest import environment

HERE, THERE = "here", "there"
VIEWERS = {
    "nobody": NOBODY,
    "foreign": Viewer("f", roles={THERE: "owner"}),
    "desk": Viewer("d", desk=True),
    "reader": Viewer("r", roles={HERE: "reader"}),
    "observer": Viewer("b", roles={HERE: "observer"}),
    "helper": Viewer("h", roles={HERE: "helper"}),
    "organiser": Viewer("o", roles={HERE: "organiser"}),
    "owner": Viewer("w", roles={HERE: "owner"}),
}
# For each permission: nobody, foreign, desk, reader, observer, helper, organiser, owner.
EXPECTED = {
    "public": "ok ok ok ok ok ok ok ok",
    "token": "ok ok ok ok ok ok ok ok",
    "signed_in": "in ok ok ok ok ok ok ok",
    "desk": "in 403 ok 403 403 403 403 403",
    "member": "in 404 404 ok ok ok ok ok",
    "team": "in 404 404 ok 403 ok ok ok",
    "observer": "in 404 404 ok ok 403 ok ok",
    "reader": "in 404 404 ok 403 403 ok ok",
    "helper": "in 404 404 403 403 ok ok ok",
    "organiser": "in 404 404 403 403 403 ok ok",
    "owner": "in 404 404 403 403 403 403 ok",
    "demo": "404 404 404 404 404 404 404 404",
    "operator": "404 404 404 404 404 404 404 404",
}


def outcome(permission: str, viewer: Viewer, method: str = "GET") -> str:
    declared = route(
        method, "/", lambda call: None, permission=permission, loads=lambda s, p: None, changes_state=method == "POST"
    )
    try:
        permit(declared, viewer, HERE)
    except SignInNeeded:
        return "in"
    except (Forbidden, NotFound) as refused:
        return str(refused.status)
    return "ok"


def test_every_permission_is_expected() -> None:
    assert set(EXPECTED) == set(PERMISSIONS)


@pytest.mark.parametrize("permission", EXPECTED)
def test_permissions(permission: str) -> None:
    with environment(DIALOGWERK_ENV="test"):
        assert " ".join(outcome(permission, viewer) for viewer in VIEWERS.values()) == EXPECTED[permission]
        posted = " ".join(outcome(permission, viewer, "POST") for viewer in VIEWERS.values())
        assert posted == EXPECTED[permission].replace("in", "403")
    with environment(DIALOGWERK_ENV="demo"):
        assert outcome("demo", NOBODY) == "ok"


def test_roles_are_asked_only_once_the_initiative_is_known() -> None:
    declared = route("GET", "/", lambda call: None, permission="owner", loads=lambda s, p: None)
    permit(declared, VIEWERS["foreign"], None)
    with pytest.raises(SignInNeeded):
        permit(declared, NOBODY, None)


@pytest.mark.parametrize(
    ("slug", "fits"),
    [
        ("ems", True),
        ("a-1", True),
        ("a", False),
        ("a--b", False),
        ("-ab", False),
        ("Ab", False),
        ("ä-b", False),
        ("a" * 81, False),
    ],
)
def test_slugs(slug: str, fits: bool) -> None:
    assert slug_fits(slug) == fits


def test_sixteen_lands() -> None:
    assert (len(LANDS), len({land.ags for land in LANDS.values()}), len({land.nuts for land in LANDS.values()})) == (
        16,
    ) * 3
    assert [name for _code, name in land_choices()][:2] == ["Baden-Württemberg", "Bayern"]
