"""backup, restore, thaw: a whole copy of the installation, and the way back."""

import argparse
import sys
from pathlib import Path

from accounts.rules import OPERATOR_INITIATIVE_ID
from kit import clock
from kit.db import ScopedSession, database, wide
from kit.journal import SYSTEM, audit
from kit.settings import SettingsError
from mail import operations as mail
from web import backup as copies
from web import erasures
from web.schema import schema_fault


def backup(args: argparse.Namespace) -> int:
    """Writes the copy; exit 1 with one sentence when that is not possible."""
    _refuse_without_schema()
    try:
        rows = copies.save(database(), Path(args.file), clock.now())
    except copies.BackupError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{args.file}: {rows} rows. Keep {erasures.journal()} beside it, not in it.")
    return 0


def restore(args: argparse.Namespace) -> int:
    """Fills an empty database; exit 1 with one sentence, and nothing changed, when that is not possible."""
    _refuse_without_schema()
    journal = Path(args.erasures) if args.erasures else erasures.journal()
    if args.erasures and not journal.exists():
        print(f"{journal} does not exist. Nothing was changed.", file=sys.stderr)
        return 1
    try:
        done = copies.restore(database(), Path(args.file), erasures.read(journal), clock.now())
    except copies.BackupError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{done.rows} rows.")
    if journal.exists():
        print(f"Erased again, by {journal}: {done.erased}.")
    else:
        print(f"No journal of erasures at {journal}. If another machine has one: restore --erasures FILE.")
    print(f"The outbox is frozen; {done.letters} letters wait. When you are sure, type: dialogwerk thaw")
    return 0


def thaw(_args: argparse.Namespace) -> int:
    """Lets letters go again."""
    _refuse_without_schema()

    def work(session: ScopedSession) -> int | None:
        waiting = mail.thaw(session, now=clock.now())
        if waiting is not None:
            audit(
                session,
                initiative_id=OPERATOR_INITIATIVE_ID,
                actor=SYSTEM,
                action="thaw",
                object_kind="outbox",
                object_id="",
                now=clock.now(),
            )
        return waiting

    waiting = database().transact(wide("backup"), work, background=True)
    print("The outbox is not frozen." if waiting is None else f"Letters go out again; {waiting} wait.")
    return 0


def _refuse_without_schema() -> None:
    if fault := schema_fault(database()):
        raise SettingsError(f"The database: {fault}")
