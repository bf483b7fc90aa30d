"""Row-level security for PostgreSQL: the statements a migration runs for its tables."""

from kit.db import WIDE_SCOPES


def protect(table: str) -> list[str]:
    """Statements that close a table to every session without a fitting scope, the owner's included."""
    scopes = ", ".join(f"'{name}'" for name in sorted(WIDE_SCOPES))
    rule = (
        f"initiative_id = current_setting('app.initiative', true) OR current_setting('app.scope', true) IN ({scopes})"
    )
    return [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'CREATE POLICY {table}_scope ON "{table}" USING ({rule}) WITH CHECK ({rule})',
    ]


def keep_whole(table: str) -> list[str]:
    """Statements that close a table of the installation to sessions of one initiative: only wide scopes open it."""
    scopes = ", ".join(f"'{name}'" for name in sorted(WIDE_SCOPES))
    rule = f"current_setting('app.scope', true) IN ({scopes})"
    return [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'CREATE POLICY {table}_scope ON "{table}" USING ({rule}) WITH CHECK ({rule})',
    ]
