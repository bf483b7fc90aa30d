"""One filled example of each public page, with invented names only."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

from events import pages, start_pages
from events.plain_page import PlainPage
from kit.templates import Frame, Rail, RailEntry, Section

CEST = timezone(timedelta(hours=2))
FRAME = Frame(
    path="/",
    query="q=licht&sprache=de",
    here="dialogues",
    operator="Servicestelle Industriedialog Demo (fiktiv)",
    funding_line="Gefördert durch das Demonstrationsministerium (fiktiv) aufgrund eines Beschlusses des Deutschen Bundestages.",
    demo_roles=(
        ("owner", "Inhaberin"),
        ("organiser", "Veranstalter"),
        ("helper", "Helferin"),
        ("desk", "Servicestelle"),
    ),
)
RAIL = Rail(
    name="Rheinbogen e. V. (fiktiv)",
    accent="ziegel",
    logo="rhein",
    switch_path="/arbeitsplatz/",
    entries=(
        RailEntry("/arbeitsplatz/rheinbogen/", "home", "Übersicht", current=True),
        RailEntry("/arbeitsplatz/rheinbogen/dialoge", "event_available", "Dialoge"),
        RailEntry("/arbeitsplatz/rheinbogen/team", "groups", "Team"),
    ),
)
RHEIN = pages.Sender("Industrieinitiative Rheinbogen e. V. (fiktiv)", "rheinbogen", "ziegel", "rhein")
EMS = pages.Sender("Dialogverbund Ems (fiktiv)", "ems", "ultramarin", "ems")
WESER = pages.Sender("Kammerforum Weser (fiktiv)", "weser", "tanne", "weser")
DONAU = pages.Sender("Industrie-Dialog Donau (fiktiv)", "donau", "stahl", "donau")
STADT = pages.Sender("Stadtforum Industrie (fiktiv)", "stadt", "pflaume", "stadt")
PARK = pages.Sender("Nachbarschaftsbüro Rheinpark (fiktiv)", "park", "reseda", "park")
NEU = pages.Sender("Werkraum Lausitz (fiktiv)", "lausitz", "kobalt")


def _card(
    day: date, times: str, title: str, code: str, sender: pages.Sender, seats: pages.Seats, **more: object
) -> pages.Card:
    first, last = (datetime.combine(day, datetime.strptime(part, "%H:%M").time(), CEST) for part in times.split("-"))
    return pages.Card(f"/dialoge/{sender.slug}", title, code, first, last, sender, seats, **more)  # type: ignore[arg-type]


CARDS = (
    _card(
        date(2027, 1, 28),
        "18:00-19:30",
        "Online-Dialog: KI in der Fabrik – was bleibt dem Menschen?",
        "F12",
        DONAU,
        pages.Seats("free", 114, 300),
        online=True,
        land="BW",
        access=("captions",),
    ),
    _card(
        date(2027, 2, 18),
        "7:45-9:15",
        "Industriefrühstück an der Weser: Strompreise verständlich",
        "F9",
        WESER,
        pages.Seats("free", 9, 35),
        place="Bremen",
        land="HB",
        access=("step_free",),
    ),
    _card(
        date(2027, 2, 25),
        "18:30-20:30",
        "Industrie und Wohnen: Wie nah ist zu nah?",
        "F6",
        STADT,
        pages.Seats("waiting"),
        place="Frankfurt am Main",
        online=True,
        land="HE",
        access=("step_free", "hearing", "sign_language", "captions"),
    ),
    _card(
        date(2027, 3, 4),
        "17:00-21:00",
        "Wasserstoff vor der Haustür – Bürgerwerkstatt",
        "F5",
        EMS,
        pages.Seats("closed"),
        place="Beispielmoor, Emsland",
        land="NI",
        access=("step_free", "childcare", "languages"),
    ),
    _card(
        date(2027, 4, 24),
        "14:00-17:30",
        "Was passiert, wenn was passiert? Nachbarschaftsdialog Anlagensicherheit",
        "F4",
        PARK,
        pages.Seats("soon", opens=datetime(2027, 3, 1, 9, tzinfo=CEST)),
        place="Leverkusen",
        land="NW",
        access=("partly_step_free",),
    ),
    _card(
        date(2027, 9, 23),
        "16:30-19:30",
        "Strukturwandel-Café Lausitz",
        "F5",
        NEU,
        pages.Seats("cancelled"),
        place="Cottbus",
        land="BB",
    ),
    _card(
        date(2027, 10, 7),
        "17:00-22:30",
        "Nacht der offenen Werke Rhein-Ruhr",
        "F1",
        RHEIN,
        pages.Seats("announced"),
        place="Düsseldorf",
        land="NW",
    ),
)
STATES = tuple(
    _card(date(2027, 11, 4), "10:00-11:00", f"Beispiel {number}", code, RHEIN, seats, place="Musterstadt", land="NW")
    for number, (code, seats) in enumerate(
        (
            ("F2", pages.Seats("free")),
            ("F3", pages.Seats("open")),
            ("F7", pages.Seats("full")),
            ("F8", pages.Seats("postponed")),
            ("F10", pages.Seats("invited")),
            ("F11", pages.Seats("elsewhere")),
            ("F13", pages.Seats("held")),
            ("F14", pages.Seats("free", 1, 24)),
        ),
        start=1,
    )
)
VIEWS = (("liste", "/"), ("monat", "/?ansicht=monat"), ("karte", "/?ansicht=karte"))
BUSY = start_pages.MonthDay(
    date(2027, 4, 4),
    (
        start_pages.MonthEntry("/dialoge/ems", "Bürgerwerkstatt Wärmenetz", "17:00", "NI", "ultramarin"),
        start_pages.MonthEntry("/dialoge/saar", "Schicht im Wandel", "18:00", "SL", "schiefer", "cancelled"),
    ),
    more=3,
    more_path="/?von=2027-04-04&bis=2027-04-04",
)
START = start_pages.StartPage(
    frame=FRAME,
    filter=start_pages.Filter(laender=("NW", "NI", "HB", "HE", "BW", "BB")),
    cards=CARDS,
    total=14,
    laender=tuple(
        start_pages.LandCount(code, count, f"/?land={code}")
        for code, count in (("NI", 2), ("HB", 1), ("NW", 3), ("HE", 1), ("BW", 1), ("BB", 1))
    ),
    paging=pages.Paging(more_since=date(2027, 10, 8), more_path="/?ab=2027-10-08"),
    views=VIEWS,
)
MONTH = replace(
    START,
    view="monat",
    cards=(),
    month=start_pages.MonthTable(
        first=date(2027, 4, 1),
        weeks=(
            (None, None, None, *(start_pages.MonthDay(date(2027, 4, day)) for day in range(1, 4)), BUSY),
            tuple(start_pages.MonthDay(date(2027, 4, day)) for day in range(5, 12)),
        ),
        before=date(2027, 3, 1),
        before_path="/?ansicht=monat&monat=2027-03",
        after=date(2027, 5, 1),
        after_path="/?ansicht=monat&monat=2027-05",
    ),
)
MAP = replace(
    START,
    view="karte",
    filter=replace(START.filter, land="NI", plz="49716", ansicht="karte"),
    near=start_pages.Near(
        "49716", 50, ((10, "/?plz=49716&umkreis=10"), (25, "/?plz=49716&umkreis=25"), (100, "/?plz=49716&umkreis=100"))
    ),
    laender=tuple(replace(row, upcoming=date(2027, 4, 14)) for row in START.laender),
)
FOUND = start_pages.StartPage(
    frame=FRAME,
    filter=start_pages.Filter(q="müller", land="NI", frei="ja", laender=("NI", "NW")),
    cards=(),
    total=0,
    chips=(start_pages.Chip("Nur Niedersachsen", "/?q=m"), start_pages.Chip("Freie Plätze", "/?land=NI")),
    problem="Der Tag „31.02.2027“ steht in keinem Kalender.",
)
DIALOGUE = pages.DialoguePage(
    frame=Frame(
        path="/dialoge/rundgang",
        here="dialogues",
        imprint="/initiativen/rheinbogen#impressum",
        imprint_name="Rheinbogen e. V. (fiktiv)",
        privacy="/dialoge/rundgang/datenschutz",
    ),
    sender=RHEIN,
    title="Werkführung Wälzlager: Blick in die Fertigung",
    address="https://dialog.example/dialoge/rundgang",
    format_code="F2",
    start=datetime(2027, 10, 7, 17, 0, tzinfo=CEST),
    end=datetime(2027, 10, 7, 20, 30, tzinfo=CEST),
    seats=pages.Seats("free", 9, 35),
    host="Beispiellager Main AG (fiktiv)",
    lead="Ein Abend in der Halle: Sie sehen, wie aus Draht eine Kugel wird. Und Sie fragen die Leute, die dort arbeiten.",
    description="Wir gehen in kleinen Gruppen durch die Fertigung.\nDanach sitzen wir mit Betriebsrat und Werkleitung zusammen. <script>alert(1)</script>",
    land="NW",
    land_path="/?land=NW",
    admission="16:30",
    latest_entry="17:00",
    place="Werk 2, Tor 3",
    street="Musterstraße 4",
    postcode="40210",
    city="Düsseldorf",
    audience="Alle ab 14 Jahren",
    cost="Keine",
    offers=(
        pages.OfferRow(
            "Rundgang um 17:00 Uhr",
            pages.Seats("free", 9, 15),
            "90 Minuten mit Gespräch",
            start=datetime(2027, 10, 7, 17, 0, tzinfo=CEST),
            end=datetime(2027, 10, 7, 18, 30, tzinfo=CEST),
        ),
        pages.OfferRow(
            "Rundgang um 19:00 Uhr",
            pages.Seats("waiting", 0, 20),
            "Auf Englisch",
            start=datetime(2027, 10, 7, 19, 0, tzinfo=CEST),
            end=datetime(2027, 10, 7, 20, 30, tzinfo=CEST),
            place="Tor 1",
            minimum_age=18,
        ),
    ),
    programme=(
        pages.ProgrammeRow("16:30", "Einlass", "Bitte halten Sie Ihren Ausweis bereit."),
        pages.ProgrammeRow("17:00", "Rundgang", "90 Minuten durch zwei Hallen."),
        pages.ProgrammeRow("20:30", "Ende"),
    ),
    steps=(
        pages.Step("opens", datetime(2027, 6, 1, 9, tzinfo=CEST), "done"),
        pages.Step("closes", datetime(2027, 9, 20, 12, tzinfo=CEST), "now"),
        pages.Step("list", datetime(2027, 9, 23, 12, tzinfo=CEST), "open"),
        pages.Step("event", datetime(2027, 10, 7, 17, tzinfo=CEST), "open"),
    ),
    bring=("Ausweis", "Feste, geschlossene Schuhe", "Ihre Karte, gedruckt oder auf dem Handy"),
    notices=(
        pages.HostNotice("Ausweis mitbringen", "An jedem Werkstor. Wir speichern keine Ausweisnummer.", "badge"),
        pages.HostNotice("Keine Fotos in den Hallen", "Auf dem Hof gern.", "no_photography"),
        pages.HostNotice("Starke Magnetfelder", "Nicht geeignet mit Herzschrittmacher.", "monitor_heart", serious=True),
        pages.HostNotice("Pünktlich um 17:00 Uhr", "Später kommt niemand durchs Tor.", "schedule", serious=True),
    ),
    access=(
        pages.AccessLine("steps", "partly", "Halle 1 ganz, Halle 2 mit vier Stufen."),
        pages.AccessLine("hearing", "yes", "Führung mit Ohrhörern"),
        pages.AccessLine("sign_language", "no"),
        pages.AccessLine("other", "yes", "Ruheraum neben dem Empfang"),
    ),
    sign_up_path="/dialoge/rundgang/anmeldung",
    closes=datetime(2027, 9, 20, 12, 0, tzinfo=CEST),
    calendar_path="/dialoge/rundgang/kalender.ics",
    privacy_path="/dialoge/rundgang/datenschutz",
    recipients="Beispiellager Main AG (fiktiv)",
    deletes_on=date(2028, 4, 7),
    contact=pages.Contact("Projektbüro Rheinbogen", "nacht@rheinbogen.example", "0211 555 01 99"),
)
BARE = pages.DialoguePage(
    frame=Frame(path="/dialoge/online"),
    sender=NEU,
    title="Fragen an die Grube",
    address="https://dialog.example/dialoge/online",
    format_code="F12",
    start=datetime(2027, 1, 28, 18, 0, tzinfo=UTC),
    end=datetime(2027, 1, 29, 1, 0, tzinfo=UTC),
    seats=pages.Seats("cancelled"),
    online=True,
    cancel_reason="Der Raum steht nach einem Wasserschaden nicht zur Verfügung.",
    preview=pages.Preview("/arbeitsplatz/neu/dialoge/grube"),
)
TEXT = pages.TextPage(
    frame=Frame(path="/datenschutz"),
    title="Datenschutz zu diesem Abend",
    lead="Wer Ihre Angaben bekommt, wozu, und wann wir sie löschen.",
    sender=RHEIN,
    back_path="/dialoge/rundgang",
    back_label="Werkführung Wälzlager",
    done="Ihr Hinweis ist angekommen.",
    sections=(
        Section(
            "Wer verantwortlich ist",
            ("Die Initiative, die einlädt.",),
            pairs=(("Name", "Rheinbogen e. V. (fiktiv)"), ("Ort", "40210 Düsseldorf")),
        ),
        Section(
            "Wozu",
            ("Damit Sie teilnehmen können.",),
            ("Anmeldung", "Einlass", "Umfrage"),
            (("/impressum", "Zum Impressum"),),
            key="wozu",
        ),
    ),
)
DIRECTORY = pages.DirectoryPage(
    frame=Frame(path="/initiativen/", here="initiatives"),
    groups=(
        pages.LandGroup(
            "NW",
            (
                pages.InitiativeRow(RHEIN, "Betriebe, Kommunen und Gewerkschaften am Rheinbogen.", "Düsseldorf", 3),
                pages.InitiativeRow(PARK, "", "Leverkusen", 1),
            ),
        ),
        pages.LandGroup("BB", (pages.InitiativeRow(NEU, "Gespräche über den Wandel.", "Cottbus", 0),)),
    ),
)
IMPRINT = pages.Imprint(
    "Industrieinitiative Rheinbogen e. V. (fiktiv)",
    "Musterstraße 1",
    "40210 Düsseldorf",
    "Vera Muster-Vorstand",
    "Vereinsregister Musterstadt, VR 1234",
    "post@rheinbogen.example",
    "0211 555 01 00",
)
INITIATIVE = pages.InitiativePage(
    frame=Frame(
        path="/initiativen/rheinbogen",
        here="initiatives",
        imprint="/initiativen/rheinbogen#impressum",
        imprint_name="Rheinbogen e. V. (fiktiv)",
    ),
    sender=RHEIN,
    about="Wir öffnen Werkstore am Rhein.",
    land="NW",
    coming=STATES,
    past=CARDS[:1],
    imprint=IMPRINT,
    feed_path="/initiativen/rheinbogen/kalender.ics",
    funding_line="Gefördert durch das Demonstrationsministerium (fiktiv).",
)
PLAIN = PlainPage(
    frame=FRAME,
    dialogue=DIALOGUE,
    path="/dialoge/rheinbogen",
    text="Viele Fabriken machen am Abend ihre Tore auf.\nEin Bus fährt Sie hin.",
    text_language="de",
    about="",
    step_free="partly",
    support=(
        ("hearing", "im Saal"),
        ("sign_language", ""),
        ("captions", ""),
        ("plain_language", ""),
        ("childcare", ""),
    ),
    spoken=("Deutsch",),
)
PLAIN_BARE = PlainPage(
    frame=FRAME,
    dialogue=BARE,
    path="/dialoge/rheinbogen",
    text="",
    text_language="de",
    about="",
    step_free="unknown",
    support=(),
    spoken=(),
)
PAGES = {
    "start": START,
    "start-monat": MONTH,
    "start-karte": MAP,
    "start-leer": FOUND,
    "dialog": DIALOGUE,
    "dialog-abgesagt": BARE,
    "dialog-einfach": PLAIN,
    "dialog-einfach-abgesagt": PLAIN_BARE,
    "text": TEXT,
    "initiativen": DIRECTORY,
    "initiative": INITIATIVE,
}
