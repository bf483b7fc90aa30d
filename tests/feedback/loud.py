"""The product's commands with every line of their logs written, also those that are switched off as it comes.

Started as `python -m tests.feedback.loud serve --port N` in place of `web.cli`.
"""

import logging
import sys

from web import app
from web.cli import main
from web.commands import processes


def set_up_logs() -> None:
    app.set_up_logs()
    for name in ("", "dbos", "dialogwerk", "psycopg"):
        logging.getLogger(name).setLevel(logging.DEBUG)


if __name__ == "__main__":
    processes.set_up_logs = set_up_logs
    sys.exit(main())
