"""Answers that programs ask for again and again: a weak tag of their bytes, and 304 for whoever has them."""

import hashlib
import re

from starlette.requests import Request
from starlette.responses import Response


def tagged(request: Request, data: bytes, media_type: str, **headers: str) -> Response:
    """The bytes with their tag, good for five minutes. What depends on the language depends on a cookie."""
    tag = f'W/"{hashlib.sha256(data).hexdigest()[:32]}"'
    always = {"ETag": tag, "Cache-Control": "public, max-age=300", "Vary": "Cookie"}
    always |= {name.replace("_", "-"): value for name, value in headers.items()}
    known = re.findall(r'(?:W/)?"[^"]*"', request.headers.get("if-none-match", ""))
    if tag.removeprefix("W/") in {entry.removeprefix("W/") for entry in known}:
        return Response(status_code=304, headers=always)
    return Response(data, media_type=media_type, headers=always)
