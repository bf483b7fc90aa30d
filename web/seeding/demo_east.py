"""Dialogues of the demo in the east: Berlin, Brandenburg, Saxony, Saxony-Anhalt, Thuringia."""

from events.rules import DialogueValue, Line, OfferValue
from web.seeding.scripts import DemoDialogue, slots

PARLIAMENT = DemoDialogue(
    initiative="verbund-industrieinitiativen",
    value=DialogueValue(
        title="Parlamentarischer Abend der Industrieinitiativen",
        format_code="F10",
        picture="dome",
        start="2027-04-14T18:30",
        end="2027-04-14T21:30",
        land="BE",
        lead="Drei Geschichten aus drei Regionen, zwei Minuten lang. Danach stehen alle an Tischen, nach Ländern sortiert.",
        description=(
            "Abgeordnete hören viele Forderungen. An diesem Abend hören sie, was vor Ort ausprobiert wurde: was gelang, was "
            "misslang und was es gekostet hat.\n\n"
            "Eine Einladung gilt für eine Person und lässt sich einmal weitergeben. Wer aus dem Plenum kommt, darf zu spät "
            "kommen. Am Eingang wird der Ausweis angesehen."
        ),
        plain_text=(
            "Menschen aus der Politik treffen Menschen aus der Industrie. Drei Menschen erzählen kurz, was sie gemacht haben. "
            "Danach sprechen alle miteinander. Man braucht eine Einladung."
        ),
        admission="18:00",
        place="Haus der Beispielverbände (fiktiv), Atrium",
        street="Musterdamm 60",
        postcode="10119",
        city="Berlin",
        coordinates="52.52140,13.39270",
        kreis="11000",
        host="Haus der Beispielverbände (fiktiv)",
        audience="Auf persönliche Einladung: Bundestag, Länder, Initiativen",
        cost="Keine. Der Imbiss ist nach den Regeln für Abgeordnete bemessen.",
        bring="Ausweis\nDie Einladung, gedruckt oder auf dem Handy",
        step_free="yes",
        access=(("hearing", "Höranlage im Atrium"), ("sign_language", "auf Wunsch, bitte eine Woche vorher")),
        notices=(
            ("Ausweis mitbringen", "Das Haus gleicht ihn mit der Gästeliste ab."),
            ("Eine Einladung, eine Person", "Weitergeben geht einmal, mit neuem Namen."),
        ),
        recipients="Sicherheitsdienst des Hauses, einen Werktag vorher",
        contact_name="Verbund der Industrieinitiativen",
        contact_email="abend@verbund-industrieinitiativen.example",
        contact_phone="030 555 01 40",
        registration_opens="2027-03-15T09:00",
        registration_closes="2027-04-12T12:00",
        list_deadline="2027-04-13T12:00",
        party_limit=1,
    ),
    offers=(OfferValue(key="dialog", capacity=90),),
    programme=(
        Line("18:30", "Empfang"),
        Line("19:15", "Zwei Begrüßungen", "Zusammen fünf Minuten."),
        Line("19:30", "Drei Geschichten", "Zwei Minuten jede, ohne Folien."),
        Line("20:00", "Stehtische nach Ländern", "Wer später kommt, findet seinen Tisch am Schild."),
    ),
)

LUSATIA = DemoDialogue(
    initiative="werkraum-lausitz",
    value=DialogueValue(
        title="Strukturwandel-Café Lausitz – kafej k změnam",
        format_code="F5",
        picture="lake",
        start="2027-09-23T16:30",
        end="2027-09-23T19:30",
        land="BB",
        lead="Aus dem Tagebau wird ein See. Und aus der Arbeit? Ein Nachmittag an Tischen, deutsch und sorbisch.",
        description=(
            "Zuerst eine große Karte: Rot sind Sorgen, Grün sind Hoffnungen, jeder Punkt hat einen Ort. Danach zehn Tische, "
            "drei davon auf Niedersorbisch, einer in Leichter Sprache.\n\n"
            "Am Schluss gehen alle an den Ergebnissen vorbei. Verwaltung, Bergbaubetrieb und Hochschule sagen laut, was sie "
            "bis zum Winter tun. In einem halben Jahr fragen wir nach."
        ),
        plain_text=(
            "In der Lausitz wird keine Kohle mehr abgebaut. Vieles wird anders. Wir sprechen darüber bei Kaffee und Kuchen. "
            "Ein Tisch spricht Leichte Sprache. Es gibt auch Tische auf Sorbisch. Es kostet nichts."
        ),
        place="Maschinenhaus Musterschacht (fiktiv)",
        street="Am Beispielsee 3",
        postcode="03099",
        city="Cottbus/Chóśebuz",
        coordinates="51.77460,14.35180",
        kreis="12052",
        host="Maschinenhaus Musterschacht (fiktiv)",
        audience="Alle, die in der Lausitz leben oder arbeiten",
        cost="Keine. Kaffee und Kuchen sind frei.",
        bring="Ein Foto von einem Ort, der Ihnen wichtig ist",
        step_free="yes",
        access=(("plain_language", "ein eigener Tisch"), ("childcare", "ab 3 Jahren"), ("hearing", "mobile Höranlage")),
        languages=("de", "hsb"),
        contact_name="Werkraum Lausitz",
        contact_email="kafej@werkraum-lausitz.example",
        contact_phone="0355 555 01 30",
        registration_closes="2027-09-20T18:00",
        list_deadline="2027-09-21T12:00",
    ),
    offers=(
        OfferValue(key="deutsch", capacity=45, title="Tische auf Deutsch"),
        OfferValue(key="sorbisch", capacity=18, title="Blida serbski – Tische auf Sorbisch"),
        OfferValue(key="leicht", capacity=7, title="Tisch in Leichter Sprache"),
    ),
    programme=(
        Line("16:30", "Die Karte", "Sorgen und Hoffnungen, jede an ihrem Ort."),
        Line("17:15", "Zehn Tische", "Zwei Runden, Sie wechseln einmal."),
        Line("18:45", "Rundgang", "Alle sehen alles."),
        Line("19:15", "Versprechen", "Wer was bis zum Winter tut."),
    ),
)

CITY_WALK = DemoDialogue(
    initiative="fabrikstadt",
    value=DialogueValue(
        title="Stadtrundgang Industriekultur mit Werksbesuch",
        format_code="F2",
        picture="walk",
        start="2027-06-17T15:00",
        end="2027-06-17T18:30",
        land="SN",
        lead="Von der Spinnmühle zur Fünfachsfräse: zwei Kilometer, hundertachtzig Jahre, ein Feierabendbier.",
        description=(
            "Der Weg beginnt vor dem Museum, geht an drei Fabriken vorbei, in denen heute gewohnt, getanzt und studiert "
            "wird, und endet in einer, in der noch gearbeitet wird. Dort zeigt die Schicht, was eine Fräse kann.\n\n"
            "Den Rundgang gibt es in zwei Fassungen. Die stufenfreie hat einen eigenen Weg und einen Bus mit Rampe. Im "
            "Werk treffen sich beide Gruppen."
        ),
        plain_text=(
            "Sie gehen durch die Stadt und sehen alte Fabriken. Dann besuchen Sie eine Fabrik, in der gearbeitet wird. "
            "Es gibt einen Weg ohne Stufen. Ein Bus hilft. Der Rundgang kostet nichts."
        ),
        place="Vorplatz Industriemuseum Demo (fiktiv)",
        street="Musterspinnerei 1",
        postcode="09199",
        city="Chemnitz",
        coordinates="50.84120,12.91340",
        kreis="14511",
        host="Beispielfräs Chemnitz GmbH (fiktiv)",
        audience="Alle ab 12 Jahren",
        cost="Keine. Getränke im Werk sind frei.",
        bring="Bequeme, geschlossene Schuhe\nEtwas gegen Regen",
        step_free="partly",
        access=(("other", "Eigene Fassung ohne Stufen, mit Bus"), ("hearing", "Ohrhörer auf beiden Wegen")),
        notices=(("Im Werk: Brille auf", "Wir leihen sie Ihnen. Späne fliegen selten, aber schnell."),),
        languages=("de", "en"),
        contact_name="Verein Fabrikstadt Demo",
        contact_email="rundgang@fabrikstadt.example",
        contact_phone="0371 555 01 80",
        registration_closes="2027-06-15T12:00",
        list_deadline="2027-06-15T12:00",
    ),
    offers=(
        OfferValue(key="zu-fuss", capacity=30, title="Zu Fuß", description="Zwei Kilometer, mit Treppen."),
        OfferValue(
            key="stufenfrei", capacity=10, title="Stufenfrei", description="Mit Bus und Rampe, dieselben Halte."
        ),
    ),
    programme=(
        Line("15:00", "Vor dem Museum", "Wer war hier der Erste, und wer hat bezahlt?"),
        Line("15:20", "Der Weg", "Drei Fabriken, drei zweite Leben."),
        Line("16:15", "Im Werk", "Neunzig Minuten an den Maschinen."),
        Line("17:45", "Gestern – morgen", "Gespräch in der Kantine."),
    ),
)

CHEMISTRY_DAY = DemoDialogue(
    initiative="mustersaale",
    value=DialogueValue(
        title="Chemie im Dialog – Tag der Nachbarschaft",
        format_code="F3",
        picture="chemistry",
        start="2027-09-18T10:00",
        end="2027-09-18T16:00",
        land="ST",
        lead="Frühstück für die Nachbarn, Führungen für alle und eine Stunde, in der die Werkleitung nur antwortet.",
        description=(
            "Der Standort lädt die Orte ringsum ein. Am Morgen deckt die Werkfeuerwehr den Tisch, danach fahren Busse durch "
            "das Gelände. Um zwölf setzt sich die Werkleitung auf einen Stuhl ohne Tisch davor.\n\n"
            "Ohne Anmeldung sind Frühstück, Stände und Löschübung. Die Rundgänge haben feste Plätze, einer ist in Leichter "
            "Sprache, einer in Gebärdensprache."
        ),
        plain_text=(
            "Ein Chemie-Werk lädt die Nachbarn ein. Es gibt Frühstück. Sie können durch das Werk gehen. "
            "Um 11:30 Uhr gibt es einen Rundgang in Leichter Sprache. Es kostet nichts."
        ),
        place="Chemiestandort Mustersaale (fiktiv), Festplatz",
        street="Saaletor 4",
        postcode="06299",
        city="Musterau",
        coordinates="51.35790,11.99420",
        kreis="15088",
        host="Chemiestandort Mustersaale (fiktiv)",
        audience="Alle, besonders die Nachbarorte",
        cost="Keine",
        bring="Hunger und Fragen",
        step_free="yes",
        access=(
            ("plain_language", "Rundgang um 11:30 Uhr"),
            ("sign_language", "Rundgang um 14:00 Uhr"),
            ("childcare", "auf der Wiese"),
        ),
        notices=(("Um 14 Uhr wird es laut", "Die Werkfeuerwehr löscht einen Brand, den sie selbst gelegt hat."),),
        languages=("de", "uk"),
        contact_name="Nachbarschaftsbüro Mustersaale",
        contact_email="tag@mustersaale.example",
        contact_phone="03461 555 01 50",
        registration_opens="2027-08-09T09:00",
        registration_closes="2027-09-17T18:00",
    ),
    offers=slots("2027-09-18", "10:30", count=6, every=50, lasts=45, seats=30, word="Rundgang"),
    programme=(
        Line("10:00", "Frühstück", "Lange Tische, die Feuerwehr schenkt aus."),
        Line("10:30", "Rundgänge", "Alle fünfzig Minuten."),
        Line("12:00", "Ihre Frage an die Werkleitung", "Eine Stunde, nichts ist verboten."),
        Line("14:00", "Löschübung"),
    ),
)

NETWORK = DemoDialogue(
    initiative="industriedialog-demo",
    value=DialogueValue(
        title="Netzwerktreffen der regionalen Industrieinitiativen",
        format_code="F13",
        picture="network",
        start="2027-11-11T10:00",
        end="2027-11-11T16:30",
        land="TH",
        lead="Bring ein Format mit, nimm eines mit nach Hause. Fünf Labore, und mittags kennt man sich.",
        description=(
            "Sechzehn Länder, sechzehn Arten, miteinander zu reden. Jede Initiative bringt ein Format mit, das bei ihr "
            "funktioniert, und eines, das gescheitert ist. Beide sind gleich viel wert.\n\n"
            "Sie wählen zwei von fünf Laboren. Bis zu drei Menschen kommen aus einer Initiative, damit alle Platz finden. "
            "Wer nicht reisen kann, ist bei Vortrag und Laboren im Bild."
        ),
        plain_text=(
            "Menschen aus vielen Initiativen treffen sich. Sie zeigen einander, wie sie mit Bürgern sprechen. "
            "Sie können in Jena dabei sein oder am Computer."
        ),
        admission="09:30",
        place="Beispieloptik Forum (fiktiv)",
        street="Linsenweg 7",
        postcode="07799",
        city="Jena",
        coordinates="50.92140,11.58070",
        kreis="16053",
        online=True,
        online_link="https://raum.industriedialog-demo.example/netz",
        host="Beispieloptik Forum (fiktiv)",
        audience="Initiativen, bis zu drei Menschen aus jeder",
        cost="Keine. Reisekosten trägt die Initiative.",
        bring="Ein Format, das bei Ihnen funktioniert\nEines, das gescheitert ist",
        step_free="yes",
        access=(("hearing", "Ringschleife im großen Saal"), ("captions", "live, auch im Stream")),
        contact_name="Servicestelle Industriedialog Demo",
        contact_email="treffen@industriedialog-demo.example",
        contact_phone="03641 555 01 10",
        registration_closes="2027-11-03T18:00",
        list_deadline="2027-11-05T12:00",
        party_limit=3,
    ),
    offers=(
        OfferValue(key="jena", capacity=120, title="In Jena"),
        OfferValue(
            key="online", capacity=80, title="Online", description="Vortrag und Labore.", place="Online",
            online_link="https://raum.industriedialog-demo.example/netz",
        ),
    ),
    programme=(
        Line("10:00", "Vortrag", "Was man aus hundert Dialogen lernen kann."),
        Line("10:45", "Kennenlernen", "Acht Gespräche zu vier Minuten."),
        Line("11:30", "Labore, erste Runde"),
        Line("13:30", "Labore, zweite Runde", "Bring eines, nimm eines."),
        Line("15:15", "Was hat es gebracht?", "Wirkung messen, ohne sich zu belügen."),
        Line("16:15", "Schluss"),
    ),
)  # fmt: skip
