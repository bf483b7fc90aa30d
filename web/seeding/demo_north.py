"""Dialogues of the demo at the coast: Hamburg, Schleswig-Holstein, Mecklenburg-Vorpommern."""

from events.rules import DialogueValue, Line, OfferValue
from web.seeding.scripts import DemoDialogue, slots

TRAINEE_DAY = DemoDialogue(
    initiative="industrie-am-hafen",
    value=DialogueValue(
        title="Azubi-Tag Hafenindustrie",
        format_code="F7",
        picture="harbour",
        start="2027-06-10T08:30",
        end="2027-06-10T13:00",
        land="HH",
        lead="Kräne, Kaffee, Kabel: Acht Klassen probieren aus, womit man im Hafen sein Geld verdient.",
        description=(
            "Kein Vortrag, sondern vier Stationen zu je 35 Minuten. An jeder arbeitet jemand, der noch in der Ausbildung "
            "ist oder sie gerade hinter sich hat. Eine Last an den Haken hängen, Rohkaffee am Geruch erkennen, eine "
            "Steuerung verdrahten: Die Klasse macht mit.\n\n"
            "Zum Schluss reden die Jugendlichen mit den Azubis allein, ohne Lehrkräfte und ohne Chefs. Angemeldet wird "
            "die ganze Klasse durch ihre Lehrkraft. Namen brauchen die Betriebe erst fünf Werktage vorher."
        ),
        plain_text=(
            "Klassen besuchen zwei Betriebe am Hafen. Die Jugendlichen probieren Arbeiten aus. "
            "Sie sprechen mit jungen Leuten, die dort eine Ausbildung machen. Der Besuch kostet nichts."
        ),
        admission="08:15",
        latest_entry="08:45",
        place="Kranbau Musterkai GmbH (fiktiv), Tor 1",
        street="Musterkai 20",
        postcode="20999",
        city="Hamburg",
        coordinates="53.53180,9.96240",
        kreis="02000",
        host="Kranbau Musterkai GmbH und Beispielkaffee Rösterei AG (fiktiv)",
        audience="Klassen 9 bis 11, eine Begleitung je 14 Jugendliche",
        cost="Keine. Das Frühstück ist frei.",
        bring="Geschlossene Schuhe\nDie unterschriebenen Elternbriefe\nKeinen Schmuck an den Händen",
        step_free="partly",
        access=(("hearing", "Führung mit Ohrhörern"), ("other", "Die Kranstation hat Stufen, die Rösterei nicht")),
        notices=(
            (
                "In der Rösterei: Haarnetz, kein Schmuck",
                "Dort werden Lebensmittel verarbeitet. Haarnetze gibt es am Eingang.",
            ),
            ("Anmeldung nur als Klasse", "Eine Lehrkraft hält den Platz. Die Namen folgen fünf Werktage vorher."),
        ),
        recipients="beide Betriebe, fünf Werktage vorher",
        contact_name="Bündnis Industrie am Hafen",
        contact_email="schule@industrie-am-hafen.example",
        contact_phone="040 555 01 30",
        registration_opens="2027-04-12T09:00",
        registration_closes="2027-05-28T15:00",
        list_deadline="2027-06-03T12:00",
    ),
    offers=tuple(OfferValue(key=f"klasse-{n}", capacity=28, title=f"Klasse {n}") for n in range(1, 9)),
    programme=(
        Line("08:30", "Ankommen", "Frühstück in der Kantine."),
        Line("09:00", "Sicherheitsquiz", "Wer besteht, bekommt den Helm."),
        Line("09:20", "Vier Stationen", "Je 35 Minuten, die Klasse wechselt gemeinsam."),
        Line("12:00", "Unter uns", "Jugendliche und Azubis, ohne Lehrkräfte."),
        Line("12:45", "Bescheinigung", "Für den Berufswahlordner."),
    ),
)

OPEN_GATES = DemoDialogue(
    initiative="beispielkoog",
    value=DialogueValue(
        title="Tag der offenen Tore am Kanal",
        format_code="F3",
        start="2027-09-11T10:00",
        end="2027-09-11T17:00",
        land="SH",
        lead="Einmal im Jahr geht das Tor auf und bleibt auf. Kommen Sie, wann Sie möchten, und fragen Sie alles.",
        description=(
            "Auf dem Gelände am Kanal arbeiten neun Betriebe. An diesem Samstag stehen überall Leute, die erklären können, "
            "was dort geschieht: was aus dem Schornstein kommt, was im Tank ist, warum es manchmal riecht.\n\n"
            "Aufs Gelände kommen Sie ohne Anmeldung. Nur die Führungen durch die Anlagen haben feste Plätze. Sechs von "
            "zehn vergeben wir vorher im Netz, die anderen ab einer halben Stunde vorher am Stand neben dem Tor."
        ),
        plain_text=(
            "Viele Betriebe öffnen ihre Tore. Sie können einfach kommen. Für eine Führung brauchen Sie einen Platz. "
            "Es gibt Essen und ein Labor für Kinder. Der Eintritt kostet nichts."
        ),
        place="Industriepark Beispielkoog (fiktiv), Haupttor",
        street="Am Musterkanal 1",
        postcode="25999",
        city="Beispielkoog",
        coordinates="53.89640,9.17350",
        kreis="01051",
        host="Industriepark Beispielkoog (fiktiv)",
        audience="Alle. Führungen ab 10 Jahren.",
        cost="Keine",
        bring="Feste Schuhe für die Führung\nFahrrad: Stellplätze am Tor",
        step_free="partly",
        access=(
            ("childcare", "Kinderlabor ab 6 Jahren"),
            ("other", "Die Führungen um 11 und um 14 Uhr sind stufenfrei"),
        ),
        notices=(("Keine Drohnen, kein Rauchen", "Auf dem ganzen Gelände gilt Explosionsschutz."),),
        languages=("de", "en"),
        contact_name="Industriepark Beispielkoog",
        contact_email="tor@beispielkoog.example",
        contact_phone="04800 555 01 50",
        registration_opens="2027-08-02T09:00",
        registration_closes="2027-09-10T18:00",
    ),
    offers=slots("2027-09-11", "10:00", count=7, every=60, lasts=50, seats=15, word="Führung"),
    programme=(
        Line("10:00", "Das Tor geht auf", "Jede volle Stunde beginnt eine Führung."),
        Line("11:00", "Werkfeuerwehr", "Was brennt wie, und womit löscht man es?"),
        Line("13:00", "Geruch und Lärm – fragen Sie uns", "Mit Schichtleitung und Umweltamt."),
        Line("15:00", "Kinderlabor", "Säuren, Basen und bunte Farben."),
        Line("17:00", "Das Tor geht zu"),
    ),
)

SHIPYARD = DemoDialogue(
    initiative="kuestenindustrie",
    value=DialogueValue(
        title="Technik-Vormittag auf der Werft",
        format_code="F7",
        picture="shipyard",
        start="2027-04-22T08:45",
        end="2027-04-22T12:15",
        land="MV",
        lead="Vier Klassen, eine Halle, ein halbes Schiff. Wer mag, schweißt zum ersten Mal. Erst am Simulator.",
        description=(
            "Ein Schiff besteht aus 300.000 Teilen, und jedes hat jemand gezeichnet, geschnitten oder geschweißt. Die "
            "Klassen 8 bis 10 gehen an einem Vormittag den Weg eines Bleches nach, vom Rechner bis zum Rumpf.\n\n"
            "Der Bus holt die Klasse an der Schule ab. Fotos gibt es nur von Kindern, deren Eltern es schriftlich erlauben. "
            "Alle anderen tragen ein Zeichen am Helm."
        ),
        plain_text=(
            "Schülerinnen und Schüler besuchen eine Werft. Dort werden Schiffe gebaut. Sie dürfen ein Gerät ausprobieren. "
            "Ein Bus holt die Klasse ab. Alles ist kostenlos."
        ),
        latest_entry="09:00",
        place="Warnow-Demowerft GmbH (fiktiv), Halle 3",
        street="Musterhelling 5",
        postcode="18199",
        city="Rostock",
        coordinates="54.12480,12.09160",
        kreis="13003",
        host="Warnow-Demowerft GmbH (fiktiv)",
        audience="Klassen 8 bis 10, eine Begleitung je 12 Jugendliche",
        cost="Keine. Der Bus ist frei.",
        bring="Lange Hosen und geschlossene Schuhe\nDie Erlaubnis der Eltern für Fotos",
        step_free="yes",
        access=(("hearing", "Führung mit Ohrhörern"),),
        notices=(
            ("Nicht in die Flamme sehen", "Schutzscheiben stehen überall. Am Simulator braucht es keine."),
            ("Anmeldung nur als Klasse", "Vier Klassen zu 25 Plätzen. Die Lehrkraft meldet sie an."),
        ),
        recipients="Warnow-Demowerft GmbH (fiktiv), drei Werktage vorher",
        contact_name="Küstenindustrie-Initiative",
        contact_email="schule@kuestenindustrie.example",
        contact_phone="0381 555 01 80",
        registration_opens="2027-02-22T09:00",
        registration_closes="2027-04-09T15:00",
        list_deadline="2027-04-16T12:00",
    ),
    offers=tuple(OfferValue(key=f"klasse-{n}", capacity=25, title=f"Klasse {n}") for n in range(1, 5)),
    programme=(
        Line("08:45", "Einweisung", "Mit Bildern statt mit einem Blatt zum Unterschreiben."),
        Line("09:15", "Schweißsimulator", "Reihum, mit Azubis aus dem ersten Jahr."),
        Line("10:15", "Durch die Halle", "Vom Blech zum Rumpf."),
        Line("11:30", "Quiz am Modell", "Welche Sektion gehört wohin?"),
        Line("12:00", "Bescheinigung und Abfahrt"),
    ),
)
