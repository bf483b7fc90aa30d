"""Published figures as a table, and what its columns mean. Any page of the web may read both."""

import json

from starlette.responses import Response

from events.open_data import LICENCE
from feedback import open_results
from kit.endpoint import Call
from kit.etag import tagged
from kit.registry import route
from kit.sheets import csv_rows


def show_table(call: Call) -> Response:
    """The figures that organisers told in public."""
    rows = open_results.lines(open_results.told(call.session, call.now))
    content = b"".join(csv_rows(tuple(open_results.COLUMNS), rows))
    return tagged(call.request, content, "text/csv; charset=utf-8", Access_Control_Allow_Origin="*")


def show_codebook(call: Call) -> Response:
    """What the columns mean."""
    data = json.dumps(open_results.codebook() | {"licence": LICENCE}, ensure_ascii=False, indent=1)
    return tagged(call.request, data.encode(), "application/json", Access_Control_Allow_Origin="*")


ROUTES = [
    route("GET", "/ergebnisse.csv", show_table, permission="public"),
    route("GET", "/ergebnisse.json", show_codebook, permission="public"),
]
