"""The command line. Each command is a function in `web/commands`; this file only names them."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence

from kit import clock
from kit.settings import SettingsError, settings


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="dialogwerk", description="Dialogwerk, the platform for regional industry dialogues."
    )
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, words in (("serve", "the web server alone"), ("run", "web server and worker in one process")):
        command = commands.add_parser(name, help=words)
        command.add_argument("--host", default="127.0.0.1")
        command.add_argument("--port", type=int, default=8000)
    work = commands.add_parser("work", help="the worker alone")
    work.add_argument("--once", action="store_true", help="do everything that is due, then exit")
    work.add_argument("--now", metavar="ISO", help="take this time as now (demo and test only)")
    commands.add_parser("migrate", help="bring the schema to the newest version")
    seed = commands.add_parser("seed", help="demo data, or a described state")
    seed.add_argument("what", nargs="?", help="demo, or a JSON file")
    seed.add_argument("--size", choices=("usual", "large"), default="usual", help="demo: large adds 1,000 dialogues")
    seed.add_argument("--schema", action="store_true", help="print the JSON schema of a described state")
    commands.add_parser("export", help="the full state as JSON lines, without secrets")
    commands.add_parser("check-invariants", help="one line per breach, exit 1 when there is one")
    backup = commands.add_parser("backup", help="a whole copy of the installation, while it runs")
    backup.add_argument("file")
    restore = commands.add_parser("restore", help="fill an empty, migrated database from a backup")
    restore.add_argument("file")
    restore.add_argument(
        "--erasures", metavar="FILE", help="the journal of erasures, where it is not in the var folder"
    )
    commands.add_parser("thaw", help="let letters go again after a restore")
    retained = commands.add_parser("retention-run", help="delete what is due, as the worker does every night")
    retained.add_argument("--now", metavar="ISO", help="take this time as now (demo and test only)")
    link = commands.add_parser("sign-in-link", help="a one-time sign-in link on stdout")
    link.add_argument("email")
    admin = commands.add_parser("create-admin", help="the first person at the service point")
    admin.add_argument("email")
    commands.add_parser("mail-in", help="store one inbound message from stdin")
    receive = commands.add_parser("mail-server", help="take inbound mail from the mail server by LMTP")
    receive.add_argument("--host", default="127.0.0.1")
    receive.add_argument("--port", type=int, default=8024)
    commands.add_parser("routes", help="the route registry as JSON")
    doctor = commands.add_parser("doctor", help="check this installation and print all settings")
    doctor.add_argument("--mail", metavar="ADDRESS", help="send a test letter with a test invitation")
    doctor.add_argument("--dkim", metavar="SELECTOR", help="look at this DKIM key of the sender's domain")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit status."""
    # Modules, templates and pages are thousands of objects that stay: looking through them every few hundred new ones is a
    # tenth of every start.
    gc.set_threshold(50_000, 20, 50)
    args = parser().parse_args(arguments)
    try:
        settings()
        if getattr(args, "now", None) is not None:
            if settings().production:
                raise SettingsError("--now works in demo and test only.")
            clock.fix(clock.parse(args.now))
    except (SettingsError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    # Commands import only what they need: `serve --help` must not wait for the PDF engine.
    from sqlalchemy.exc import SQLAlchemyError

    from web import commands

    try:
        return commands.COMMANDS[args.command](args)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except SQLAlchemyError:
        # Most often somebody has not typed `migrate` yet, or the database is not there.
        from kit.db import database
        from web.schema import schema_fault

        if not (fault := schema_fault(database())):
            raise
        print(fault[0].upper() + fault[1:], file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
