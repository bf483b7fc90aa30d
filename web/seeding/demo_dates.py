"""Further dates of the same formats: what was, what runs, what was put off or called off, what comes later."""

from dataclasses import replace

from events.rules import Line, OfferValue
from web.seeding.demo_texts import BREAKFAST, HOW_CLOSE, HYDROGEN, SAFETY
from web.seeding.scripts import DemoDialogue, whole

POWER_LINE = DemoDialogue(
    initiative="dialogverbund-ems",
    value=replace(
        HYDROGEN.value,
        title="Stromtrasse durchs Moor? Bürgerwerkstatt",
        picture="pylons",
        start="2026-11-12T17:00",
        end="2026-11-12T21:00",
        lead="Zwei Wege, beide mit Nachteilen. Ein Abend mit der Karte auf dem Tisch.",
        description=(
            "Die Trasse kann am Wald entlang führen oder durch die Felder. Beide Wege tun jemandem weh. An diesem Abend "
            "liegt die große Karte auf dem Tisch, und alle dürfen darauf zeichnen.\n\n"
            "Die Vorschläge gingen an die Planung. Die Antworten stehen auf der Seite der Samtgemeinde."
        ),
        plain_text=(
            "Eine Leitung für Strom soll gebaut werden. Es gibt zwei Wege. Wir haben eine große Karte. "
            "Sie zeigen auf der Karte, was Ihnen wichtig ist."
        ),
        registration_closes="2026-11-09T18:00",
        list_deadline="2026-11-10T12:00",
    ),
    offers=whole(60),
    programme=HYDROGEN.programme,
)

# Every third Thursday: one sign-up for six mornings.
BREAKFASTS = replace(BREAKFAST, value=replace(BREAKFAST.value, repetition="FREQ=MONTHLY;COUNT=6;BYDAY=3TH"))

HARBOUR = DemoDialogue(
    initiative="kammerforum-weser",
    value=replace(
        BREAKFAST.value,
        title="Industriefrühstück an der Weser: Hafen ohne Diesel",
        picture="harbour",
        start="2026-12-10T07:45",
        end="2026-12-10T09:15",
        lead="Schlepper mit Batterie, Kräne am Netz: Was geht heute schon, und was kostet es?",
        description=(
            "Ein Schlepper verbraucht in einer Stunde so viel wie ein Auto im Jahr. Zwei Betriebe am Hafen haben umgestellt, "
            "einer hat es wieder gelassen. Alle drei erzählen, warum."
        ),
        plain_text="Im Hafen fahren viele Maschinen mit Diesel. Es geht auch mit Strom. Drei Betriebe erzählen davon.",
        bring="",
        registration_closes="2026-12-09T12:00",
        list_deadline="2026-12-09T12:00",
    ),
    offers=whole(35),
    programme=(
        Line("07:45", "Kaffee"),
        Line("08:00", "Zehn Minuten", "Drei Betriebe, drei Entscheidungen."),
        Line("08:15", "Gespräch an den Tischen"),
        Line("09:00", "Drei Verabredungen"),
    ),
)

LORRIES = DemoDialogue(
    initiative="rheinpark",
    value=replace(
        SAFETY.value,
        title="Wann rollen die Lkw? Nachbarschaftsdialog Werksverkehr",
        picture="neighbours",
        start="2026-12-26T14:00",
        end="2026-12-26T16:30",
        lead="Vor Tor 2 stehen morgens bis zu dreißig Lastwagen. Wer kann daran etwas ändern?",
        description=(
            "Anwohner haben vier Wochen lang gezählt, das Werk auch. Die Zahlen passen nicht ganz zusammen. Wir legen sie "
            "nebeneinander und suchen Zeiten, mit denen beide Seiten leben können."
        ),
        plain_text="Morgens stehen viele Lastwagen auf der Straße. Das ist laut. Wir suchen zusammen eine Lösung.",
        bring="Ausweis für jede Person ab 16",
        notices=(("Ausweis mitbringen", "Der Werkschutz gleicht ihn mit der Liste ab und gibt ihn gleich zurück."),),
        registration_opens="",
        registration_closes="2026-12-24T18:00",
        list_deadline="2026-12-24T18:00",
    ),
    offers=whole(80),
    programme=(
        Line("14:00", "Begrüßung"),
        Line("14:15", "Zwei Zählungen", "Was die Nachbarn gesehen haben, und was das Werk."),
        Line("15:00", "Am Stadtplan", "Wege, Zeiten, Wartebuchten."),
        Line("16:00", "Was wir versuchen", "Für drei Monate, dann wird neu gezählt."),
    ),
)

RIVER_BANK = DemoDialogue(
    initiative="stadtforum-industrie",
    value=replace(
        HOW_CLOSE.value,
        title="Wem gehört das Ufer? Fishbowl am Osthafen",
        start="2027-01-14T18:30",
        end="2027-01-14T20:30",
        lead="Betonwerk, Ruderclub und Spaziergang teilen sich 800 Meter. Fünf Stühle, einer bleibt frei.",
        description=(
            "Am Osthafen wird Kies umgeschlagen, nebenan legen Boote an, dazwischen führt ein Weg. Bisher ging das gut. Jetzt "
            "soll alles neu geordnet werden. Wer am Ufer lebt, arbeitet oder Sport treibt, setzt sich in die Mitte."
        ),
        plain_text="Am Fluss ist wenig Platz. Ein Betrieb braucht das Ufer. Andere möchten dort spazieren. Wir reden darüber.",
        online=False,
        online_link="",
        bring="",
        notices=(),
        registration_closes="2027-01-14T12:00",
        list_deadline="2027-01-14T12:00",
    ),
    offers=whole(70),
    programme=HOW_CLOSE.programme,
)


def _shift(key: str, title: str, start: str, end: str, seats: int) -> OfferValue:
    return OfferValue(key=key, capacity=seats, title=title, start=start, end=end)


# Works on any day of the week: the plant does.
ROUND_THE_CLOCK = DemoDialogue(
    initiative="rheinpark",
    value=replace(
        SAFETY.value,
        title="24 Stunden am Werkstor: eine Schicht lang zuhören",
        picture="gate",
        start="2027-01-18T06:00",
        end="2027-01-19T06:00",
        lead="Das Werk schläft nie. An diesem Tag bleibt auch das Tor offen: zur Früh-, Spät- und Nachtschicht.",
        description=(
            "Drei Schichten, drei Gruppen. Sie beginnen mit dem Schichtwechsel, gehen eine Runde mit und sitzen danach mit "
            "der Mannschaft zusammen. Wer nachts kommt, hört das Werk so, wie die Nachbarschaft es hört."
        ),
        plain_text=(
            "In der Fabrik wird am Tag und in der Nacht gearbeitet. Sie können eine Schicht besuchen. "
            "Es gibt drei Zeiten. Suchen Sie sich eine Zeit aus."
        ),
        admission="",
        latest_entry="",
        audience="Nachbarn ab 16 Jahren",
        cost="Keine. Suppe und Kaffee sind frei.",
        access=(
            ("hearing", "Führung mit Ohrhörern"),
            ("other", "Der Weg über den Hof ist eben, die Messwarte hat Stufen"),
        ),
        notices=(
            ("Ausweis mitbringen", "Der Werkschutz gleicht ihn mit der Liste ab und gibt ihn gleich zurück."),
            ("Geschlossene Schuhe", "Helm, Brille und Weste leihen wir Ihnen."),
            ("Keine Fotos im Werk", "Am Tor und auf der Straße gern."),
        ),
        registration_opens="",
        registration_closes="",
        list_deadline="",
    ),
    offers=(
        _shift("frueh", "Frühschicht", "2027-01-18T06:00", "2027-01-18T14:00", 14),
        _shift("spaet", "Spätschicht", "2027-01-18T14:00", "2027-01-18T22:00", 14),
        _shift("nacht", "Nachtschicht", "2027-01-18T22:00", "2027-01-19T06:00", 10),
    ),
    programme=(
        Line("06:00", "Frühschicht", "Übergabe, Rundgang, Frühstück mit der Mannschaft."),
        Line("14:00", "Spätschicht", "Übergabe, Rundgang, Gespräch mit dem Betriebsrat."),
        Line("22:00", "Nachtschicht", "Übergabe, Lärmmessung am Zaun, Suppe um Mitternacht."),
    ),
)

FOREST = DemoDialogue(
    initiative="stadtforum-industrie",
    value=replace(
        HOW_CLOSE.value,
        title="Gewerbegebiet oder Stadtwald? Podium am Nordrand",
        start="2027-03-09T18:30",
        end="2027-03-09T20:30",
        lead="Vierzig Hektar, zwei Pläne, eine Abstimmung im Stadtrat.",
        description="Der Stadtrat entscheidet bald. Vorher wollten wir beide Pläne öffentlich vergleichen.",
        plain_text="Es gibt ein Stück Land. Dort kann ein Wald sein oder eine Fabrik. Wir sprechen über beides.",
        online=False,
        online_link="",
        bring="",
        notices=(),
        registration_closes="2027-03-09T12:00",
        list_deadline="2027-03-09T12:00",
    ),
    offers=whole(90),
    programme=HOW_CLOSE.programme,
)
FOREST_REASON = (
    "Der Stadtrat hat das Thema von der Tagesordnung genommen. Wir laden neu ein, sobald ein Termin feststeht."
)

WASTE_HEAT = DemoDialogue(
    initiative="dialogverbund-ems",
    value=replace(
        HYDROGEN.value,
        title="Wärme aus dem Werk: Bürgerwerkstatt Fernwärme",
        start="2027-03-18T18:00",
        end="2027-03-18T21:00",
        lead="Die Papierfabrik heizt den Fluss. Könnte sie auch das Dorf heizen?",
        description=(
            "Zwei Kilometer Rohr trennen die warme Abluft von der Grundschule. Was kostet das, wer zahlt, und was passiert, "
            "wenn die Fabrik einmal stillsteht? Wir rechnen gemeinsam."
        ),
        plain_text="Die Fabrik hat zu viel Wärme. Das Dorf braucht Wärme. Wir überlegen, wie das zusammenpasst.",
        admission="17:30",
        registration_closes="2027-03-15T18:00",
        list_deadline="2027-03-16T12:00",
    ),
    offers=whole(48),
    programme=(
        Line("18:00", "Ankommen"),
        Line("18:20", "Eine Rechnung in fünf Zeilen", "Was bekannt ist, und was geschätzt."),
        Line("18:45", "Zwei Tischrunden"),
        Line("20:30", "Was daraus wird"),
    ),
)
WASTE_HEAT_REASON = "Die Messung an der Abluft läuft noch. Ohne ihre Zahlen wäre es ein Abend mit Vermutungen."

TRAINEES = DemoDialogue(
    initiative="kammerforum-weser",
    value=replace(
        BREAKFAST.value,
        title="Industriefrühstück an der Weser: Wer lernt noch Schweißen?",
        picture="school",
        start="2027-03-18T07:45",
        end="2027-03-18T09:15",
        lead="Zwölf freie Ausbildungsplätze, drei Bewerbungen. Azubis sagen, was sie hergebracht hat.",
        description=(
            "Vier Auszubildende aus vier Betrieben erzählen je zwei Minuten lang, warum sie da sind. Danach fragen Schulen "
            "und Betriebe nach, und zwar sie, nicht über sie."
        ),
        plain_text="Betriebe suchen junge Leute. Vier junge Leute erzählen von ihrer Arbeit. Dann reden alle zusammen.",
        bring="",
        registration_closes="2027-03-17T12:00",
        list_deadline="2027-03-17T12:00",
    ),
    offers=whole(35),
    programme=(
        Line("07:45", "Kaffee"),
        Line("08:00", "Vier mal zwei Minuten", "Auszubildende berichten."),
        Line("08:15", "Gespräch an den Tischen"),
        Line("09:00", "Drei Verabredungen"),
    ),
)
