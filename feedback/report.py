"""The result as PDF: what the result page shows, with the same thresholds, since both are made of one `ResultPage`."""

from collections.abc import Sequence

from events.models import HeardReport
from feedback import returns
from feedback.comparison_pages import Compared
from feedback.pages import ResultPage
from feedback.pictures import Row
from feedback.report_pages import Report
from kit import i18n
from kit.i18n import _, format_date_only
from kit.pdf import render
from kit.pdf.pages import page, stylesheet

# From „gar nicht“ to „voll und ganz“ (look.md, Survey results).
FILLS = ("#8f3b1b", "#dda083", "#d9d3c5", "#86b7b9", "#0a5561")


def result_pdf(result: ResultPage, *, initiative: str) -> bytes:
    """A4 and PDF/UA-1. Raises kit.pdf.PdfFailed and kit.pdf.PdfUnavailable."""
    assert result.until is not None
    language = "en" if i18n.current() == "en" else "de"
    title = _("Ergebnis der Umfrage: %(dialogue)s") % {"dialogue": result.head.title}
    html = page(
        "result.html",
        result=result,
        title=title,
        initiative=initiative,
        where=", ".join(filter(None, (format_date_only(result.day) if result.day else "", result.city))),
        back=back_words(result),
        until=_("Das Ergebnis steht seit dem %(until)s fest und ändert sich nicht mehr.")
        % {"until": format_date_only(result.until)},
        mean_words=mean_words,
        fills=FILLS,
        method=method([sample(result)], alone=result.alone),
    )
    return render(html, css=[stylesheet("result.css")], assets={}, codes={}, blanks={}, title=title, language=language)


def dialogue_report_pdf(
    report: Report,
    results: Sequence[ResultPage],
    names: Sequence[str],
    compared: Sequence[Compared],
    heard: HeardReport | None,
) -> bytes:
    """One sheet of what matters, then each survey's tables, what stands beside them, and the method. A4 and PDF/UA-1.

    Raises kit.pdf.PdfFailed and kit.pdf.PdfUnavailable.
    """
    language = "en" if i18n.current() == "en" else "de"
    title = _("Bericht: %(dialogue)s") % {"dialogue": report.title}
    html = page(
        "dialogue_report.html",
        report=report,
        results=list(zip(names, results, strict=True)),
        compared=compared,
        heard=heard,
        title=title,
        back_words=back_words,
        mean_words=mean_words,
        fills=FILLS,
        method=method([f"{name}: {sample(result)}" for name, result in zip(names, results, strict=True)]),
    )
    css = [stylesheet("result.css"), stylesheet("dialogue_report.css")]
    return render(html, css=css, assets={}, codes={}, blanks={}, title=title, language=language)


def back_words(result: ResultPage) -> str:
    """How many have answered, of how many where that is known."""
    return returns.counted(result, linked=result.linked)


def mean_words(row: Row) -> str:
    """The mean with its range as a sentence."""
    if row.low:
        return _("Mittelwert %(mean)s, Bereich %(low)s bis %(high)s.") % {
            "mean": row.mean,
            "low": row.low,
            "high": row.high,
        }
    return _("Mittelwert %(mean)s, alle haben dasselbe geantwortet.") % {"mean": row.mean}


def sample(result: ResultPage) -> str:
    """How many have answered, and what is not known of the others."""
    if not result.linked:
        return back_words(result)
    return f"{back_words(result)}. " + _("Antworten konnte, wer den Link hatte; einen Rücklauf gibt es deshalb nicht.")


def method(samples: Sequence[str], *, alone: bool = False) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What somebody needs to judge the figures, by the four groups of the DeGEval standards."""
    return (
        (
            _("Zweck und Nutzen"),
            (
                _("Die Umfrage soll zeigen, wie Menschen einen Dialog erlebten und ob sich Einstellungen änderten."),
                _("Das Ergebnis ist für das Team des Dialogs. Öffentlich wird nur, was das Team selbst erzählt."),
            ),
        ),
        (
            _("Stichprobe und Durchführung"),
            (
                *samples,
                _(
                    "Jede Einladung und jedes Gerät zählt einmal. Wer nicht antwortete, wurde höchstens einmal erinnert."
                ),
            ),
        ),
        (
            _("Fairness und Schutz"),
            (
                _(
                    "Antworten stehen ohne Namen, Adresse und Uhrzeit. Nichts führt von einer Antwort zu einem Menschen."
                ),
                _(
                    "Zahlen gibt es ab fünf Antworten auf eine Frage, Gruppen und Texte ab zehn. Was sich ausrechnen ließe, fehlt."
                ),
                _("Lob und Kritik, höher und niedriger stehen in denselben Worten nebeneinander."),
            ),
        ),
        (
            _("Genauigkeit und Grenzen"),
            (
                _("Mittelwerte haben den Bereich der t-Verteilung, Anteile den nach Wilson, beide mit 95 Prozent."),
                _("Paare: mittlere Differenz mit t-Bereich und d_z. Menschen ohne Paar stehen daneben, nie darin."),
                _("Geantwortet hat, wer wollte. Die Zahlen gelten nicht für alle Menschen in der Region.")
                if alone
                else _(
                    "Wer kam, wollte kommen; wer zweimal antwortet, ist oft zufriedener. Vor Ort antwortet man freundlicher."
                ),
                _(
                    "Wenige Antworten zeigen nur große Unterschiede. Was ein Bereich offenlässt, ist nicht dasselbe wie keine Wirkung."
                ),
            ),
        ),
    )
