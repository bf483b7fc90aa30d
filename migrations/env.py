"""Runs migrations with the application's own connection rules; on SQLite one transaction with a foreign-key check."""

from alembic import context
from sqlalchemy import text

from kit.db import make_engine
from kit.settings import settings
from web.tables import METADATA


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """The job engine keeps its tables in the same file; they are not ours to change."""
    return kind != "table" or name in METADATA.tables


def run() -> None:
    engine = make_engine(settings().database_url)
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if sqlite:
            # Inside a transaction this does nothing, and a rebuilt parent table would lose its children.
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            render_as_batch=True,
            compare_type=True,
            compare_server_default=True,
            include_name=ours,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            if not sqlite:
                connection.execute(text("SELECT set_config('app.scope', 'migration', true)"))
            context.run_migrations()
            if sqlite:
                broken = connection.execute(text("PRAGMA foreign_key_check")).all()
                if broken:
                    raise RuntimeError(f"foreign keys point nowhere: {broken[:5]}")
    engine.dispose()


run()
