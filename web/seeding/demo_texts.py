"""Six dialogues of the demo as their initiatives announce them, with dates of the year 2027 that are moved later."""

from events.rules import DialogueValue, Line, OfferValue
from web.seeding.scripts import DemoDialogue, whole


def _tour(number: int, title: str, hosts: str) -> OfferValue:
    return OfferValue(key=f"tour-{number}", capacity=45, title=f"Tour {number}: {title}", description=hosts)


BUS_NIGHT = DemoDialogue(
    initiative="rheinbogen",
    value=DialogueValue(
        title="Nacht der offenen Werke Rhein-Ruhr",
        format_code="F1",
        start="2027-10-07T17:00",
        end="2027-10-07T22:30",
        land="NW",
        lead=(
            "Ein Abend, zwei Betriebe, ein Bus: Sie sehen Hallen, an denen Sie sonst vorbeifahren. "
            "Und Sie fragen die Leute, die dort arbeiten."
        ),
        description=(
            "Zwölf Betriebe zwischen Rhein und Ruhr arbeiten an diesem Abend bei offenem Tor. Sechs Busse fahren je zwei "
            "von ihnen an. In jedem Betrieb haben Sie 90 Minuten: für den Rundgang, für Ihre Fragen und für das, was die "
            "Leute an den Maschinen Ihnen erzählen möchten.\n\n"
            "Weil mehr Menschen mitfahren möchten, als in sechs Busse passen, entscheidet das Los. Es ist egal, wann Sie "
            "sich melden. Gruppen bis zu vier Personen bekommen alle Plätze oder keinen. Frei werdende Plätze gehen an "
            "die Nächsten auf der Losliste."
        ),
        plain_text=(
            "Sie fahren am Abend mit einem Bus. Der Bus hält bei zwei Betrieben. Dort sehen Sie, wie gearbeitet wird. "
            "Sie können die Leute alles fragen. Der Bus und das Essen kosten nichts. "
            "Viele Menschen möchten mit. Darum entscheidet das Los, wer einen Platz bekommt."
        ),
        admission="16:30",
        latest_entry="17:00",
        place="Busbahnhof Musterplatz",
        street="Musterplatz 1",
        postcode="40999",
        city="Düsseldorf",
        coordinates="51.21940,6.79310",
        kreis="05111",
        host="Zwölf Betriebe, darunter Beispielstahl Niederrhein AG, Musterglas Ratingen GmbH, Demo-Druckguss KG (alle fiktiv)",
        audience="Alle ab 14 Jahren, bis 16 mit Begleitung; Tour 3 ab 18",
        cost="Keine. Bus, Führung und Imbiss sind frei.",
        bring="Ausweis für jede Person\nFeste, geschlossene Schuhe\nFür Tour 3 eine lange Hose",
        step_free="partly",
        access=(
            ("hearing", "Führung mit Ohrhörern auf allen Touren"),
            ("sign_language", "auf Wunsch, bitte bis sechs Wochen vorher angeben"),
            ("other", "Tour 5 ist ganz stufenfrei, ihr Bus hat eine Rampe und zwei Rollstuhlplätze"),
        ),
        notices=(
            ("Ausweis mitbringen", "An jedem Werkstor wird er angesehen. Wir speichern keine Ausweisnummer."),
            ("Feste, geschlossene Schuhe", "Helm und Weste leihen wir Ihnen."),
            ("Keine Fotos in den Hallen", "Auf dem Hof und im Bus gern."),
            (
                "Tour 3: starke Magnetfelder",
                "Nicht geeignet mit Herzschrittmacher. Fragen Sie uns, wenn Sie unsicher sind.",
            ),
            ("Pünktlich um 17:00 Uhr", "Die Busse warten nicht. Später kommt niemand durchs Tor."),
        ),
        languages=("de", "en"),
        recipients="die beiden Betriebe Ihrer Tour und das Busunternehmen Musterreisen (fiktiv), zehn Werktage vorher",
        contact_name="Projektbüro Rheinbogen",
        contact_email="nacht@rheinbogen.example",
        contact_phone="0211 555 01 99",
        registration_opens="2027-06-01T09:00",
        registration_closes="2027-08-31T23:59",
        list_deadline="2027-09-23T12:00",
    ),
    offers=(
        _tour(1, "Glas und Druck", "Musterglas Ratingen GmbH und Demo-Druckguss KG (fiktiv)"),
        _tour(2, "Papier und Pulver", "Beispielpapier Neuss GmbH und Musterfarben Hilden AG (fiktiv)"),
        _tour(3, "Stahl bei Nacht", "Beispielstahl Niederrhein AG und Walzwerk Muster KG (fiktiv)"),
        _tour(4, "Strom und Wärme", "Kraftwerk Demo GmbH und Musterkabel Rhein GmbH (fiktiv)"),
        _tour(5, "Brot und Bausteine", "Beispielbäckerei Demo AG und Betonteile Muster KG (fiktiv)"),
        _tour(6, "Roboter und Reifen", "Demo-Robotik GmbH und Musterreifen Rhein KG (fiktiv)"),
    ),
    programme=(
        Line("16:30", "Einstieg", "Bitte halten Sie Ihren Ausweis bereit."),
        Line("17:00", "Abfahrt", "Unterwegs ein Quiz zu beiden Betrieben."),
        Line("17:45", "Erster Betrieb", "90 Minuten Rundgang und Gespräch."),
        Line("19:15", "Weiterfahrt", "Im Bus gibt es einen Imbiss, auch vegan."),
        Line("20:00", "Zweiter Betrieb", "90 Minuten Rundgang und Gespräch, mit Betriebsrat."),
        Line("22:30", "Zurück in Düsseldorf", "Sie sagen uns, wie es war. Anonym, zwei Minuten."),
    ),
)

SAFETY = DemoDialogue(
    initiative="rheinpark",
    value=DialogueValue(
        title="Was passiert, wenn was passiert? Nachbarschaftsdialog Anlagensicherheit",
        format_code="F4",
        picture="alarm",
        start="2027-04-24T14:00",
        end="2027-04-24T17:30",
        land="NW",
        lead=(
            "Wann heult die Sirene, und was tun Sie dann? Werkfeuerwehr, Behörde und Nachbarn gehen einen Alarm "
            "Schritt für Schritt durch."
        ),
        description=(
            "Neben einer Chemieanlage zu wohnen heißt, sich manches zu fragen. Was lagert dort? Wer misst, was in der Luft "
            "ist? Und wer ruft mich an, wenn nachts etwas schiefgeht?\n\n"
            "Zuerst fahren wir mit zwei Bussen durch das Werk. Danach spielen Werkfeuerwehr und Leitstelle einen Alarm "
            "nach, ohne Auslassungen. Fragen sammeln wir vorher und am Tag selbst. Was offen bleibt, beantwortet das Werk "
            "innerhalb von vier Wochen schriftlich, für alle lesbar."
        ),
        plain_text=(
            "Sie wohnen neben einer Fabrik für Chemie. Sie möchten wissen: Was passiert bei einem Alarm? "
            "Wir zeigen es Ihnen. Die Feuerwehr der Fabrik ist da. Das Amt ist auch da. "
            "Sie fahren mit dem Bus durch die Fabrik. Danach können Sie alles fragen."
        ),
        admission="13:30",
        latest_entry="14:10",
        place="Musterchemie Rheinpark GmbH (fiktiv), Tor 2",
        street="Beispielring 100",
        postcode="51999",
        city="Leverkusen",
        coordinates="51.02870,6.98420",
        kreis="05316",
        host="Musterchemie Rheinpark GmbH (fiktiv)",
        audience="Nachbarn ab 12 Jahren, Kinder mit Begleitung",
        cost="Keine. Kaffee und Kuchen sind frei.",
        bring="Ausweis für jede Person ab 16\nGeschlossene Schuhe\nIhre Fragen",
        step_free="partly",
        access=(
            ("hearing", "mobile Höranlage im Saal"),
            ("plain_language", "Kurzfassung zum Mitnehmen"),
            ("other", "ein Bus mit Rampe, bitte in der Nachricht angeben"),
        ),
        notices=(
            ("Ausweis mitbringen", "Der Werkschutz gleicht ihn mit der Liste ab und gibt ihn gleich zurück."),
            ("Keine Fotos aus dem Bus", "Im Saal sind Fotos erlaubt, wenn alle im Bild einverstanden sind."),
            ("Handys im Flugmodus", "In Teilen des Werks gilt Explosionsschutz."),
        ),
        languages=("de", "tr"),
        recipients="Musterchemie Rheinpark GmbH (fiktiv), Werkschutz, drei Werktage vorher",
        contact_name="Nachbarschaftsbüro Rheinpark",
        contact_email="fragen@rheinpark.example",
        contact_phone="0214 555 01 40",
        registration_opens="2027-03-01T09:00",
        registration_closes="2027-04-20T18:00",
        list_deadline="2027-04-20T18:00",
    ),
    offers=whole(80),
    programme=(
        Line("14:00", "Begrüßung", "Was wir heute wissen möchten."),
        Line("14:15", "Rundfahrt", "Zwei Busse, zwei Wege, mit Leuten aus der Schicht."),
        Line("15:30", "Spielszene Alarm", "Leitstelle und Werkfeuerwehr, Minute für Minute."),
        Line("16:00", "Ihre Fragen", "Zuerst die, die Sie uns vorher geschickt haben."),
        Line("17:00", "Zeit zum Reden", "An Stehtischen, mit Behörde und Betriebsrat."),
    ),
)

HYDROGEN = DemoDialogue(
    initiative="dialogverbund-ems",
    value=DialogueValue(
        title="Wasserstoff vor der Haustür – Bürgerwerkstatt",
        series="Energie im Moor",
        format_code="F5",
        start="2027-03-04T17:00",
        end="2027-03-04T21:00",
        land="NI",
        lead=(
            "Eine Leitung, ein Speicher, viele Fragen. 60 Menschen aus der Umgebung beraten einen Abend lang, "
            "was gehen kann und was nicht."
        ),
        description=(
            "Unter den Wiesen bei Beispielmoor soll eine Leitung für Wasserstoff verlegt werden, daneben ein Speicher. "
            "Der Plan ist noch nicht fertig. Genau deshalb fragen wir jetzt.\n\n"
            "Sie sitzen an Tischen zu sechst und wechseln zweimal. Jede Runde hat eine Frage: Was macht Ihnen Sorge? Was "
            "müsste gelten, damit es gut wird? Was brauchen Sie, um mitzureden? Am Ende verteilen alle Punkte. Die "
            "Samtgemeinde und der Betreiber antworten innerhalb von drei Monaten auf jeden Vorschlag, auch mit Nein und mit Grund."
        ),
        plain_text=(
            "Bei Beispielmoor soll eine Leitung gebaut werden. In der Leitung fließt Wasserstoff. Das ist ein Gas. "
            "Viele Menschen haben Fragen dazu. Darum laden wir Sie ein. Sie sitzen mit anderen an einem Tisch. "
            "Sie sagen Ihre Meinung. Es gibt Abendessen. Jemand passt auf die Kinder auf. Alles kostet nichts."
        ),
        admission="16:30",
        place="Dorfgemeinschaftshaus Beispielmoor",
        street="Moorweg 4",
        postcode="49999",
        city="Beispielmoor",
        coordinates="52.71830,7.29460",
        kreis="03454",
        host="Samtgemeinde Beispielmoor (fiktiv)",
        audience="Alle ab 16 Jahren, auch ohne Vorwissen",
        cost="Keine. Abendessen und Kinderbetreuung sind frei.",
        bring="Nichts außer Neugier\nEine Karte vom eigenen Grundstück, wenn Sie an der Strecke wohnen",
        step_free="yes",
        access=(
            ("childcare", "für Kinder von 3 bis 10, im Nebenraum"),
            ("plain_language", "die Fakten am Anfang"),
            ("hearing", "Ringschleife im Saal"),
        ),
        notices=(
            (
                "Fotos vom Saal",
                "Wir fotografieren nur Tische und Ergebnisse. Wer nicht ins Bild will, bekommt ein Zeichen.",
            ),
        ),
        languages=("de", "pl"),
        contact_name="Büro des Dialogverbunds",
        contact_email="werkstatt@dialogverbund-ems.example",
        contact_phone="05900 555 01 20",
        registration_closes="2027-03-01T18:00",
        list_deadline="2027-03-02T12:00",
    ),
    offers=whole(60),
    programme=(
        Line("17:00", "Ankommen", "Getränke, die Kinderbetreuung öffnet."),
        Line("17:20", "Was man wissen muss", "Die Fakten in Leichter Sprache."),
        Line("17:50", "Drei Tischrunden", "Sie wechseln zweimal den Tisch."),
        Line("19:10", "Abendessen"),
        Line("19:45", "Gewichten", "Jede Person vergibt fünf Punkte."),
        Line("20:40", "Was daraus wird", "Wer bis wann antwortet."),
    ),
)

HOW_CLOSE = DemoDialogue(
    initiative="stadtforum-industrie",
    value=DialogueValue(
        title="Industrie und Wohnen: Wie nah ist zu nah?",
        format_code="F6",
        start="2027-02-25T18:30",
        end="2027-02-25T20:30",
        land="HE",
        lead="Neue Wohnungen rücken an alte Werke. Drei Sichten, ein Kreis aus Stühlen und Ihre Fragen in der Mitte.",
        description=(
            "In der Stadt fehlt Platz. Wo früher eine Gießerei stand, sollen 900 Wohnungen entstehen. Der Betrieb nebenan "
            "arbeitet in drei Schichten und möchte bleiben. Geht beides?\n\n"
            "Eine Anwohnerin, ein Werkleiter und eine Planerin sagen zuerst, was sie sehen. Dann öffnet sich der Kreis. "
            "Fishbowl heißt: In der Mitte stehen fünf Stühle, einer bleibt frei. Wer etwas sagen will, setzt sich. Wer im "
            "Netz dabei ist, schreibt an die Fragewand. Vorher und nachher stimmen alle ab. Wir zeigen beide Ergebnisse."
        ),
        plain_text=(
            "Menschen brauchen Wohnungen. Fabriken brauchen auch Platz. Manchmal ist beides sehr nah. "
            "Darüber sprechen wir. Drei Menschen erzählen zuerst. Danach können alle mitreden. "
            "Sie können in den Saal kommen. Oder Sie schauen am Computer zu."
        ),
        admission="18:00",
        place="Kulturhaus Musterhof (fiktiv)",
        street="Mustergasse 5",
        postcode="60999",
        city="Frankfurt am Main",
        coordinates="50.11260,8.70480",
        kreis="06412",
        online=True,
        online_link="https://raum.stadtforum-industrie.example/nah",
        host="Kulturhaus Musterhof (fiktiv)",
        audience="Alle, die in der Stadt wohnen oder arbeiten",
        cost="Keine",
        bring="Für den Saal: nichts\nOnline: einen Browser, mehr nicht",
        step_free="yes",
        access=(
            ("hearing", "Ringschleife in den Reihen 1 bis 5"),
            ("sign_language", "im Saal und im Bild"),
            ("captions", "live, im Saal auf der Leinwand"),
        ),
        notices=(("Die Übertragung wird nicht aufgezeichnet", "Zu sehen ist nur, wer in der Mitte sitzt."),),
        contact_name="Stadtforum Industrie",
        contact_email="abend@stadtforum-industrie.example",
        contact_phone="069 555 01 70",
        registration_closes="2027-02-25T12:00",
        list_deadline="2027-02-25T12:00",
    ),
    offers=(
        OfferValue(
            key="saal", capacity=150, title="Im Saal", description="Mit der Möglichkeit, sich in die Mitte zu setzen."
        ),
        OfferValue(
            key="online",
            capacity=300,
            title="Online",
            description="Bild, Ton, Untertitel und die Fragewand. Den Link bekommen Sie mit der Bestätigung.",
            place="Online",
            online_link="https://raum.stadtforum-industrie.example/nah",
        ),
    ),
    programme=(
        Line("18:30", "Drei Sichten", "Anwohnerin, Werkleiter, Planerin: je sieben Minuten."),
        Line("19:00", "Fishbowl", "Fünf Stühle, einer ist immer frei."),
        Line("20:00", "Abstimmen", "Dieselbe Frage wie am Anfang. Was hat sich verändert?"),
        Line("20:15", "Schluss", "Was das Stadtforum weitergibt, und an wen."),
    ),
)

BREAKFAST = DemoDialogue(
    initiative="kammerforum-weser",
    value=DialogueValue(
        title="Industriefrühstück an der Weser: Strompreise verständlich",
        series="Industriefrühstück an der Weser",
        format_code="F9",
        start="2027-02-18T07:45",
        end="2027-02-18T09:15",
        land="HB",
        lead="Zehn Minuten Zahlen, eine Stunde Gespräch: Woraus besteht der Strompreis, und wer kann daran drehen?",
        description=(
            "Ein Haushalt, eine Bäckerei und eine Werft zahlen sehr verschiedene Preise für denselben Strom. Wir legen drei "
            "Rechnungen nebeneinander und lesen sie gemeinsam.\n\n"
            "Danach wird an den Tischen geredet. Am Ende stehen drei Verabredungen auf dem Papier, mehr nicht. Beim "
            "nächsten Frühstück fragen wir nach, was daraus geworden ist. Wir treffen uns einmal im Monat, immer donnerstags."
        ),
        plain_text=(
            "Strom kostet Geld. Aber nicht alle zahlen gleich viel. Warum ist das so? "
            "Wir erklären es in zehn Minuten. Dann frühstücken wir und reden. Das Frühstück kostet nichts."
        ),
        admission="07:30",
        place="Bremer Demonstrationswerft (fiktiv), Kantine",
        street="Am Musterkai 8",
        postcode="28999",
        city="Bremen",
        coordinates="53.11920,8.74630",
        kreis="04011",
        host="Bremer Demonstrationswerft (fiktiv)",
        audience="Beschäftigte, Betriebe, Nachbarn, Schulen",
        cost="Keine. Kaffee, Tee und Brötchen sind frei.",
        bring="Wenn Sie mögen: Ihre letzte Stromrechnung",
        step_free="yes",
        access=(("hearing", "Höranlage an den vorderen Tischen, bitte vor Ort fragen"),),
        notices=(("Eingang über das Werkstor", "Sagen Sie dort „Frühstück“. Ein Ausweis ist nicht nötig."),),
        contact_name="Kammerforum Weser",
        contact_email="fruehstueck@kammerforum-weser.example",
        contact_phone="0421 555 01 10",
        registration_closes="2027-02-17T12:00",
        list_deadline="2027-02-17T12:00",
    ),
    offers=whole(35),
    programme=(
        Line("07:45", "Kaffee"),
        Line("08:00", "Zehn Minuten", "Drei Stromrechnungen, nebeneinander gelegt."),
        Line("08:15", "Gespräch an den Tischen"),
        Line("09:00", "Drei Verabredungen", "Wer bis zum nächsten Mal was herausfindet."),
    ),
)

WORKS_COUNCILS = DemoDialogue(
    initiative="transformationsbuero-mitte",
    value=DialogueValue(
        title="Betriebsrätekonferenz: Stahl im Wandel",
        format_code="F11",
        picture="steel",
        start="2027-05-20T09:30",
        end="2027-05-20T16:00",
        land="NI",
        lead="Neue Öfen, andere Schichten, andere Berufe. Betriebsräte zeigen einander, was schon vereinbart ist.",
        description=(
            "Wenn ein Hochofen durch einen Elektroofen ersetzt wird, ändert sich fast jede Stelle im Werk. Manche "
            "Betriebsräte haben das schon verhandelt, andere stehen davor. Auf dieser Konferenz reden sie miteinander.\n\n"
            "In vier Foren geht es um Qualifizierung, Schichtmodelle, Standortvereinbarungen und den Umgang mit Angst. Jedes "
            "Forum gibt es zweimal. Die Inhalte sind für die Arbeit des Betriebsrats erforderlich (§ 37 Absatz 6 BetrVG). "
            "Eine Bescheinigung über 5,5 Stunden bekommen Sie am Ausgang."
        ),
        plain_text=(
            "Betriebsräte treffen sich einen Tag lang. Sie arbeiten in Stahlwerken. Dort ändert sich gerade viel. "
            "Sie erzählen einander, was gut geklappt hat und was nicht. Der Betrieb bezahlt 95 Euro."
        ),
        admission="09:00",
        place="Kongresshalle Musterwerk (fiktiv)",
        street="Werkstraße 1",
        postcode="38999",
        city="Salzgitter",
        coordinates="52.15370,10.40820",
        kreis="03102",
        host="Musterstahl Mitte GmbH (fiktiv)",
        audience="Betriebsräte, bis zu vier je Gremium",
        cost="95 Euro, die der Arbeitgeber trägt (§ 40 BetrVG)",
        bring="Beschluss des Gremiums über die Teilnahme\nEine Vereinbarung, die Sie gern zeigen",
        step_free="yes",
        access=(
            ("hearing", "Höranlage in der Halle und in Forum A"),
            ("captions", "in der Halle"),
        ),
        notices=(
            ("Der Arbeitgeber erfährt nichts", "Namen gehen weder an Betriebe noch an Verbände."),
            ("Bescheinigung am Ausgang", "Bitte tragen Sie sich mit Unterschrift in die Liste ein."),
        ),
        contact_name="Transformationsbüro Mitte",
        contact_email="konferenz@transformationsbuero-mitte.example",
        contact_phone="05341 555 01 60",
        registration_closes="2027-05-12T18:00",
        list_deadline="2027-05-14T12:00",
    ),
    offers=whole(120),
    programme=(
        Line("09:30", "Eröffnung"),
        Line("10:00", "Weniger CO₂, andere Arbeit", "Zahlen aus drei Werken, von den Betriebsräten selbst."),
        Line("11:30", "Foren A bis D", "Qualifizierung, Schichten, Standort, Angst."),
        Line("12:45", "Mittagessen"),
        Line("13:30", "Gute Beispiele", "Fünf Vereinbarungen in je sechs Minuten."),
        Line("14:30", "Foren noch einmal", "Sie wählen ein zweites."),
        Line("15:30", "Ausblick", "Was jetzt in den Gremien zu tun ist."),
    ),
)
