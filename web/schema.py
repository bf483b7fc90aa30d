"""The schema: migrations for both engines, and what this version needs."""

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from kit import jobs
from kit.settings import ROOT


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(ROOT / "migrations"))
    return made


@cache
def newest_version() -> str:
    """The revision this code needs."""
    return ScriptDirectory.from_config(config()).get_current_head() or ""


def migrate() -> None:
    """Brings the database to the newest version: our tables, then the job engine's."""
    command.upgrade(config(), "head")
    jobs.migrate()
