"""The legal and explaining texts: facts from settings and initiatives, sentences with good defaults."""

from collections.abc import Mapping

from kit.i18n import _
from kit.templates import Section
from network.models import Initiative


def operator_imprint(operator: Mapping[str, str]) -> tuple[Section, ...]:
    """Who runs the installation (§ 5 DDG)."""
    missing = [operator.get(key, "") for key in ("name", "street", "place", "email")].count("")
    provider = Section(
        _("Wer diese Plattform betreibt"),
        paragraphs=(_missing_operator(),) if missing else (),
        pairs=_pairs(
            (_("Name"), operator.get("name", "")),
            (_("Anschrift"), _address(operator.get("street", ""), operator.get("place", ""))),
            (_("Vertreten durch"), operator.get("represented_by", "")),
            (_("E-Mail-Adresse"), operator.get("email", "")),
            (_("Telefon"), operator.get("phone", "")),
            (_("Aufsichtsbehörde"), operator.get("authority", "")),
        ),
    )
    return (
        provider,
        Section(
            _("Wer für die Dialoge verantwortlich ist"),
            paragraphs=(
                _(
                    "Jede Initiative veröffentlicht ihre Dialoge selbst und hat ein eigenes Impressum. "
                    "Es steht am Fuß jeder ihrer Seiten."
                ),
            ),
            links=(("/initiativen/", _("Zu den Initiativen")),),
        ),
        Section(
            _("Verantwortlich für den Inhalt der Plattform"),
            paragraphs=(
                _("Nach § 18 Absatz 2 Medienstaatsvertrag: %(person)s, Anschrift wie oben.")
                % {"person": operator.get("represented_by", "") or operator.get("name", "")},
            ),
        ),
        Section(
            _("Schrift, Zeichen und Gestaltung"),
            paragraphs=(
                _(
                    "Die Oberfläche baut auf KERN UX (EUPL-1.2). Schriften: Fira Sans und Barlow Semi Condensed "
                    "(OFL-1.1). Symbole: Material Symbols (Apache-2.0). Dialogwerk selbst steht unter der EUPL-1.2."
                ),
                _(
                    "Karte der Bundesländer: svg-maps von Victor Cazanave, vereinfacht und eingefärbt "
                    "(CC BY 4.0, creativecommons.org/licenses/by/4.0)."
                ),
                _(
                    "Lage der Postleitzahlen: GeoNames (geonames.org). Namen der Kreise: Statistisches Bundesamt (Destatis), "
                    "2019. Beide CC BY 4.0 und für diesen Zweck gekürzt."
                ),
            ),
        ),
    )


def initiative_imprint(initiative: Initiative) -> tuple[Section, ...]:
    """Who publishes the dialogues of an initiative (§ 5 DDG, § 18 MStV)."""
    complete = initiative.street and initiative.place and initiative.email
    responsible = initiative.represented_by or initiative.name
    return (
        Section(
            _("Wer einlädt"),
            paragraphs=()
            if complete
            else (
                _(
                    "Diese Initiative hat ihre Angaben noch nicht vollständig eingetragen. Fragen Sie die Servicestelle."
                ),
            ),
            pairs=_pairs(
                (_("Name"), initiative.name),
                (_("Anschrift"), _address(initiative.street, initiative.place)),
                (_("Vertreten durch"), initiative.represented_by),
                (_("E-Mail-Adresse"), initiative.email),
                (_("Telefon"), initiative.phone),
                (_("Registereintrag"), initiative.register_entry),
            ),
            links=() if complete else (("/impressum", _("Zum Impressum der Plattform")),),
        ),
        Section(
            _("Verantwortlich für den Inhalt"),
            paragraphs=(
                _("Nach § 18 Absatz 2 Medienstaatsvertrag: %(person)s, Anschrift wie oben.") % {"person": responsible},
            ),
        ),
        Section(
            _("Datenschutz"),
            paragraphs=(
                _(
                    "Zu jedem Dialog gehört ein eigener Hinweis zum Datenschutz: wer Ihre Angaben bekommt, wozu, und wann "
                    "wir sie löschen. Er steht auf der Seite des Dialogs und bei der Anmeldung."
                ),
                _("Fragen zum Datenschutz beantwortet: %(contact)s")
                % {"contact": initiative.privacy_contact or initiative.email or initiative.name},
                *(part.strip() for part in initiative.privacy_extra.split("\n") if part.strip()),
            ),
        ),
    )


def platform_privacy(operator: Mapping[str, str]) -> tuple[Section, ...]:
    """What the platform itself does with data (Art. 13 GDPR); each dialogue has its own notice beside it."""
    contact = ", ".join(part for part in (operator.get("name", ""), operator.get("email", "")) if part)
    return (
        Section(
            _("Wer verantwortlich ist"),
            paragraphs=(
                _(
                    "Für Ihre Anmeldung zu einem Dialog ist die Initiative verantwortlich, die einlädt. "
                    "Ihr Name steht oben auf der Seite, ihr Hinweis zum Datenschutz gehört zu jedem Dialog."
                ),
                _("Für den Betrieb der Plattform ist verantwortlich: %(operator)s")
                % {"operator": contact or _("die Servicestelle")},
                _("Die Plattform verarbeitet Anmeldungen im Auftrag der Initiativen (Artikel 28 DSGVO)."),
            ),
        ),
        Section(
            _("Wenn Sie nur lesen"),
            paragraphs=(
                _(
                    "Beim Aufruf einer Seite verarbeiten wir die Adresse Ihres Anschlusses, um zu antworten und Angriffe "
                    "abzuwehren. Rechtsgrundlage ist Artikel 6 Absatz 1 Buchstabe f DSGVO, bei Behörden und Kammern "
                    "Buchstabe e. Protokolle des Servers löschen wir nach spätestens sieben Tagen."
                ),
                _(
                    "Wir setzen keine Cookies zum Verfolgen, binden nichts von anderen Anbietern ein und messen nicht, "
                    "was Sie lesen. Deshalb fragt hier auch kein Fenster nach Ihrer Zustimmung."
                ),
            ),
        ),
        Section(
            _("Wenn Sie sich zu einem Dialog anmelden"),
            paragraphs=(
                _(
                    "Wir verarbeiten, was Sie in das Formular schreiben. Pflicht sind nur Angaben, ohne die es nicht geht. "
                    "Was mit ihnen geschieht, steht im Hinweis zum Datenschutz des Dialogs."
                ),
            ),
            items=(
                _("Ihre Adresse bestätigen Sie mit einem Klick, damit niemand Sie gegen Ihren Willen anmeldet."),
                _(
                    "Jede Einwilligung ist freiwillig und einzeln. Sie widerrufen sie jederzeit mit einer Nachricht an die Initiative."
                ),
                _("Unbestätigte Anmeldungen löschen wir sieben Tage nach Ablauf der Frist."),
                _(
                    "Angaben von Menschen ohne Platz löschen wir 30 Tage nach dem Dialog, andere nach sechs Monaten. "
                    "Es bleiben nur Zahlen."
                ),
                _("E-Mails an uns löschen wir nach 30 Tagen, Meldungen zu Barrieren nach einem halben Jahr."),
                _("Antworten in Umfragen stehen getrennt von Personen. Niemand kann sie Ihnen zuordnen."),
            ),
        ),
        Section(
            _("Wenn Sie neue Dialoge per E-Mail bekommen"),
            paragraphs=(
                _(
                    "Dafür ist der Betreiber der Plattform verantwortlich. Rechtsgrundlage ist Ihre Einwilligung (Artikel 6 "
                    "Absatz 1 Buchstabe a DSGVO). Sie beenden sie mit einem Klick, der Link steht in jeder E-Mail."
                ),
                _(
                    "Wir speichern Ihre Adresse und Ihre Auswahl, solange Sie die E-Mails möchten. Danach bleiben drei Jahre "
                    "lang Adresse, Wortlaut und Zeiten, nur als Nachweis. Unbestätigte Adressen löschen wir nach sieben Tagen."
                ),
            ),
        ),
        Section(
            _("Wenn Sie für eine Initiative arbeiten"),
            paragraphs=(
                _(
                    "Zum Einloggen speichern wir Ihre E-Mail-Adresse, Ihren Namen und Ihre Rolle, solange Ihr Konto besteht. "
                    "Ein Cookie hält Sie eingeloggt, höchstens 30 Tage. Es ist dafür nötig (§ 25 Absatz 2 TDDDG)."
                ),
                _("Wer was geändert hat, halten wir unter einem Kürzel statt unter dem Namen fest."),
            ),
        ),
        Section(
            _("Wenn Sie uns eine Barriere melden"),
            paragraphs=(
                _(
                    "Wir speichern, was Sie schreiben, bis wir die Barriere bearbeitet haben, längstens ein halbes Jahr. "
                    "Ihre Adresse brauchen wir nur, wenn Sie eine Antwort möchten."
                ),
            ),
        ),
        Section(
            _("Wer Daten bekommt"),
            paragraphs=(
                _(
                    "E-Mails gehen über den Mailserver der Plattform an Sie. Empfänger, die ein Dialog braucht, zum Beispiel "
                    "der gastgebende Betrieb für den Einlass, nennt der Hinweis des Dialogs mit Namen."
                ),
            ),
        ),
        Section(
            _("Ihre Rechte"),
            items=(
                _("Auskunft und Kopie (Artikel 15 DSGVO)"),
                _("Berichtigung (Artikel 16) und Löschung (Artikel 17)"),
                _("Einschränkung (Artikel 18) und Mitnahme Ihrer Angaben (Artikel 20)"),
                _("Widerspruch (Artikel 21) und Widerruf jeder Einwilligung (Artikel 7 Absatz 3)"),
                _("Beschwerde bei einer Aufsichtsbehörde für Datenschutz, zum Beispiel der Ihres Landes (Artikel 77)"),
            ),
            links=(("/impressum", _("So erreichen Sie uns")),),
        ),
    )


def accessibility() -> tuple[Section, ...]:
    """The accessibility statement."""
    return (
        Section(
            _("Was wir uns vornehmen"),
            paragraphs=(
                _(
                    "Alle sollen sich hier selbst anmelden können: mit der Tastatur, mit Vorleseprogramm, mit großer "
                    "Schrift, auf dem Handy und ohne JavaScript. Maßstab sind die WCAG 2.2, Stufe AA, und die EN 301 549."
                ),
            ),
        ),
        Section(
            _("Was geht"),
            items=(
                _("Jede Seite lässt sich allein mit der Tastatur bedienen. Was dran ist, hat einen deutlichen Rahmen."),
                _("Schrift lässt sich auf 200 Prozent vergrößern, ohne dass etwas verschwindet."),
                _("Kein Zeichen steht ohne Wort, keine Farbe trägt allein eine Bedeutung."),
                _("Fehler stehen am Feld und sagen, wie es weitergeht. Was Sie getippt haben, bleibt stehen."),
                _("Fristen beim Anmelden stehen auf der Seite und lassen sich verlängern. Bilderrätsel gibt es keine."),
                _("Tickets gibt es als Seite und als PDF. Am Einlass genügt auch der Name."),
            ),
        ),
        Section(
            _("Was noch nicht geht"),
            items=(
                _("Es gibt noch keine Erklärung in Leichter Sprache und in Gebärdensprache."),
                _("Ob ein Ort stufenfrei ist, wissen nur die Gastgeber. Fehlt die Angabe, sagen wir das."),
            ),
        ),
        Section(
            _("Wie diese Erklärung entstanden ist"),
            paragraphs=(
                _(
                    "Wir prüfen jede Seite mit Programmen und von Hand mit Tastatur und großer Schrift. "
                    "Das ist eine Selbstbewertung. Eine Prüfung durch andere hat noch nicht stattgefunden."
                ),
            ),
        ),
        Section(
            _("Wenn wir nicht helfen"),
            paragraphs=(
                _(
                    "Wir antworten innerhalb von zwei Wochen, wenn Sie eine Adresse angeben. Bleibt eine Antwort aus, hilft "
                    "die Schlichtungsstelle nach § 16 BGG oder die Durchsetzungsstelle Ihres Landes. Das kostet nichts."
                ),
            ),
        ),
    )


def how_it_works() -> tuple[Section, ...]:
    """The life of a sign-up, for people who have never been here."""
    return (
        Section(
            _("Dialog aussuchen"),
            step=1,
            paragraphs=(
                _(
                    "Auf der Startseite stehen alle Dialoge, mit Tag, Ort und freien Plätzen. Suchen Sie nach "
                    "Bundesland, Tag oder Format. Jede Seite sagt, wer einlädt und wie man hineinkommt."
                ),
            ),
            links=(("/", _("Zu den Dialogen")),),
        ),
        Section(
            _("Anmelden"),
            step=2,
            paragraphs=(
                _(
                    "Das Formular fragt nach Name und E-Mail-Adresse. Sie brauchen kein Konto und kein Passwort. "
                    "Bis zu vier Menschen melden sich zusammen an."
                ),
            ),
        ),
        Section(
            _("Adresse bestätigen"),
            step=3,
            paragraphs=(
                _(
                    "Wir schicken Ihnen eine E-Mail mit einem Link. Dahinter ist ein Knopf, mit dem Sie bestätigen. So lange "
                    "halten wir Ihren Platz, meist zwei Stunden. Brauchen Sie länger, verlängern Sie mit einem Knopf."
                ),
            ),
        ),
        Section(
            _("Platz oder Warteliste"),
            step=4,
            key="plaetze",
            paragraphs=(
                _("Plätze gehen nach der Reihe der Anmeldungen. Ist alles voll, kommen Sie auf die Warteliste."),
                _(
                    "Wird etwas frei, rücken Wartende nach: der Reihe nach, und Gruppen nur ganz. Sie bekommen eine "
                    "E-Mail mit einer Frist und nehmen den Platz an oder geben ihn weiter."
                ),
            ),
        ),
        Section(
            _("Hingehen"),
            step=5,
            paragraphs=(
                _(
                    "Mit der Bestätigung kommen Ticket und Kalendereintrag. Ausdruck oder Handy, beides gilt. Ändert sich "
                    "Zeit oder Ort, bekommen Sie eine E-Mail, und Ihr Kalender weiß es auch."
                ),
                _(
                    "Können Sie nicht kommen, sagen Sie bitte ab. Der Link steht in jeder E-Mail. Dann rückt jemand nach."
                ),
            ),
        ),
        Section(
            _("Sagen, wie es war"),
            step=6,
            paragraphs=(
                _(
                    "Danach fragen wir die Gäste, wie es war. Die Antworten sind anonym. "
                    "Die Initiative sieht sie erst nach dem Ende der Umfrage und erst ab fünf Antworten."
                ),
            ),
        ),
        Section(
            _("Für Veranstalter"),
            paragraphs=(
                _(
                    "Regionale Initiativen bekommen ihr Konto von der Servicestelle. Danach legen sie Dialoge selbst an, "
                    "sehen Anmeldungen, drucken Namensschilder und haken am Einlass ab."
                ),
            ),
            links=(("/arbeitsplatz/", _("Zum Arbeitsplatz")), ("/impressum", _("Die Servicestelle erreichen"))),
        ),
    )


def _missing_operator() -> str:
    return _("Hier fehlen noch Angaben. Wer die Plattform betreibt, trägt sie in den Einstellungen des Servers ein.")


def _address(street: str, place: str) -> str:
    return ", ".join(part for part in (street, place) if part)


def _pairs(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((label, value) for label, value in pairs if value)
