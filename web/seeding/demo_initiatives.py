"""The first six initiatives of the demo, with dialogues in every state. All of them are invented."""

from dataclasses import dataclass

from network.operations import InitiativeTexts, NewInitiative

FUNDING = (
    "Gefördert durch das Demonstrationsministerium (fiktiv) aufgrund eines Beschlusses des Deutschen Bundestages. "
    "Alle Namen sind erfunden."
)


@dataclass(frozen=True)
class DemoInitiative:
    """An initiative with its imprint. Its people sign in as owner@, organiser@ and, where there is one, helper@ `domain`."""

    begin: NewInitiative
    texts: InitiativeTexts
    domain: str
    owner: str
    organiser: str
    helper: str

    @property
    def slug(self) -> str:
        return self.begin.slug


def initiative(
    slug: str,
    name: str,
    land: str,
    *,
    accent: str,
    logo: str,
    kreis: str,
    nuts: str,
    about: str,
    street: str,
    place: str,
    phone: str,
    people: tuple[str, ...],
    register_entry: str = "",
    funding_line: str = "",
    privacy_extra: str = "",
) -> DemoInitiative:
    domain = f"{slug}.example"
    return DemoInitiative(
        begin=NewInitiative(
            slug=slug, name=name, land=land, accent=accent, about=about, kreis=kreis, nuts=nuts, logo=logo
        ),
        texts=InitiativeTexts(
            name=name,
            about=about,
            accent=accent,
            funding_line=funding_line,
            street=street,
            place=place,
            email=f"post@{domain}",
            phone=phone,
            represented_by=people[0],
            register_entry=register_entry,
            privacy_contact=f"datenschutz@{domain}",
            privacy_extra=privacy_extra,
        ),
        domain=domain,
        owner=people[0],
        organiser=people[1],
        helper=people[2] if len(people) > 2 else "",
    )


# The first one is the one that the sign-in buttons of the demo lead to.
INITIATIVES = (
    initiative(
        "dialogverbund-ems",
        "Dialogverbund Ems (fiktiv)",
        "NI",
        accent="ultramarin",
        logo="ems",
        kreis="03454",
        nuts="DE949",
        about=(
            "Gemeinden, Betriebe und Gewerkschaften im Emsland laden gemeinsam ein. Wir fragen, bevor gebaut wird, "
            "und sagen danach, was aus den Antworten wurde."
        ),
        street="Am Musterdeich 7",
        place="49999 Beispielmoor",
        phone="05900 555 01 20",
        people=("Wiebke Muster-Deich", "Enno Beispiel-Moor", "Thea Muster-Kamp"),
        register_entry="Amtsgericht Musterbrück, VR 10001 (fiktiv)",
        funding_line=FUNDING,
        privacy_extra=(
            "Ergebnisse der Tische veröffentlichen wir ohne Namen. Wer am Tisch etwas nicht festgehalten haben möchte, "
            "sagt es der Moderation."
        ),
    ),
    initiative(
        "rheinbogen",
        "Industrieinitiative Rheinbogen e. V. (fiktiv)",
        "NW",
        accent="ziegel",
        logo="rhein",
        kreis="05111",
        nuts="DEA11",
        about=(
            "Ein Verein aus Betrieben, Kammern, Gewerkschaften und Einzelnen am Rhein. Einmal im Jahr öffnen wir nachts "
            "die Werkstore. Wer fragt, bekommt eine Antwort."
        ),
        street="Musterufer 12",
        place="40999 Düsseldorf",
        phone="0211 555 01 99",
        people=("Carla Muster-Strömer", "Tomasz Beispiel-Nowak", "Mina Muster-Ulm"),
        register_entry="Amtsgericht Musterstadt, VR 10002 (fiktiv)",
    ),
    initiative(
        "rheinpark",
        "Nachbarschaftsbüro Rheinpark (fiktiv)",
        "NW",
        accent="reseda",
        logo="park",
        kreis="05316",
        nuts="DEA24",
        about=(
            "Wir sind das Büro zwischen Werk und Wohngebiet. Montags bis freitags steht die Tür offen. Beschwerden gehen "
            "noch am selben Tag an die Schichtleitung."
        ),
        street="Beispielring 3",
        place="51999 Leverkusen",
        phone="0214 555 01 40",
        people=("Ines Muster-Heide", "Can Beispiel-Yıldız", "Helga Muster-Specht"),
    ),
    initiative(
        "stadtforum-industrie",
        "Stadtforum Industrie (fiktiv)",
        "HE",
        accent="pflaume",
        logo="stadt",
        kreis="06412",
        nuts="DE712",
        about=(
            "Stadtplanung, Betriebe und Nachbarschaft an einem Tisch. Bei uns sitzen die Fragenden in der Mitte. "
            "Vor und nach jedem Abend zählen wir, wer seine Meinung geändert hat."
        ),
        street="Mustergasse 21",
        place="60999 Frankfurt am Main",
        phone="069 555 01 70",
        people=("Lea Beispiel-Brandt", "Onur Muster-Falk", "Paula Beispiel-Rabe"),
        register_entry="Amtsgericht Musterstadt, VR 10004 (fiktiv)",
    ),
    initiative(
        "kammerforum-weser",
        "Kammerforum Weser (fiktiv)",
        "HB",
        accent="tanne",
        logo="weser",
        kreis="04011",
        nuts="DE501",
        about=(
            "Alle vier Wochen frühstücken wir donnerstags in einem Betrieb an der Weser. Zehn Minuten Beitrag, "
            "danach reden alle. Um Viertel nach neun ist Schluss."
        ),
        street="Am Musterspeicher 1",
        place="28999 Bremen",
        phone="0421 555 01 10",
        people=("Frauke Muster-Petersen", "Malte Beispiel-Vogt", "Silke Muster-Quast"),
    ),
    initiative(
        "transformationsbuero-mitte",
        "Transformationsbüro Mitte (fiktiv)",
        "NI",
        accent="stahl",
        logo="mitte",
        kreis="03102",
        nuts="DE912",
        about=(
            "Betriebsräte, Gewerkschaften und Betriebe bereiten den Umbau gemeinsam vor. Wir bringen zusammen, wer "
            "Ähnliches vor sich hat. Beispiele kommen aus der Praxis, Fehler eingeschlossen."
        ),
        street="Werkstraße 40",
        place="38999 Salzgitter",
        phone="05341 555 01 60",
        people=("Ramona Muster-Köhler", "Uwe Beispiel-Hafner", "Dagmar Muster-Nagel"),
        funding_line=FUNDING,
    ),
)
