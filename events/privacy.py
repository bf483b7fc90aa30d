"""The privacy notice of one dialogue (Art. 13 GDPR): who answers for it, why, who gets what, when it is deleted."""

from events import rules
from events.models import Dialogue
from kit.i18n import _, format_date_only
from kit.settings import settings
from kit.templates import Section
from network.models import Initiative


def privacy_sections(dialogue: Dialogue, initiative: Initiative) -> tuple[Section, ...]:
    """The notice in the language in use; days follow from the end of the dialogue (domain.md 6.1)."""
    contact = initiative.privacy_contact or initiative.email
    address = [initiative.name, initiative.street, initiative.place]
    if initiative.represented_by:
        address.append(_("Vertreten durch %(name)s") % {"name": initiative.represented_by})
    sections = [
        Section(
            _("Wer verantwortlich ist"),
            paragraphs=(", ".join(part for part in address if part) + ".",),
            links=((f"mailto:{contact}", contact),) if contact else (),
        ),
        Section(
            _("Wofür wir Ihre Angaben brauchen"),
            items=(
                _("Name und E-Mail-Adresse: um Plätze zu vergeben und Ihnen E-Mails zu schicken."),
                _("Namen Ihrer Gruppe: für die Namensschilder und den Einlass."),
                _("Organisation, wenn Sie sie nennen: für das Schild."),
                _("Angabe zum Zugang, wenn Sie eine machen: damit Sie gut teilnehmen können."),
                _("Ihre Ankunft am Einlass: damit nur die eine Umfrage bekommen, die da waren."),
                _("Einwilligungen: jede einzeln, mit Tag und Wortlaut. Sie können sie jederzeit widerrufen."),
            ),
        ),
        Section(
            _("Auf welcher Grundlage"),
            paragraphs=(
                _(
                    "Die Anmeldung ist ein Vertrag über Ihre Teilnahme (Artikel 6 Absatz 1 Buchstabe b DSGVO). "
                    "Namensschild und Einlass beruhen auf dem Interesse an einem geordneten Ablauf (Buchstabe f)."
                ),
                _(
                    "Neue Dialoge per E-Mail und Fotos gibt es nur mit Ihrer Einwilligung (Buchstabe a), eine Angabe zum "
                    "Zugang nur mit Ihrer ausdrücklichen (Artikel 9 Absatz 2 Buchstabe a)."
                ),
            ),
        ),
        Section(_("Wer Ihre Angaben bekommt"), items=_recipients(dialogue, initiative)),
        Section(_("Wann wir löschen"), items=_deletions(dialogue)),
        Section(
            _("Ihre Rechte"),
            paragraphs=(
                _(
                    "Sie können Auskunft, Berichtigung, Löschung, Einschränkung und eine Kopie Ihrer Daten verlangen. "
                    "Sie können der Verarbeitung widersprechen. Schreiben Sie dazu an die Adresse oben."
                ),
                _("Sie können sich bei der Aufsichtsbehörde für den Datenschutz Ihres Landes beschweren."),
                _(
                    "Ohne Name und E-Mail-Adresse können wir Sie hier nicht anmelden. "
                    "Kein Programm entscheidet allein über Sie."
                ),
            ),
        ),
    ]
    if initiative.privacy_extra:
        extra = tuple(part.strip() for part in initiative.privacy_extra.split("\n") if part.strip())
        sections.append(Section(_("Was außerdem gilt"), paragraphs=extra))
    return tuple(sections)


def _recipients(dialogue: Dialogue, initiative: Initiative) -> tuple[str, ...]:
    found = [
        _("%(name)s, die Initiative, die einlädt.") % {"name": initiative.name},
        _("%(name)s betreibt diese Plattform im Auftrag der Initiative (Artikel 28 DSGVO).")
        % {"name": settings().operator["name"]},
    ]
    if dialogue.recipients:
        found.append(_("Nur die Namen: %(names)s.") % {"names": dialogue.recipients.rstrip(".")})
    else:
        found.append(_("Sonst niemand. Auch der Gastgeber bekommt keine Namen."))
    return tuple(found)


def _deletions(dialogue: Dialogue) -> tuple[str, ...]:
    sentences = {
        "access": _("Ihre Angabe zum Zugang: am %(day)s, sieben Tage nach dem Dialog."),
        "lists": _("Listen für Einlass und Namensschilder: am %(day)s."),
        "without_place": _("Anmeldungen, die keinen Platz bekamen: am %(day)s."),
        "attendee": _("Ihre Anmeldung: am %(day)s. Danach bleiben nur Zahlen."),
        "survey": _("Antworten der Umfrage: Sie nennen niemanden und bleiben erhalten."),
    }
    days = [(entry.kind, entry.day) for entry in rules.deletions(dialogue.ends_at)]
    dated = tuple(sentences[kind] % {"day": format_date_only(day)} if day else sentences[kind] for kind, day in days)
    news = _("Neue Dialoge per E-Mail: Adresse und Einwilligung drei Jahre, nachdem Sie sie beendet haben.")
    return (_("Anmeldungen, deren Adresse niemand bestätigt: sieben Tage nach Ende der Frist."), *dated, news)
