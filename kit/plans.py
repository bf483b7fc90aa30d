"""What SQLite is told about how rows are spread, so that it chooses the index that finds few of them.

Without figures it takes any index of which one column is given. Every question of ours names the initiative, whose index
finds all of its rows: a list of ten thousand would then be read ten thousand times. The figures are written by hand and
the same on each installation, so plans do not depend on when somebody last counted (sqlite.org, "ANALYZE").
PostgreSQL counts by itself.
"""

from sqlalchemy import Connection

_ROWS = 50_000
# So many rows have the same value in this column. What is named like an id of something small finds few.
_ALIKE = {
    "initiative_id": 5_000,
    "dialogue_id": 500,
    "state": 10_000,
    "kind": 5_000,
    "survey_id": 200,
    "offer_id": 200,
    "starts_at": 20,
    "registration_id": 3,
    "participant_id": 1,
    "id": 1,
    "key": 1,
}
_OTHERS = 50


def describe(connection: Connection) -> None:
    """Writes the figures for each index that there is. A connection reads them when it is opened."""
    run = connection.exec_driver_sql
    # Makes the table that holds the figures.
    run("ANALYZE sqlite_schema")
    run("DELETE FROM sqlite_stat1")
    tables = [
        name for (name,) in run("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    ]
    for table in tables:
        indexes = [(row[1], bool(row[2])) for row in run(f'PRAGMA index_list("{table}")')]
        for index, unique in indexes:
            columns = [row[2] for row in run(f'PRAGMA index_info("{index}")')]
            figures = " ".join(map(str, (_ROWS, *_found(columns, unique=unique))))
            run("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", (table, index, figures))
        if not indexes:
            run("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, NULL, ?)", (table, str(_ROWS)))


def _found(columns: list[str], *, unique: bool) -> list[int]:
    """How many rows are found by the first column, by the first two, and so on."""
    found: list[int] = []
    for column in columns:
        alike = _ALIKE.get(column, _OTHERS)
        found.append(min(found[-1], alike) if found else alike)
    if unique:
        found[-1] = 1
    return found
