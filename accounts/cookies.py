"""The session cookie: its name and its flags."""

from starlette.requests import Request
from starlette.responses import Response

from accounts.rules import SESSION_LIVES
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
