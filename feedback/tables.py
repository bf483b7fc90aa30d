"""The figures of a result as tables: every number that a picture shows."""

from collections.abc import Sequence

from feedback.pictures import Row, Table, range_of
from feedback.results import Choice, Figure, Ranking
from feedback.statistics import Mean
from kit.i18n import _, format_number


def tables(rows: Sequence[Row]) -> tuple[Table, ...]:
    """One table for each length of a scale, one for choices, one for rankings; only those that have rows."""
    flat = [each for row in rows for each in (row.rows if row.shape == "matrix" else (row,))]
    scales = [_scale_table(flat, first, last) for first, last in ((1, 5), (1, 3), (0, 10))]
    found = [*scales, _choice_table(rows), _ranking_table(rows)]
    hidden = tuple((each.text, each.hidden) for each in flat if each.figure is None)
    shown = [table for table in found if table is not None]
    if hidden:
        shown.append(Table(_("Nicht gezeigt"), (_("Frage"), _("Warum")), hidden))
    return tuple(shown)


def _scale_table(rows: Sequence[Row], first: int, last: int) -> Table | None:
    lines = []
    for row in rows:
        figure = row.figure
        if isinstance(figure, Figure) and (figure.first, figure.last) == (first, last):
            middle = (
                _("%(low)s bis %(high)s") % {"low": row.low, "high": row.high} if row.low else _("nicht berechenbar")
            )
            counts = map(format_number, (*figure.counts, figure.missing))
            lines.append((row.text, *counts, row.mean, middle))
    captions = {
        5: _(
            "Wie oft jede Antwort gewählt wurde, von 1 (gar nicht oder ein Stern) bis 5 (voll und ganz oder fünf Sterne)"
        ),
        3: _("Wie oft jedes Gesicht gewählt wurde, von 1 (stimmt nicht) bis 3 (stimmt)"),
        10: _("Wie oft jede Zahl von 0 bis 10 gewählt wurde"),
    }
    steps = [format_number(step) for step in range(first, last + 1)]
    head = (_("Frage"), *steps, _("keine Angabe"), _("Mittelwert"), _("95-Prozent-Bereich"))
    return Table(captions[last], head, tuple(lines)) if lines else None


def _choice_table(rows: Sequence[Row]) -> Table | None:
    lines = [
        (
            row.text,
            bar.label,
            format_number(row.figure.chosen[bar.code]),
            format_number(row.number),
            range_of(row.figure.share(bar.code)),
        )
        for row in rows
        if isinstance(row.figure, Choice)
        for bar in row.bars
    ]
    head = (_("Frage"), _("Antwort"), _("gewählt"), _("Antworten"), _("95-Prozent-Bereich"))
    return Table(_("Wie oft jede Antwort ausgewählt wurde"), head, tuple(lines)) if lines else None


def _ranking_table(rows: Sequence[Row]) -> Table | None:
    lines = []
    for row in rows:
        if isinstance(row.figure, Ranking):
            for bar in row.bars:
                found = row.figure.place(bar.code)
                middle = (
                    _("%(low)s bis %(high)s")
                    % {"low": format_number(max(1.0, found.low), 1), "high": format_number(found.high, 1)}
                    if isinstance(found, Mean)
                    else _("nicht berechenbar")
                )
                lines.append(
                    (
                        row.text,
                        bar.label,
                        format_number(row.figure.places[bar.code][0]),
                        format_number(found.value or 0, 1),
                        middle,
                        range_of(row.figure.first(bar.code)),
                    )
                )
    head = (
        _("Frage"),
        _("Antwort"),
        _("auf Platz 1"),
        _("mittlerer Platz"),
        _("95-Prozent-Bereich des Platzes"),
        _("95-Prozent-Bereich von Platz 1"),
    )
    return Table(_("Welche Plätze vergeben wurden"), head, tuple(lines)) if lines else None
