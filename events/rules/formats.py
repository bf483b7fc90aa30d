"""The formats of dialogues, F1 to F14."""

from dataclasses import dataclass

from events.rules.words import N_


@dataclass(frozen=True)
class Format:
    """One of the fourteen kinds of dialogue; `picture` names its drawing, `about` says what makes it."""

    code: str
    label: str
    picture: str
    about: str


FORMATS = {
    entry.code: entry
    for entry in (
        Format(
            "F1",
            N_("Fabriknacht mit dem Bus"),
            "night",
            N_("Busse fahren zu mehreren Betrieben. Das Los verteilt die Plätze."),
        ),
        Format(
            "F2",
            N_("Werkführung"),
            "tour",
            N_("Kleine Gruppen gehen durch einen Betrieb, oft zu festen Zeiten."),
        ),
        Format(
            "F3",
            N_("Tag der offenen Tore"),
            "gate",
            N_("Alle kommen, wann sie wollen. Nur Führungen brauchen Plätze."),
        ),
        Format(
            "F4",
            N_("Nachbarschaftsdialog"),
            "neighbours",
            N_("Betrieb und Nachbarn sprechen über das, was vor der Haustür geschieht."),
        ),
        Format(
            "F5",
            N_("Bürgerwerkstatt"),
            "workshop",
            N_("Menschen arbeiten an Tischen zusammen an einer Frage."),
        ),
        Format(
            "F6",
            N_("Podium und Fishbowl"),
            "panel",
            N_("Mehrere Sichten im Gespräch, das Publikum fragt mit."),
        ),
        Format(
            "F7",
            N_("Schultag und Azubi-Tag"),
            "school",
            N_("Klassen lernen einen Betrieb und seine Berufe kennen."),
        ),
        Format(
            "F8",
            N_("Nacht der Ausbildung"),
            "night",
            N_("Viele Betriebe öffnen am Abend, man steigt ein und aus."),
        ),
        Format(
            "F9",
            N_("Industriefrühstück"),
            "breakfast",
            N_("Ein kurzer Beitrag, dann Gespräch. Die Anmeldung bleibt ganz kurz."),
        ),
        Format(
            "F10",
            N_("Parlamentarischer Abend"),
            "round_table",
            N_("Ein Abend auf persönliche Einladung."),
        ),
        Format(
            "F11",
            N_("Betriebsrätekonferenz"),
            "workshop",
            N_("Interessenvertretungen tauschen sich einen Tag lang aus."),
        ),
        Format(
            "F12",
            N_("Online-Dialog"),
            "online",
            N_("Alle nehmen am Bildschirm teil."),
        ),
        Format(
            "F13",
            N_("Netzwerktreffen"),
            "round_table",
            N_("Initiativen lernen voneinander."),
        ),
        Format(
            "F14",
            N_("Runder Tisch"),
            "round_table",
            N_("Ein fester Kreis mit Sitz für jede Seite."),
        ),
    )
}

LOTTERY_FORMAT = "F1"
"""Its seats are drawn by lot; such a dialogue is announced, one cannot sign up for it here yet."""

PICTURE_LABELS = {
    "night": N_("Fabrik bei Nacht"),
    "tour": N_("Rundgang"),
    "gate": N_("Offenes Tor"),
    "neighbours": N_("Nachbarschaft"),
    "workshop": N_("Tische mit Menschen"),
    "panel": N_("Kreise ums Podium"),
    "school": N_("Schutzhelme"),
    "breakfast": N_("Frühstück"),
    "online": N_("Bildschirme"),
    "round_table": N_("Runder Tisch"),
    "steel": N_("Stahlwerk"),
    "chemistry": N_("Chemiewerk"),
    "coach": N_("Bus vor dem Werk"),
    "robot": N_("Roboter"),
    "bearing": N_("Kugellager"),
    "battery": N_("Batterien"),
    "network": N_("Netzwerk"),
    "pylons": N_("Strommasten"),
    "harbour": N_("Hafen"),
    "shipyard": N_("Werft"),
    "lake": N_("See"),
    "headframe": N_("Förderturm"),
    "walk": N_("Spaziergang"),
    "alarm": N_("Sirene und Feuerwehr"),
    "dome": N_("Kuppel"),
}
"""What is drawn, by its key in the template of pictures: first the pictures of formats, then places and things."""
