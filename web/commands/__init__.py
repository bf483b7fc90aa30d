"""The commands, each a function `(args) -> exit status` that imports what it needs when it runs."""

import argparse
from collections.abc import Callable
from importlib import import_module


def _command(module: str, function: str) -> Callable[[argparse.Namespace], int]:
    def run(args: argparse.Namespace) -> int:
        found: Callable[[argparse.Namespace], int] = getattr(import_module(f"web.commands.{module}"), function)
        return found(args)

    return run


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "serve": _command("processes", "serve"),
    "work": _command("processes", "work"),
    "run": _command("processes", "run"),
    "migrate": _command("processes", "migrate"),
    "routes": _command("processes", "routes"),
    "seed": _command("seed", "seed"),
    "export": _command("export", "export"),
    "check-invariants": _command("invariants", "check_invariants"),
    "backup": _command("backup", "backup"),
    "restore": _command("backup", "restore"),
    "thaw": _command("backup", "thaw"),
    "retention-run": _command("retention", "retention_run"),
    "sign-in-link": _command("people", "sign_in_link"),
    "create-admin": _command("people", "create_admin"),
    "mail-in": _command("mail_in", "mail_in"),
    "mail-server": _command("mail_server", "mail_server"),
    "doctor": _command("doctor", "doctor"),
}
