"""What organisers type about a dialogue, as values or as errors by field."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from events import dates, lines, rules
from events.forms import repeats
from events.forms.fields import ChoicesField, ClockField, CoordinatesField, LinkField, MomentField, number
from events.lines import BadLine, gap_sentence
from events.models import Offer
from events.rules import N_, DialogueValue, Line, OfferValue, SignUp
from kit import zones
from kit.districts import DISTRICTS, district_code, lies_in
from kit.forms import (
    AddressField,
    CountField,
    Filled,
    Form,
    FormKeyField,
    HiddenField,
    LineField,
    SelectField,
    TextField,
    TickField,
)
from kit.i18n import _, ngettext
from kit.lands import CODES, land_name
from kit.repeats import FEWEST, MOST

LONGEST = timedelta(days=31)

HOLD_CHOICES = (15, 30, 60, 120, 240, 480, 1440, 2880)
OFFER_CHOICES = (12, 24, 48, 72, 168)
ALARM_CHOICES = (15, 60, 120, 1440, 2880)


def _kind(name: str, **more: str) -> dict[str, str]:
    return {"type": name, **more}


class DialogueForm(Form):
    """One dialogue whole. Labels and choices are message ids here and translated when a form is made."""

    form_key = FormKeyField()
    version = HiddenField()

    title = LineField(
        N_("Titel"),
        [Filled(lambda: _("Bitte geben Sie dem Dialog einen Titel. Beispiel: Werkstatt Wärmenetz"))],
        description=N_("So steht er in der Liste, in E-Mails und im Kalender."),
        max_chars=200,
    )
    format = SelectField(
        N_("Format"), description=N_("Bild und Vorschläge richten sich danach. Unten steht, was jedes Format ausmacht.")
    )
    picture = SelectField(N_("Bild"))
    series = LineField(
        N_("Name der Reihe"),
        description=N_(
            "Verbindet einzelne Dialoge Ihrer Initiative auf einer Seite mit eigenem Kalender. Jeder behält seine Anmeldung."
            " Wählen Sie eine Reihe, oder geben Sie einer neuen ihren Namen."
        ),
        max_chars=120,
    )
    lead = TextField(N_("Kurz gesagt"), description=N_("Ein bis zwei Sätze: Was erleben die Gäste?"), max_chars=500)

    start = MomentField(
        N_("Beginn"),
        [Filled(lambda: _("Bitte nennen Sie den Beginn: Tag und Uhrzeit."))],
        render_kw=_kind("datetime-local"),
    )
    end = MomentField(
        N_("Ende"),
        [Filled(lambda: _("Bitte nennen Sie das Ende: Tag und Uhrzeit."))],
        render_kw=_kind("datetime-local"),
    )
    repeat = SelectField(
        N_("Wiederholt sich der Dialog?"),
        description=N_(
            "Beginn und Ende oben sind der erste Termin. Wer sich anmeldet, hat einen Platz für alle Termine."
        ),
        default="",
    )
    repeat_dates = CountField(
        N_("Zahl der Termine"), least=FEWEST, most=MOST, description=N_("Mit dem ersten, höchstens 52."),
        render_kw={"inputmode": "numeric"},
    )  # fmt: skip
    zone = SelectField(N_("Zeitzone"), description=N_("Alle Zeiten auf dieser Seite gelten in dieser Zone."))
    alarm_minutes = SelectField(
        N_("Kalender der Gäste erinnern vorher"),
        description=N_("Steht im Termin, den Gäste bekommen. Manche Kalender übergehen es."),
        default="",
    )
    admission = ClockField(N_("Einlass ab"), render_kw=_kind("time"))
    latest_entry = ClockField(
        N_("Einlass bis"), description=N_("Nur wenn danach niemand mehr hineinkommt."), render_kw=_kind("time")
    )

    land = SelectField(N_("Bundesland"))
    place = LineField(N_("Ort"), description=N_("Gebäude, Saal oder Werkstor."), max_chars=200)
    street = LineField(N_("Straße und Hausnummer"), max_chars=200)
    postcode = LineField(N_("Postleitzahl"), max_chars=10)
    city = LineField(N_("Stadt oder Gemeinde"), max_chars=120)
    kreis = LineField(
        N_("Kreis oder kreisfreie Stadt"),
        description=N_("Damit findet man den Dialog auch nach seinem Kreis. Beispiel: Emsland"),
        max_chars=60,
    )
    coordinates = CoordinatesField(
        N_("Koordinaten"),
        description=N_(
            "Dann zeigen Kalender den Weg. In einer Karte im Netz auf den Ort drücken, lange oder mit der rechten Taste,"
            " und die zwei Zahlen kopieren. Beispiel: 52.27264, 7.44219"
        ),
        max_chars=60,
    )
    online = TickField(N_("Man kann online teilnehmen"))
    online_link = LinkField(
        N_("Adresse des Online-Raums"),
        description=N_("Nur wer einen Platz hat, bekommt sie. Sie kann später folgen."),
        max_chars=500,
        render_kw=_kind("url"),
    )

    capacity = CountField(
        N_("Plätze"), least=1, most=rules.CAPACITY_LIMIT, render_kw={"inputmode": "numeric"},
        description=N_("So viele Menschen können kommen."),
    )  # fmt: skip
    unlimited = TickField(N_("Ohne Grenze: alle können kommen"))
    offers = TextField(
        N_("Mehrere Angebote, eines je Zeile"),
        description=N_(
            "Titel | Plätze | Beginn | Ende. Beispiel: Rundgang 1 | 15 | 15:00 | 15:45. Ersetzt das Feld Plätze."
        ),
        max_chars=8000,
    )
    party_limit = CountField(
        N_("Personen je Anmeldung"),
        least=1,
        most=4,
        description=N_("Höchstens vier."),
        render_kw={"inputmode": "numeric"},
    )
    registration_opens = MomentField(
        N_("Anmeldung ab"), description=N_("Leer: sofort nach der Veröffentlichung."), render_kw=_kind("datetime-local")
    )
    registration_closes = MomentField(
        N_("Anmeldung bis"), description=N_("Leer: bis zum Beginn."), render_kw=_kind("datetime-local")
    )
    list_deadline = MomentField(
        N_("Liste steht fest am"),
        description=N_("Bis dahin rücken Menschen von der Warteliste nach. Leer: bis zum Ende der Anmeldung."),
        render_kw=_kind("datetime-local"),
    )
    hold_minutes = SelectField(
        N_("Platz halten, bis die Adresse bestätigt ist"),
        description=N_("Im letzten Fünftel der Plätze höchstens 30 Minuten."),
    )
    offer_hours = SelectField(N_("Frist für Nachrücker"))
    fill_gaps = TickField(
        N_("Lücken füllen"),
        description=N_("Passt die erste Gruppe der Warteliste nicht, ist die nächste passende dran."),
    )
    visibility = SelectField(N_("Wer findet den Dialog"))
    sign_up = SelectField(N_("Anmeldung"))
    sign_up_address = LinkField(N_("Adresse der anderen Anmeldeseite"), max_chars=500, render_kw=_kind("url"))

    host = LineField(N_("Gastgeber"), description=N_("Welcher Betrieb öffnet seine Tore?"), max_chars=300)
    description = TextField(
        N_("Beschreibung"), description=N_("Eine leere Zeile beginnt einen neuen Absatz."), max_chars=8000
    )
    plain_text = TextField(
        N_("In einfacher Sprache"), description=N_("Kurze Sätze, ein Gedanke je Satz."), max_chars=8000
    )
    audience = LineField(N_("Für wen"), max_chars=300)
    cost = LineField(N_("Kosten"), description=N_("Zum Beispiel: Keine. Kaffee und Kuchen sind frei."), max_chars=200)
    bring = TextField(N_("Bitte mitbringen"), description=N_("Eine Sache je Zeile."), max_chars=2000)
    notices = TextField(
        N_("Regeln des Gastgebers, eine je Zeile"),
        description=N_("Regel | Grund. Beispiel: Ab 14 Jahren | Der Rundgang führt an Maschinen vorbei."),
        max_chars=4000,
    )
    programme = TextField(
        N_("Programm, ein Punkt je Zeile"),
        description=N_("Uhrzeit, Titel, dann wenn nötig | und ein Satz. Beispiel: 17:00 Begrüßung | mit Kaffee"),
        max_chars=8000,
    )

    step_free = SelectField(N_("Zugang ohne Stufen"))
    access = TextField(
        N_("Weitere Angaben zum Zugang, eine je Zeile"),
        description=N_("Was | wo. Beispiel: Höranlage | im Saal"),
        max_chars=2000,
    )
    support = ChoicesField(N_("Was hilft"))
    languages = ChoicesField(N_("Sprachen"))

    contact_name = LineField(
        N_("Name"), description=N_("Wer beantwortet Fragen? Das kann auch eine Stelle sein."), max_chars=200
    )
    contact_email = AddressField(N_("E-Mail"), render_kw=_kind("email"))
    contact_phone = LineField(N_("Telefon"), max_chars=60, render_kw=_kind("tel"))
    recipients = TextField(
        N_("Wer bekommt die Namen der Gäste"),
        description=N_("Zum Beispiel der Werkschutz des Gastgebers. Steht in der Datenschutzinformation."),
        max_chars=1000,
    )
    survey_days = CountField(
        N_("Tage, die die Umfrage offen ist"), least=1, most=60, render_kw={"inputmode": "numeric"}
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.format.choices = [(entry.code, _(entry.label)) for entry in rules.FORMATS.values()]
        self.picture.choices = [("", _("Passend zum Format")), *_translated(rules.PICTURE_LABELS)]
        self.zone.choices = [(name, name) for name in zones.zones()]
        self.land.choices = [(code, land_name(code)) for code in CODES]
        self.visibility.choices = _translated(rules.VISIBILITY_LABELS)
        self.sign_up.choices = _translated(rules.SIGN_UP_LABELS)
        self.step_free.choices = _translated(rules.STEP_FREE_LABELS)
        self.support.choices = _translated(rules.SUPPORT_LABELS)
        self.languages.choices = _translated(rules.LANGUAGE_LABELS)
        self.hold_minutes.choices = [
            (str(count), duration(count)) for count in _with(HOLD_CHOICES, self.hold_minutes.data)
        ]
        self.offer_hours.choices = [
            (str(count), duration(count * 60)) for count in _with(OFFER_CHOICES, self.offer_hours.data)
        ]
        self.repeat.choices = repeats.choices(self.repeat.data)
        self.alarm_minutes.choices = [
            ("", _("Nein")),
            *((str(count), duration(count)) for count in _with(ALARM_CHOICES, self.alarm_minutes.data)),
        ]
        for field in self:
            if field.label.text:
                field.label.text = _(field.label.text) if field.name not in ("form_key", "version") else ""
            if field.description:
                field.description = _(field.description)

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field by itself, then what only shows between fields."""
        good = super().validate(extra_validators)
        for check in (
            self._check_times,
            self._check_repeat,
            self._check_place,
            self._check_seats,
            self._check_windows,
            self._check_lines,
        ):
            check()
        return good and not any(field.errors for field in self)

    def _wrong(self, field: Any, sentence: str) -> None:
        if not field.errors:
            field.errors = [sentence]

    def _check_times(self) -> None:
        if self.zone.errors:
            return
        for name in ("start", "end", "registration_opens", "registration_closes", "list_deadline"):
            field = self[name]
            if field.data and not field.errors and zones.is_gap(rules.wall(field.data), self.zone.data):
                self._wrong(field, gap_sentence(field.data, self.zone.data))
        if self.start.errors or self.end.errors:
            return
        start, end = rules.wall(self.start.data), rules.wall(self.end.data)
        if zones.to_utc(end, self.zone.data) <= zones.to_utc(start, self.zone.data):
            self._wrong(self.end, _("Das Ende liegt nicht nach dem Beginn. Bitte prüfen Sie Tag und Uhrzeit."))
        elif end - start > LONGEST:
            self._wrong(self.end, _("Ein Dialog dauert höchstens 31 Tage. Legen Sie sonst mehrere an."))

    def _check_repeat(self) -> None:
        """Only what each field by itself left sound."""
        if not self.repeat.data or any(
            field.errors for field in (self.repeat, self.repeat_dates, self.start, self.end, self.zone)
        ):
            return
        if self.repeat_dates.data is None:
            self._wrong(self.repeat_dates, _("Bitte nennen Sie, wie viele Termine es sind. Beispiel: 6"))
            return
        start, end = self.start.data, self.end.data
        if rules.wall(end) - rules.wall(start) > rules.LONGEST_DATE:
            self._wrong(self.end, _("Ein Termin dauert höchstens einen Tag."))
            return
        try:
            missing = dates.missing_time(self._rule(), start, end, self.zone.data)
        except repeats.KindOfDay as error:
            self._wrong(self.repeat, error.sentence)
            return
        if missing:
            self._wrong(self.repeat, gap_sentence(missing, self.zone.data))

    def _rule(self) -> str:
        return repeats.rule_of(self.repeat.data or "", self.repeat_dates.data or FEWEST, self.start.data)

    def _check_place(self) -> None:
        if not self.place.data and not self.online.data:
            self._wrong(self.place, _("Bitte nennen Sie den Ort, oder kreuzen Sie an, dass man online teilnimmt."))
        if not self.kreis.data or self.land.errors:
            return
        code = district_code(self.kreis.data)
        if not code:
            self._wrong(self.kreis, _("Diesen Kreis gibt es nicht. Wählen Sie ihn aus der Liste. Beispiel: Emsland"))
        elif not lies_in(code, self.land.data):
            self._wrong(
                self.kreis,
                _("%(district)s liegt nicht in %(land)s. Bitte prüfen Sie beide Angaben.")
                % {"district": DISTRICTS[code], "land": land_name(self.land.data)},
            )

    def _check_seats(self) -> None:
        if self.sign_up.data == SignUp.ELSEWHERE and not self.sign_up_address.data:
            self._wrong(self.sign_up_address, _("Bitte nennen Sie die Adresse der Seite, auf der man sich anmeldet."))
        needed = self.sign_up.data == SignUp.HERE and not self.unlimited.data and not (self.offers.data or "").strip()
        if needed and self.capacity.data is None:
            self._wrong(self.capacity, _("Bitte nennen Sie die Zahl der Plätze, oder kreuzen Sie „Ohne Grenze“ an."))

    def _check_windows(self) -> None:
        opens, closes = self.registration_opens, self.registration_closes
        if self.start.errors or opens.errors or closes.errors:
            return
        if closes.data and closes.data > self.start.data:
            self._wrong(closes, _("Die Anmeldung endet spätestens mit dem Beginn."))
        if opens.data and opens.data >= (closes.data or self.start.data):
            self._wrong(opens, _("Die Anmeldung beginnt erst, wenn sie schon vorbei ist. Bitte prüfen Sie beide Tage."))
        deadline = self.list_deadline
        if deadline.data and not deadline.errors and deadline.data > self.start.data:
            self._wrong(deadline, _("Die Liste steht spätestens mit dem Beginn fest."))

    def _check_lines(self) -> None:
        for field, parse in (
            (self.programme, lines.programme_lines),
            (self.notices, lines.pair_lines),
            (self.access, lines.pair_lines),
        ):
            if not field.errors:
                self._try(field, partial(parse, field.data or ""))
        if not self.offers.errors and not self.start.errors:
            self._try(self.offers, lambda: self._check_offers())

    def _check_offers(self) -> None:
        for offer in lines.offer_lines(self.offers.data or "", self.start.data):
            if self.repeat.data and (offer.start or offer.end):
                raise BadLine(lines.single_times_sentence())
            for moment in filter(None, (offer.start, offer.end)):
                if not self.zone.errors and zones.is_gap(rules.wall(moment), self.zone.data):
                    raise BadLine(gap_sentence(moment, self.zone.data))
            times = {"opening": self.start.data, "closing": self.end.data}
            if not self.end.errors and (sentence := lines.offer_sentence(offer.title, offer.start, offer.end, **times)):
                raise BadLine(sentence)

    def _try(self, field: Any, parse: Callable[[], Any]) -> None:
        try:
            parse()
        except BadLine as error:
            self._wrong(field, error.sentence)

    def refuse_seats(self, sentence: str) -> None:
        """Says at the field of the seats why fewer do not work."""
        self._wrong(self.offers if (self.offers.data or "").strip() else self.capacity, sentence)

    def opened_with(self) -> int | None:
        """The version of the dialogue that this form was opened with; 0 when what came is no version."""
        return number(self.version.data or "")

    def value(self) -> DialogueValue:
        """What was written; only after `validate`."""
        # A field of the value that is called differently on the form, or typed differently, stands here.
        own: dict[str, Any] = {
            "format_code": self.format.data,
            "repetition": self._rule(),
            "access": self._access(),
            "notices": lines.pair_lines(self.notices.data or ""),
            "languages": tuple(self.languages.data or ["de"]),
            "hold_minutes": int(self.hold_minutes.data),
            "offer_hours": int(self.offer_hours.data),
            "party_limit": self.party_limit.data or 4,
            "survey_days": self.survey_days.data or 14,
            "alarm_minutes": int(self.alarm_minutes.data) if self.alarm_minutes.data else None,
            "kreis": district_code(self.kreis.data or ""),
        }
        for name in DialogueValue.__dataclass_fields__.keys() - own.keys():
            data = self[name].data
            own[name] = "" if data is None else data
        return DialogueValue(**own)

    def _access(self) -> tuple[tuple[str, str], ...]:
        typed = []
        for what, where in lines.pair_lines(self.access.data or ""):
            kind = next((key for key, label in rules.SUPPORT_LABELS.items() if what in (label, _(label), key)), "")
            typed.append((kind, where) if kind else ("other", f"{what}: {where}" if where else what))
        kinds = {kind for kind, _where in typed}
        return (*((kind, "") for kind in self.support.data or [] if kind not in kinds), *typed)

    def offer_values(self, existing: Sequence[Offer] = ()) -> list[OfferValue]:
        """The offers; those that exist keep their key, and what this form does not show of them."""
        if self.sign_up.data != SignUp.HERE:
            return [lines.as_value(row) for row in existing if row.taken]
        typed = lines.offer_lines(self.offers.data or "", self.start.data)
        if not typed:
            whole = existing[0] if len(existing) == 1 else None
            key = whole.key if whole else rules.WHOLE
            return [
                OfferValue(
                    key=key,
                    capacity=None if self.unlimited.data else self.capacity.data,
                    description=whole.description if whole else "",
                    place=whole.place if whole else "",
                    online_link=whole.online_link if whole else "",
                )
            ]
        return lines.matched(typed, existing)

    def programme_values(self) -> list[Line]:
        return lines.programme_lines(self.programme.data or "")


def duration(minutes: int) -> str:
    """15 Minuten, 2 Stunden, 3 Tage."""
    if minutes < 60:
        return ngettext("%(count)d Minute", "%(count)d Minuten", minutes) % {"count": minutes}
    if minutes < 2880 or minutes % 1440:
        return ngettext("%(count)d Stunde", "%(count)d Stunden", minutes // 60) % {"count": minutes // 60}
    return ngettext("%(count)d Tag", "%(count)d Tage", minutes // 1440) % {"count": minutes // 1440}


def _translated(labels: Mapping[Any, str]) -> list[tuple[str, str]]:
    return [(str(key), _(label)) for key, label in labels.items()]


def _with(choices: Sequence[int], current: object) -> list[int]:
    """The choices and what an existing dialogue has between the first and the last of them."""
    if isinstance(current, str) and current.isascii() and current.isdigit() and len(current) < 6:
        return sorted({*choices, min(max(int(current), choices[0]), choices[-1])})
    return list(choices)
