"""The draft of an insight: made of the report, the programme and the minutes, in plain lines that anybody can edit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from events.models import Dialogue, Offer, ProgrammeItem
from feedback.forms import InsightForm
from feedback.pages import ResultPage
from feedback.report_pages import Report
from kit.i18n import _, format_number, ngettext
from kit.templates import Frame
from registration.desk_pages import Head


@dataclass(frozen=True)
class InsightPage:
    """Minutes and text. `state`: early, new, draft, ready. `evidence` says what the text stands on."""

    template: ClassVar[str] = "feedback/insight.html"

    frame: Frame
    head: Head
    form: InsightForm
    path: str
    state: str
    evidence: tuple[str, ...]
    file_path: str = ""
    done: str = ""


def drafted(
    report: Report,
    results: Sequence[ResultPage],
    dialogue: Dialogue,
    offers: Sequence[Offer],
    programme: Sequence[ProgrammeItem],
    minutes: str,
) -> str:
    """A text in Markdown with what is known; what nobody wrote down is said to be missing."""
    parts = (
        (_("Was wir lernen"), tuple(_learned(report, results))),
        (_("Was stattfand"), tuple(_took_place(report, dialogue, offers, programme))),
        (_("Was zur Sprache kam"), (minutes or _("Noch kein Protokoll."),)),
        (_("Worauf das beruht"), tuple(f"- {sentence}" for sentence in evidence(report, results))),
    )
    lines = [f"# {report.title}"]
    for heading, sentences in parts:
        lines += ["", f"## {heading}", "", *sentences]
    return "\n".join(lines)


def _learned(report: Report, results: Sequence[ResultPage]) -> Iterator[str]:
    yield f"- {report.finding}"
    for result in results:
        if result.changes is not None:
            yield from (f"- {_asked(result, results)}{row.sentence}" for row in result.changes.rows if row.word)
    yield from (f"- {line.label.rstrip('.')}: {line.words}" for line in report.received if line.words)
    yield from (f"- {sentence}" for sentence in report.later)
    if report.beside:
        yield f"- {_('Im Vergleich:')} {report.beside}"
    if report.follows.text:
        yield f"- {_('Was daraus folgt')}: {report.follows.text}"


def _asked(result: ResultPage, results: Sequence[ResultPage]) -> str:
    """Which survey a change is of, where several have one."""
    if sum(each.changes is not None for each in results) < 2:
        return ""
    return f"{result.name}: "


def _took_place(
    report: Report, dialogue: Dialogue, offers: Sequence[Offer], programme: Sequence[ProgrammeItem]
) -> Iterator[str]:
    yield from (f"- {name}: {value}" for name, value in report.facts)
    if dialogue.audience:
        yield f"- {_('Für wen')}: {dialogue.audience}"
    for each in report.indicators:
        yield f"- {each.level}: {each.number} {each.label}" + (f" ({each.extra})" if each.extra else "")
    named = [offer for offer in offers if offer.title]
    for offer in named:
        seats = (
            ngettext("%(num)s Platz", "%(num)s Plätze", offer.capacity) % {"num": format_number(offer.capacity)}
            if offer.capacity is not None
            else _("ohne Grenze")
        )
        yield f"- {_('Angebot')}: {offer.title}, {seats}"
    yield from (f"- {item.time} {item.title}" + (f": {item.text}" if item.text else "") for item in programme)


def evidence(report: Report, results: Sequence[ResultPage]) -> tuple[str, ...]:
    """How many answered, how many pairs there are, what is not shown, and what no figure shows."""
    found = [f"{_('Umfrage: %(name)s') % {'name': name}}: {answered}" for name, answered in report.surveys]
    for result in results:
        if result.changes is not None:
            pairs = result.changes.pairs
            found.append(
                _asked(result, results)
                + ngettext("%(num)d Paar aus vorher und nachher", "%(num)d Paare aus vorher und nachher", pairs)
                % {"num": pairs}
                if pairs
                else report.no_change
            )
            found += [_asked(result, results) + row.sentence for row in result.changes.rows if pairs and not row.word]
    found += [f"{line.label.rstrip('.')}: {line.hidden}" for line in report.received if line.hidden]
    return (*found, *report.limits)
