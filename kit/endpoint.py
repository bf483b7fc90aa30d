"""The edge: reads the form, opens the session, guards, loads, calls the endpoint, commits once, answers.

An endpoint is a plain function `(call) -> answer`. It returns a page (a dataclass with a template), an `Answer`, or a
Starlette response. Whatever ends with a status of 400 or more is rolled back.
"""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote_to_bytes

import anyio
import anyio.to_thread
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, ImmutableMultiDict, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kit import i18n, rates
from kit.clock import now
from kit.db import Database, Scope, ScopedSession, narrow_to, wide
from kit.errors import BadRequest, NotFound, TooMany
from kit.registry import Declared
from kit.settings import settings
from kit.templates import render

FORM_BYTES = 1_000_000
UPLOAD_BYTES = 3_000_000
_ODD = re.compile("[\\0-\\x1f\\ud800-\\udfff]")
# What the cache of finished pages looks for, and what browsers do with such a page: ask each time.
PUBLIC_CACHE = "public, max-age=0, must-revalidate"


@dataclass(frozen=True)
class Loaded:
    """What a loader found: the thing, and the initiative it belongs to (None: of no initiative).

    A row in `initiative` is held while the request is answered, so the session does not read it again.
    """

    thing: Any
    initiative_id: str | None
    initiative: Any = None


@dataclass
class Call:
    """One request, as an endpoint sees it."""

    request: Request
    session: ScopedSession
    database: Database
    now: datetime
    viewer: Any
    thing: Any
    initiative_id: str | None
    form: FormData
    language: str

    @property
    def params(self) -> dict[str, str]:
        return self.request.path_params

    @property
    def query(self) -> ImmutableMultiDict[str, str]:
        return self.request.query_params


@dataclass(frozen=True)
class Answer:
    """A page with a status other than 200, or with headers and cookies."""

    page: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Endpoint = Callable[[Call], Any]


def see_other(location: str) -> Response:
    """The answer to a form that did something."""
    return RedirectResponse(location, status_code=303)


SCOPE_OF_PERMISSION = {
    "public": "public",
    "token": "token",
    "signed_in": "person",
    "desk": "person",
    "member": "person",
    "team": "person",
    "observer": "person",
    "reader": "person",
    "helper": "person",
    "organiser": "person",
    "owner": "person",
    "demo": "public",
    "operator": "figures",
}


class Edge:
    """Builds the Starlette endpoint of each declared route.

    `identify(session, request, now)` names the viewer; `permit(declared, viewer, initiative_id)` raises or returns.
    """

    def __init__(
        self,
        database: Database,
        identify: Callable[[ScopedSession, Request, datetime], Any],
        permit: Callable[[Declared, Any, str | None], None],
    ) -> None:
        self.database = database
        self.identify = identify
        self.permit = permit
        self.write_limiter = anyio.CapacityLimiter(1 if database.sqlite else 8)
        self.read_limiter = anyio.CapacityLimiter(8)

    def endpoint(self, declared: Declared) -> Callable[[Request], Any]:
        async def handle(request: Request) -> Response:
            refuse_odd_text(request)
            reader = read_upload if declared.uploads else read_form
            form = await reader(request) if declared.changes_state else FormData()
            limiter = self.write_limiter if declared.changes_state else self.read_limiter
            response = await anyio.to_thread.run_sync(
                functools.partial(self._run, declared, request, form), limiter=limiter
            )
            if declared.cache == "public" and response.status_code == 200:
                response.headers["cache-control"] = PUBLIC_CACHE
            return response

        handle.__name__ = declared.endpoint.__name__
        return handle

    def _run(self, declared: Declared, request: Request, form: FormData) -> Response:
        if _sends_sign_in_links(declared):
            rates.count(self.database, bucket="sign_in", key=network_address(request), now=now())
        scope = wide(SCOPE_OF_PERMISSION[declared.permission])
        try:
            if not declared.changes_state:
                with self.database.read(scope, shows=declared.permission in ("public", "token")) as session:
                    return self._answer(declared, request, form, session)

            # The rollback of a refusal is a return from inside the transaction, not an exception.
            def work(session: ScopedSession) -> Response:
                response = self._answer(declared, request, form, session)
                if response.status_code >= 400:
                    session.rollback()
                return response

            return self.database.transact(scope, work)
        except NotFound:
            if declared.permission == "token" and self._fails_often(request):
                raise TooMany from None
            raise

    def _fails_often(self, request: Request) -> bool:
        """Counts a link that opens nothing. Links that open something are never counted: a company is one address."""
        key, moment = network_address(request), now()
        rates.count(self.database, bucket="failed_token", key=key, now=moment)
        with self.database.read(wide("token")) as session:
            counted = rates.counted(session, bucket="failed_token", key=key, now=moment)
        return counted > settings().failed_tokens_per_hour

    def _refuse_often(self, declared: Declared, request: Request, session: ScopedSession) -> None:
        """Sign-in links are limited for each network address."""
        if not _sends_sign_in_links(declared):
            return
        if (
            rates.counted(session, bucket="sign_in", key=network_address(request), now=now())
            > settings().sign_ins_per_hour
        ):
            raise TooMany

    def _answer(self, declared: Declared, request: Request, form: FormData, session: ScopedSession) -> Response:
        self._refuse_often(declared, request, session)
        moment = now()
        language = i18n.current()
        # Whoever holds a link is nobody else at the same time: a survey's answer must not share its commit with the
        # mark of somebody's last visit. Public pages are the same for all.
        anonymous = declared.permission == "token" or declared.cache == "public"
        viewer = None if anonymous else self.identify(session, request, moment)
        loaded = Loaded(None, None)
        if declared.permission not in ("public", "token"):
            self.permit(declared, viewer, None)
        if declared.loads is not None:
            loaded = declared.loads(session, request.path_params)
            if declared.permission not in ("public", "token"):
                self.permit(declared, viewer, loaded.initiative_id)
        if loaded.initiative_id is not None:
            narrow_to(session, loaded.initiative_id)
        if declared.rate == "session" and viewer is not None and viewer.signed_in:
            _count_change(session, viewer.actor, moment)
        call = Call(request, session, self.database, moment, viewer, loaded.thing, loaded.initiative_id, form, language)
        return to_response(declared.endpoint(call))


def _count_change(session: ScopedSession, actor: str, moment: datetime) -> None:
    """What a script in somebody's session may do has an end; what is refused takes nothing from it."""
    rates.add(session, bucket="change", key=actor, now=moment)
    if rates.counted(session, bucket="change", key=actor, now=moment) > settings().changes_per_hour:
        raise TooMany


def _sends_sign_in_links(declared: Declared) -> bool:
    return declared.rate == "sign_in" and declared.changes_state


def network_address(request: Request) -> str:
    """Where a request came from; behind a proxy only a trusted one may say so (settings)."""
    return request.client.host if request.client else ""


def to_response(answer: Any) -> Response:
    """A page becomes HTML; a response stays what it is."""
    if isinstance(answer, Response):
        return answer
    if isinstance(answer, Answer):
        return HTMLResponse(render(answer.page), status_code=answer.status, headers=answer.headers)
    return HTMLResponse(render(answer))


def refuse_odd_text(request: Request) -> None:
    """Control characters in an address name nothing that exists."""
    # The path as a whole: a line feed at its end is no part of a parameter, and patterns of routes overlook it.
    values = (request.scope["path"], *request.query_params.keys(), *request.query_params.values())
    if any(_ODD.search(str(value)) for value in values):
        raise NotFound
    if len(request.scope["query_string"].decode()) > 4000:
        raise BadRequest


async def read_form(request: Request) -> FormData:
    """The posted form. Raises BadRequest for what is not one, HTTPException 413 when it is too large."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind == b"" and request.headers.get("content-length", "") in ("", "0"):
        return FormData()
    charset = options.get(b"charset", b"utf-8").lower()
    if kind not in (b"application/x-www-form-urlencoded", b"multipart/form-data") or charset != b"utf-8":
        raise BadRequest
    body = await _body(request, FORM_BYTES)
    try:
        _refuse_broken(body, options.get(b"boundary") if kind == b"multipart/form-data" else None)
    except UnicodeDecodeError as error:
        raise BadRequest from error
    form = await _parsed(request, body, max_files=0)
    # PostgreSQL cannot look for a NUL, and nobody types one.
    return FormData([(name, value.replace("\0", "")) for name, value in form.multi_items() if isinstance(value, str)])


async def read_upload(request: Request) -> FormData:
    """The file of a form as bytes, by the name of its field; nothing where none was chosen. Raises as `read_form` does."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data":
        return FormData()
    body = await _body(request, UPLOAD_BYTES)
    if b"--" + options.get(b"boundary", b"") + b"--" not in body:
        raise BadRequest
    form = await _parsed(request, body, max_files=1)
    files = [(name, value) for name, value in form.multi_items() if isinstance(value, UploadFile)]
    found: list[Any] = [(name, await value.read()) for name, value in files]
    await form.close()
    return FormData(found)


async def _body(request: Request, most: int) -> bytes:
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        raise HTTPException(413)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                raise HTTPException(413)
    except ClientDisconnect as error:
        raise BadRequest from error
    return bytes(body)


async def _parsed(request: Request, body: bytes, *, max_files: int) -> FormData:
    async def whole() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        again = Request(request.scope, whole)
        return await again.form(max_files=max_files, max_fields=400, max_part_size=FORM_BYTES)
    except HTTPException as error:
        if error.status_code == 413:
            raise
        raise BadRequest from error
    except (MultiPartException, ClientDisconnect, ValueError, KeyError, LookupError) as error:
        raise BadRequest from error


def _refuse_broken(body: bytes, boundary: bytes | None) -> None:
    """What the parser would take: broken UTF-8, read as Latin-1, which nobody typed; the parts of a form that was cut off.

    Raises BadRequest and UnicodeDecodeError.
    """
    (unquote_to_bytes(body) if boundary is None else body).decode()
    if boundary is not None and b"--" + boundary + b"--" not in body:
        raise BadRequest


def background(database: Database, scope: Scope, work: Callable[[ScopedSession], Any]) -> Any:
    """One transaction outside a request."""
    return database.transact(scope, work, background=True)
