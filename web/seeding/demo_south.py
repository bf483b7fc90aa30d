"""Dialogues of the demo in the south-west and south: Rhineland-Palatinate, Saarland, Baden-Württemberg, Bavaria."""

from events.rules import DialogueValue, Line, OfferValue
from web.seeding.scripts import DemoDialogue, slots, whole

FAMILY_TOUR = DemoDialogue(
    initiative="beispielrhein",
    value=DialogueValue(
        title="Familienrundfahrt durchs Chemiewerk",
        format_code="F2",
        picture="coach",
        start="2027-05-22T09:00",
        end="2027-05-22T16:00",
        land="RP",
        lead="Eine Stadt aus Rohren, und man darf hindurchfahren. Mit Kindern ab sechs, mit allen Fragen.",
        description=(
            "Zwölf Busse, einer jede halbe Stunde. Die Fahrt führt an den Steamcrackern vorbei, durch den Hafen und zur "
            "Werkfeuerwehr. Im Bus sitzt jemand, der dort arbeitet und nicht nur die schönen Seiten erzählt.\n\n"
            "Danach dürfen Kinder mischen, färben und messen. Erwachsene können derweil sagen, was sie in der Nacht hören "
            "und am Morgen riechen. Jede Meldung bekommt eine Nummer und eine Antwort."
        ),
        plain_text=(
            "Sie fahren mit einem Bus durch ein großes Werk. Dort wird Chemie gemacht. Kinder ab 6 Jahren dürfen mit. "
            "Danach gibt es Versuche für Kinder. Es kostet nichts. Bringen Sie Ihren Ausweis mit."
        ),
        latest_entry="14:35",
        place="Besucherzentrum Chemiewerk Beispielrhein (fiktiv)",
        street="Beispielrheinstraße 38",
        postcode="67099",
        city="Ludwigshafen am Rhein",
        coordinates="49.49820,8.43070",
        kreis="07314",
        host="Chemiewerk Beispielrhein GmbH (fiktiv)",
        audience="Familien mit Kindern ab 6 Jahren, immer mit einer erwachsenen Person",
        cost="Keine",
        bring="Amtlichen Ausweis für jede erwachsene Person",
        step_free="partly",
        access=(
            ("hearing", "Führung mit Ohrhörern"),
            ("other", "Die Busse um 10:30 und 13:30 Uhr haben eine Rampe"),
        ),
        notices=(
            ("Ausweis mitbringen", "Für alle ab 16 Jahren. Der Werkschutz sieht ihn an und notiert nichts."),
            ("Sitzen bleiben im Werk", "Ausgestiegen wird nur an der Feuerwache."),
            ("Keine Fotos aus dem Bus", "An der Feuerwache gern."),
        ),
        languages=("de", "en"),
        recipients="Chemiewerk Beispielrhein GmbH (fiktiv), Werkschutz, zwei Werktage vorher",
        contact_name="Besucherzentrum Beispielrhein",
        contact_email="besuch@beispielrhein.example",
        contact_phone="0621 555 01 90",
        registration_closes="2027-05-19T12:00",
        list_deadline="2027-05-19T12:00",
    ),
    offers=slots("2027-05-22", "09:00", count=12, every=30, lasts=90, seats=40, word="Rundfahrt"),
    programme=(
        Line("09:00", "Ausweise", "Die erste Gruppe. Jede halbe Stunde beginnt die nächste."),
        Line("09:05", "Ein Film", "Zehn Minuten: Was hier hergestellt wird und wofür."),
        Line("09:15", "Rundfahrt", "Eine Stunde, mit Halt an der Feuerwache."),
        Line("10:15", "Versuche", "So lange Sie mögen. Englisch im Bus um 14:00 Uhr."),
    ),
)

EVENING_TALK = DemoDialogue(
    initiative="saarstahlzukunft",
    value=DialogueValue(
        title="Feierabendgespräch: Zukunft Stahl an der Saar",
        format_code="F9",
        picture="headframe",
        start="2027-03-16T18:00",
        end="2027-03-16T20:00",
        land="SL",
        lead="Zwanzig Minuten Fakten, danach ist der Tisch offen. Name und E-Mail genügen.",
        description=(
            "Grüner Stahl heißt: neue Öfen, viel Strom und Wasserstoff, der noch nicht da ist. Wer verdient daran, wer "
            "verliert seine Arbeit, und was wird aus den Gichtgasleitungen über der Stadt?\n\n"
            "Ein Schmelzer und eine Einkäuferin sprechen je zehn Minuten. Sie werden übertragen und aufgezeichnet. Die "
            "offene Runde danach nicht, damit alle reden können."
        ),
        plain_text=(
            "An der Saar wird Stahl gemacht. Das soll sauberer werden. Zwei Menschen erzählen, was sich ändert. "
            "Danach reden alle zusammen. Es kostet nichts."
        ),
        admission="18:00",
        place="Alte Schmelze Musterhütte (fiktiv)",
        street="Hochofenweg 2",
        postcode="66999",
        city="Saarbrücken",
        coordinates="49.23860,6.97210",
        kreis="10041",
        host="Alte Schmelze Musterhütte (fiktiv)",
        audience="Alle, besonders Beschäftigte und ihre Familien",
        cost="Keine. Getränke bezahlt jede Person selbst.",
        step_free="yes",
        access=(("hearing", "Höranlage an allen Tischen"), ("captions", "live im Stream")),
        languages=("de",),
        contact_name="Stammtisch Saarstahlzukunft",
        contact_email="feierabend@saarstahlzukunft.example",
        contact_phone="0681 555 01 20",
        registration_closes="2027-03-16T12:00",
        list_deadline="2027-03-16T12:00",
    ),
    offers=whole(50),
    programme=(
        Line("18:00", "Türen auf"),
        Line("18:30", "Zweimal zehn Minuten", "Schmelzer und Einkäuferin, mit Übertragung."),
        Line("19:00", "Offene Runde", "Ohne Kamera, ohne Podium."),
    ),
)

BATTERY = DemoDialogue(
    initiative="zellfertigung",
    value=DialogueValue(
        title="Zukunftswerkstatt Batterie: Beschäftigte planen mit",
        format_code="F5",
        picture="battery",
        start="2027-06-15T13:00",
        end="2027-06-15T17:30",
        land="BW",
        lead="Wo heute Getriebe entstehen, sollen Zellen laufen. Wer dort arbeitet oder daneben wohnt, plant mit.",
        description=(
            "Die Halle steht, die Maschinen noch nicht. Zwanzig Beschäftigte und zwanzig Menschen aus der Nachbarschaft "
            "oder auf Arbeitssuche denken einen Nachmittag lang in drei Schritten: Was stört? Was wäre schön? Was geht "
            "wirklich, und wer macht es bis wann?\n\n"
            "Der Betrieb sieht am Ende die Vorschläge, aber nie, wer was gesagt oder in der Umfrage angekreuzt hat."
        ),
        plain_text=(
            "Eine Fabrik baut bald Batterien. Die Arbeit wird dann anders. Sie können Ihre Ideen sagen. "
            "Der Chef erfährt nicht, wer was gesagt hat. Es gibt Kaffee und Kuchen."
        ),
        place="Beispielzelle Süd GmbH (fiktiv), Lernfabrik",
        street="Musterachse 12",
        postcode="68999",
        city="Mannheim",
        coordinates="49.51640,8.49350",
        kreis="08222",
        host="Beispielzelle Süd GmbH (fiktiv)",
        audience="Beschäftigte, Nachbarn und Menschen, die Arbeit suchen",
        cost="Keine. Für Beschäftigte ist es Arbeitszeit.",
        bring="Eine Sache aus dem Arbeitsalltag, die bleiben soll",
        step_free="yes",
        access=(("plain_language", "Ein Tisch spricht einfache Sprache"), ("hearing", "Ringschleife im Saal")),
        notices=(("Antworten bleiben hier", "Der Betrieb bekommt Vorschläge ohne Namen."),),
        languages=("de", "en", "tr"),
        contact_name="Bündnis Zellfertigung Rhein-Neckar",
        contact_email="werkstatt@zellfertigung.example",
        contact_phone="0621 555 01 77",
        registration_closes="2027-06-10T18:00",
        list_deadline="2027-06-11T12:00",
    ),
    offers=(
        OfferValue(key="arbeit", capacity=20, title="Wer dort arbeitet", description="Auch Leiharbeit und Ausbildung."),
        OfferValue(key="nachbarn", capacity=20, title="Nachbarschaft und Arbeitssuche"),
    ),
    programme=(
        Line("13:00", "Was stört", "Alles darf an die Wand."),
        Line("14:15", "Was schön wäre", "Ohne Rücksicht auf Geld."),
        Line("15:30", "Was geht", "Drei Vorhaben, jedes mit Namen und Datum."),
        Line("17:00", "Zurück an die Wand", "Was ist davon übrig?"),
    ),
)

ONLINE_AI = DemoDialogue(
    initiative="industriedialog-donau",
    value=DialogueValue(
        title="Online-Dialog: KI in der Fabrik – was bleibt dem Menschen?",
        format_code="F12",
        picture="robot",
        start="2027-01-28T18:00",
        end="2027-01-28T19:30",
        land="BW",
        lead="Die Kamera sieht den Riss vor dem Menschen. Wer entscheidet dann? Ein Abend am Bildschirm, mit Widerspruch.",
        description=(
            "Zwei Menschen, zwei Meinungen: Eine Werkleiterin lässt die Software entscheiden, ein Betriebsrat hat sie an "
            "zwei Stellen wieder abgeschaltet. Beide haben Gründe.\n\n"
            "Bei der Anmeldung wählen Sie ein Gespräch in kleiner Runde. Nichts wird aufgezeichnet. Am Anfang und am Ende "
            "steht dieselbe Frage, und wir zeigen, ob sich etwas bewegt hat."
        ),
        plain_text=(
            "In Fabriken rechnen Computer mit. Manche Menschen finden das gut, andere nicht. "
            "Wir reden darüber im Internet. Sie brauchen nur einen Browser. Es kostet nichts."
        ),
        online=True,
        online_link="https://raum.industriedialog-donau.example/ki",
        host="Industrie-Dialog Donau (fiktiv)",
        audience="Alle. Vorwissen braucht es nicht.",
        cost="Keine",
        bring="Einen Browser und, wenn Sie mögen, eine Kamera",
        access=(("captions", "live"), ("sign_language", "im Bild")),
        notices=(("Keine Aufzeichnung", "Auch nicht durch andere. In den Runden sieht man nur, wer es möchte."),),
        contact_name="Industrie-Dialog Donau",
        contact_email="online@industriedialog-donau.example",
        contact_phone="0731 555 01 20",
        registration_closes="2027-01-28T17:00",
        list_deadline="2027-01-28T17:00",
    ),
    offers=(
        OfferValue(
            key="pruefen",
            capacity=100,
            title="Runde „Prüfen“",
            description="Die Kamera findet den Fehler.",
            place="Online",
        ),
        OfferValue(
            key="planen",
            capacity=100,
            title="Runde „Planen“",
            description="Das Programm teilt Schichten ein.",
            place="Online",
        ),
        OfferValue(
            key="lernen", capacity=100, title="Runde „Lernen“", description="Wer bildet wen aus?", place="Online"
        ),
    ),
    programme=(
        Line("18:00", "Eine Frage an alle", "Die Antwort sehen Sie erst am Ende."),
        Line("18:10", "Zwei Meinungen", "Werkleiterin und Betriebsrat."),
        Line("18:30", "Kleine Runden", "35 Minuten, sechs bis acht Menschen."),
        Line("19:05", "Ihre Fragen"),
        Line("19:25", "Dieselbe Frage noch einmal", "Fünf Minuten Umfrage."),
    ),
)

BEARINGS = DemoDialogue(
    initiative="musterlager-main",
    value=DialogueValue(
        title="Werkführung Wälzlager: Blick in die Fertigung",
        format_code="F2",
        picture="bearing",
        start="2027-04-29T15:00",
        end="2027-04-29T18:15",
        land="BY",
        lead="Ein Tausendstel Millimeter entscheidet. Fünfzehn Menschen auf einmal sehen, wie man ihn trifft.",
        description=(
            "In jedem Rad, jeder Waschmaschine und jedem Windrad dreht sich ein Wälzlager. Wir gehen die Linie entlang, vom "
            "Ring über den Schliff bis zur Prüfung, bei der man hört, ob eine Kugel stimmt.\n\n"
            "Danach ist Zeit für Fragen an den Betriebsrat: nach Schichten, Löhnen und danach, was Elektroautos für das "
            "Werk bedeuten. Denn die brauchen weniger Lager."
        ),
        plain_text=(
            "Sie sehen, wie Kugellager gemacht werden. Das sind Teile, damit sich Räder leicht drehen. "
            "Sie gehen in einer kleinen Gruppe durch die Halle. Sie bekommen Schuhe geliehen. Es kostet nichts."
        ),
        place="Musterlager Main AG (fiktiv), Tor Süd",
        street="Beispielgeorgstraße 30",
        postcode="97499",
        city="Schweinfurt",
        coordinates="50.03710,10.21980",
        kreis="09662",
        host="Musterlager Main AG (fiktiv)",
        audience="Alle ab 16 Jahren. Nicht für Beschäftigte von Wettbewerbern.",
        cost="Keine",
        bring="Ausweis\nIhre Schuhgröße: bitte bei der Anmeldung in die Nachricht schreiben",
        step_free="no",
        access=(("hearing", "Führung mit Ohrhörern"), ("other", "Zwischen den Hallen liegen zwei Treppen")),
        notices=(
            ("Sicherheitsschuhe", "Wir leihen sie Ihnen in Ihrer Größe."),
            ("Keine Fotos", "Auch keine Handys in der Hand: An den Linien fährt es von allein."),
            ("Ab 16 Jahren", "So will es die Berufsgenossenschaft."),
        ),
        recipients="Musterlager Main AG (fiktiv), drei Werktage vorher um 12 Uhr",
        contact_name="Besucherdienst Musterlager Main",
        contact_email="fuehrung@musterlager-main.example",
        contact_phone="09721 555 01 60",
        registration_closes="2027-04-26T12:00",
        list_deadline="2027-04-26T12:00",
    ),
    offers=slots("2027-04-29", "15:00", count=4, every=45, lasts=60, seats=15, word="Führung"),
    programme=(
        Line("15:00", "Am Tor", "Die erste Gruppe: Ausweis, Schuhe, Weste."),
        Line("15:10", "Einweisung", "In Bildern, fünf Minuten."),
        Line("15:15", "Die Linie entlang", "45 Minuten."),
        Line("16:00", "Fragen", "Mit dem Betriebsrat. Die anderen Gruppen folgen alle 45 Minuten."),
    ),
)

PERMIT = DemoDialogue(
    initiative="chemiedreieck",
    value=DialogueValue(
        title="Runder Tisch Genehmigung: Werk, Gemeinde, Nachbarn",
        format_code="F14",
        start="2027-07-08T16:00",
        end="2027-07-08T18:30",
        land="BY",
        lead="Vier Seiten, je sechs Stühle, eine Lärmmessung. Was darf das Werk, und was verlangt der Ort?",
        description=(
            "Der neue Kühlturm braucht eine Genehmigung. Bevor das Landratsamt entscheidet, sitzen Werk, Gemeinde, "
            "Nachbarschaft und Gewerkschaft an einem Tisch, alle gleich viele. Jede Seite benennt ihre Leute und deren "
            "Vertretung.\n\n"
            "Zuhören dürfen alle. Das Protokoll steht nach einer Woche hier, mit den offenen Punkten und den Namen der "
            "Stellen, die antworten müssen."
        ),
        plain_text=(
            "Ein Werk will etwas Neues bauen. Vier Gruppen sitzen an einem Tisch und beraten. "
            "Sie können zuhören. Danach gibt es einen Bericht zum Lesen."
        ),
        place="Bürgersaal Musterkirchen (fiktiv)",
        street="Rathausplatz 1",
        postcode="84599",
        city="Altötting",
        coordinates="48.22740,12.67690",
        kreis="09171",
        host="Gemeinde Musterkirchen (fiktiv)",
        audience="24 benannte Mitglieder mit Vertretung; zuhören dürfen alle",
        cost="Keine",
        step_free="yes",
        access=(("hearing", "Ringschleife am Tisch und in den ersten Reihen"),),
        notices=(
            ("Benannte gehen vor", "Die Seiten nennen ihre Leute selbst. Übrige Plätze öffnen wir zwei Wochen vorher."),
        ),
        contact_name="Gesprächskreis Chemiedreieck",
        contact_email="tisch@chemiedreieck.example",
        contact_phone="08671 555 01 10",
        registration_opens="2027-06-24T09:00",
        registration_closes="2027-07-07T12:00",
    ),
    offers=tuple(
        OfferValue(key=key, capacity=6, title=title)
        for key, title in (
            ("werk", "Werk"),
            ("gemeinde", "Gemeinde"),
            ("nachbarn", "Nachbarschaft"),
            ("union", "Gewerkschaft"),
        )
    ),
    programme=(
        Line("16:00", "Protokoll", "Was vom letzten Mal offen ist."),
        Line("16:20", "Stand des Verfahrens"),
        Line("16:50", "Die Lärmmessung", "Drei Nächte, vier Orte, eine Karte."),
        Line("17:40", "Offene Punkte", "Wer antwortet bis wann."),
        Line("18:20", "Nächster Termin"),
    ),
)
