"""The product, which dies by SIGKILL at one place of an answer to a survey, named by the last word of the command.

Started as `python -m tests.spine.midway serve --port N PLACE`: `sheet` is after the mark and before the sheet, `commit`
after both and before they are kept, `answer` when they are kept and nobody has been told.
"""

import os
import signal
import sys
from typing import Any

from feedback import operations
from feedback.models import AnswerSheet
from kit.db import Database
from kit.endpoint import Response

PLACES = ("sheet", "commit", "answer")


def die(*_arguments: Any, **_values: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def arm(place: str) -> None:
    """Makes this process die at `place`, once an answer gets there."""
    answer, transact = operations.answer, Database.transact

    def answered(*arguments: Any, **values: Any) -> None:
        answer(*arguments, **values)
        die()

    def transacted(*arguments: Any, **values: Any) -> Any:
        result = transact(*arguments, **values)
        return (
            die() if isinstance(result, Response) and result.headers.get("location", "").endswith("/danke") else result
        )

    if place == "sheet":
        assert AnswerSheet is operations.AnswerSheet
        operations.AnswerSheet = die  # type: ignore[misc,assignment]
    elif place == "commit":
        operations.answer = answered
    else:
        Database.transact = transacted  # type: ignore[method-assign,assignment]


if __name__ == "__main__":
    arm(sys.argv.pop())
    from web.cli import main

    sys.exit(main())
