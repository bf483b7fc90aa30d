"""Cookies: the session's, and that of an open question for a passkey. Their names and flags."""

from starlette.requests import Request
from starlette.responses import Response

from accounts.rules import CHALLENGE_LIVES, SESSION_LIVES
from kit.settings import settings


def cookie_name() -> str:
    """`__Host-` binds the cookie to this host and to https; browsers refuse that prefix on plain http."""
    return "__Host-dialogwerk" if settings().https else "dialogwerk"


def read(request: Request) -> str:
    """The session token that the browser sent, "" without one."""
    return request.cookies.get(cookie_name(), "")


def put(response: Response, token: str) -> Response:
    """Hands the browser its session token."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=int(SESSION_LIVES.total_seconds()),
        path="/",
        secure=settings().https,
        httponly=True,
        samesite="lax",
    )
    return response


def drop(response: Response) -> Response:
    """Tells the browser to forget its session token."""
    response.delete_cookie(cookie_name(), path="/", secure=settings().https, httponly=True, samesite="lax")
    return response


def question_name() -> str:
    return "__Host-dialogwerk-passkey" if settings().https else "dialogwerk-passkey"


def read_question(request: Request) -> str:
    """The token of the question that this browser was asked, "" without one."""
    return request.cookies.get(question_name(), "")


def put_question(response: Response, token: str) -> Response:
    """Ties an open question to the browser that asked for it."""
    response.set_cookie(
        question_name(),
        token,
        max_age=int(CHALLENGE_LIVES.total_seconds()),
        path="/",
        secure=settings().https,
        httponly=True,
        samesite="strict",
    )
    return response
