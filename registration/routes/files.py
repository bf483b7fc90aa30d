"""Lists and other files about a dialogue: at once where that is quick, otherwise made in the background and fetched here."""

from collections.abc import Mapping
from typing import Any

import anyio.to_thread
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from events import queries as events
from events.models import Dialogue
from events.operations import lock_dialogue
from kit import downloads, i18n
from kit.db import ScopedSession
from kit.downloads import Download
from kit.endpoint import Call, Loaded, see_other
from kit.errors import BadRequest, NotFound, Refused
from kit.frames import workspace_frame
from kit.i18n import _
from kit.journal import audit
from kit.registry import route
from kit.sheets import csv_rows, xlsx
from kit.text import file_name
from kit.zones import local
from network import queries as network
from registration import list_queries, tables
from registration.desk_pages import Sign
from registration.file_pages import FileRow, FilesPage
from registration.files import TYPES, new_file, suffix, titles
from registration.routes.desk import PART as LIST_PART
from registration.routes.dialogues import BASE, head_of, load_live_dialogue

PART = "dateien"
ONE = f"{BASE}/{PART}/{{download}}"


class NotReady(Refused):
    """The file is still being made, or could not be."""

    def default(self) -> str:
        return _("Diese Datei ist noch nicht fertig. Bitte laden Sie die Seite der Dateien neu.")


def load_file(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The dialogue and the file that an address names. Raises NotFound."""
    loaded = load_live_dialogue(session, params)
    found = downloads.by_id(session, params["download"])
    if found is None or found.object_id != loaded.thing.id:
        raise NotFound
    return Loaded((loaded.thing, found), loaded.initiative_id)


class TableFile(Response):
    """The list, read after the transaction: nobody waits for the database meanwhile. CSV leaves as it is read."""

    def __init__(self, call: Call, kind: str) -> None:
        super().__init__()
        dialogue: Dialogue = call.thing
        with i18n.use(call.language):
            columns = tables.columns()
            self.sheet = _("Anmeldungen")
        self.columns = [label for label, _width in columns]
        self.widths = [width for _label, width in columns]
        self.rows = tables.rows(call.database, dialogue, call.language)
        self.suffix = suffix(kind)
        self.file_name = file_name(f"{self.sheet} {dialogue.title}", self.suffix)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = attached(self.file_name)
        answer: Response
        if self.suffix == ".csv":
            answer = StreamingResponse(csv_rows(self.columns, self.rows), media_type=TYPES[".csv"], headers=headers)
        else:
            content = await anyio.to_thread.run_sync(
                lambda: xlsx(self.columns, self.rows, name=self.sheet, widths=self.widths)
            )
            answer = Response(content, media_type=TYPES[self.suffix], headers=headers)
        await answer(scope, receive, send)


def attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def download_list(call: Call) -> Response:
    """The list in the chosen form. Every download is recorded."""
    dialogue: Dialogue = call.thing
    kind = str(call.form.get("format", "csv"))
    if kind not in titles():
        raise BadRequest
    number = list_queries.people_counted(call.session, dialogue.id)
    if kind in ("csv", "xlsx") and number <= tables.AT_ONCE:
        record(call, dialogue, "list.download", f"{kind}, {number} people")
        return TableFile(call, kind)
    title, choice = titles()[kind], {}
    if kind in ("door", "signatures"):
        wanted = str(call.form.get("offer", ""))
        offer = next((one for one in events.offers_of(call.session, dialogue.id) if one.key == wanted), None)
        if wanted and offer is None:
            raise BadRequest
        choice = {"offer": "" if offer is None else offer.id}
        if offer is not None and offer.title:
            title = f"{title}: {offer.title}"
    return order(call, new_file(dialogue, kind=kind, choice=choice, title=title[:200], language=call.language))


def order(call: Call, download: Download) -> Response:
    """Orders a file and leads to where it will be."""
    # Held, so that of two orders at once the second sees the first.
    dialogue = lock_dialogue(call.session, call.thing.id)
    downloads.order(call.session, download=download, now=call.now)
    record(call, dialogue, "file.order", download.kind)
    return see_other(f"{head_of(call, dialogue, '').path}/{PART}")


def record(call: Call, dialogue: Dialogue, action: str, detail: str) -> None:
    """Who took which list when."""
    audit(
        call.session,
        initiative_id=dialogue.initiative_id,
        actor=call.viewer.actor,
        action=action,
        object_kind="dialogue",
        object_id=dialogue.id,
        detail=detail,
        now=call.now,
    )


def index(call: Call) -> FilesPage:
    """The files of a dialogue, ready or in the making."""
    dialogue: Dialogue = call.thing
    top = head_of(call, dialogue, LIST_PART)
    path = f"{top.path}/{PART}"
    found = downloads.of_object(call.session, dialogue.id)
    ids = {person for file in found for person, _sentence in file.notes}
    names = {person.id: person.name or "" for person in list_queries.people_by_id(call.session, sorted(ids))}
    initiative = network.initiative(call.session, dialogue.initiative_id)
    return FilesPage(
        frame=workspace_frame(call, nav="overview", initiative=initiative),
        head=top,
        path=path,
        list_path=f"{top.path}/{LIST_PART}",
        files=tuple(_row(file, dialogue, path, names) for file in found),
        waiting=any(file.state in (downloads.State.WAITING, downloads.State.WORKING) for file in found),
        done=_("Die Datei ist gelöscht.") if call.query.get("neu") == "geloescht" else "",
    )


def _row(file: Download, dialogue: Dialogue, path: str, names: Mapping[str, str]) -> FileRow:
    ready = file.state == downloads.State.READY
    return FileRow(
        id=file.id,
        title=_("%(title)s (%(kind)s)") % {"title": file.title, "kind": suffix(file.kind)[1:].upper()},
        sign=_signs()[file.state],
        working=file.state == downloads.State.WORKING,
        total=file.total,
        done=file.done,
        kilobytes=-(-file.size // 1000),
        until=local(file.expires_at, dialogue.zone),
        looks=tuple((names[person], sentence) for person, sentence in file.notes if person in names),
        fetch_path=f"{path}/{file.id}/abruf" if ready else "",
        drop_path=f"{path}/{file.id}/ende",
    )


def _signs() -> dict[str, Sign]:
    return {
        downloads.State.WAITING: Sign("waiting", _("Wartet"), "hourglass_top"),
        downloads.State.WORKING: Sign("task", _("Wird erstellt"), "hourglass_top"),
        downloads.State.READY: Sign("free", _("Fertig"), "check_circle"),
        downloads.State.FAILED: Sign("off", _("Hat nicht geklappt"), "block"),
    }


def fetch(call: Call) -> Response:
    """A finished file. Every download is recorded."""
    dialogue, file = call.thing
    if file.state != downloads.State.READY or file.expires_at <= call.now:
        raise NotReady
    record(call, dialogue, "list.download", f"{file.kind}, {file.total} people")
    return Response(
        downloads.content(call.session, file.id),
        media_type=TYPES[suffix(file.kind)],
        headers=attached(file.file_name),
    )


def drop(call: Call) -> Any:
    """Ends a file: one in the making is not made, a finished one goes."""
    dialogue, file = call.thing
    record(call, dialogue, "file.drop", file.kind)
    downloads.drop(call.session, download=file)
    return see_other(f"{head_of(call, dialogue, '').path}/{PART}?neu=geloescht")


ROUTES = [
    route(
        "POST",
        f"{BASE}/{LIST_PART}/tabelle",
        download_list,
        permission="organiser",
        loads=load_live_dialogue,
        changes_state=True,
        rate="session",
    ),
    route("GET", f"{BASE}/{PART}", index, permission="organiser", loads=load_live_dialogue),
    route(
        "POST",
        f"{ONE}/abruf",
        fetch,
        permission="organiser",
        loads=load_file,
        changes_state=True,
        rate="session",
    ),
    route("POST", f"{ONE}/ende", drop, permission="organiser", loads=load_file, changes_state=True, rate="session"),
]
