"""The schema: migrations for both engines, and what this version needs."""

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from kit import jobs, plans
from kit.db import Database, database
from kit.settings import PREFIX, ROOT


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
    with database().engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            plans.describe(connection)


def schema_fault(data: Database) -> str:
    """Why this database cannot be used, with the line to type; empty when it can."""
    try:
        with data.engine.connect() as connection:
            known = connection.dialect.has_table(connection, "alembic_version")
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if known else None
    except SQLAlchemyError as error:
        first = str(error.__cause__ or error).strip().splitlines()[0]
        return f"it cannot be reached: {first.rstrip('.')}. Check {PREFIX}DATABASE_URL."
    if found != newest_version():
        return f"schema {found or 'missing'}, needed {newest_version()}. Type: dialogwerk migrate"
    return ""
