"""What people wrote in the surveys of the demo. Nobody wrote it."""

GOOD_WORDS = (
    "Zum ersten Mal hatte ich das Gefühl, dass noch nichts entschieden ist.",
    "Die Karte auf dem Tisch war gut. Alle haben über denselben Ort gesprochen.",
    "Ich hätte gern mehr Zeit für die zweite Runde gehabt.",
    "Der Betreiber hat auf die Frage nach den Kosten nicht geantwortet.",
    "Unser Tisch war sehr verschieden und trotzdem freundlich.",
    "Bitte das nächste Mal mit Bus aus den Dörfern.",
    "Dass es eine Antwort auf jeden Vorschlag gibt, ist für mich das Wichtigste.",
    "Das Essen war gut, der Raum zu laut.",
    "Ich bin immer noch gegen die Trasse, aber ich verstehe jetzt, warum sie geplant wird.",
    "Die Kinderbetreuung hat mir den Abend erst möglich gemacht.",
    "Mehr junge Leute wären schön gewesen.",
)
MIXED_WORDS = (
    "Es wurde viel erklärt und wenig versprochen.",
    "Die Zählung vom Werk glaube ich nicht. Gezählt wurde in den Ferien.",
    "Gut, dass die Schichtleitung selbst da war.",
    "Seit zehn Jahren dieselben Lkw, seit zehn Jahren dieselben Gespräche.",
    "Der Stadtplan war zu klein für achtzig Leute.",
    "Die Wartebucht ist eine gute Idee, wenn sie wirklich kommt.",
    "Ich wurde zweimal unterbrochen.",
    "Drei Monate ausprobieren finde ich fair.",
    "Bitte die Ergebnisse auch im Treppenhaus aushängen.",
    "Mir fehlte die Polizei oder das Ordnungsamt.",
    "Nach dem Abend weiß ich wenigstens, wen ich anrufen kann.",
    "Zu viele Folien.",
)

# What the teams told afterwards, and what follows from it.
POWER_LINE_HEARD = (
    "Viele wollten wissen, warum die Trasse nicht unter die Erde kommt. Der Weg durch die Felder fand weniger Gegner als "
    "der am Wald.\n"
    "Gelobt wurde die Karte auf dem Tisch. Kritik gab es an den Kosten: Diese Frage blieb offen."
)
POWER_LINE_FOLLOWS = (
    "Die Vorschläge von der Karte liegen bei der Planung. Ihre Antwort auf jeden Vorschlag kommt auf diese Seite.\n"
    "Zu den Kosten fragt der Dialogverbund beim Betreiber nach.\n"
    "Beim nächsten Mal fährt ein Bus aus den Dörfern."
)
LORRIES_HEARD = (
    "Die Zahlen der Nachbarn und die des Werks passen nicht zusammen. Viele glauben der Zählung des Werks nicht, weil sie in "
    "den Ferien lag.\n"
    "Gut fanden viele, dass die Schichtleitung selbst da war. Mehrere haben nach dem Abend weniger Vertrauen als vorher."
)
LORRIES_FOLLOWS = (
    "Drei Monate lang öffnet Tor 2 erst um sieben Uhr. Danach zählen Nachbarn und Werk gemeinsam.\n"
    "Eine Wartebucht gibt es vorerst nicht: Der Stadt fehlt die Fläche."
)

# What the teams learned: one text that is ready for the service point, and one that somebody still works on.
POWER_LINE_LEARNED = """\
# Stromtrasse durchs Moor? Bürgerwerkstatt

## Was wir lernen

- Eine große Karte, auf der alle zeichnen dürfen, holt auch die an den Tisch, die nicht gern vor vielen sprechen.
- Nach dem Abend fanden die Gäste die Betriebe offener als vorher.
- Was sie vom Nutzen für das Land denken, hat sich nicht klar geändert.
- Wer eine Antwort auf jeden Vorschlag verspricht, braucht dafür jemanden mit Zeit: Bei uns waren es vier Arbeitstage.
- Zu den Kosten war niemand da, der antworten durfte. Das hat viele geärgert.

## Was wir anders machen würden

- Den Betreiber vorher bitten, jemanden zu schicken, der über Geld sprechen darf.
- Einen Bus aus den Dörfern bestellen, bevor die Anmeldung beginnt.
- Die zweite Runde an der Karte länger planen als die erste.

## Worauf das beruht

- Umfragen vorher und nachher, 16 Paare. Wer kam, wollte kommen.
- Es gab keine Vergleichsgruppe. Ob die Änderung vom Dialog kommt, zeigen die Zahlen nicht."""
LORRIES_MINUTES = (
    "Frage: Warum stehen die Lkw schon um fünf? Antwort des Werks: Wer zuerst da ist, lädt zuerst.\n"
    "Frage: Wer hat richtig gezählt? Offen. Beide Zählungen lagen in verschiedenen Wochen.\n"
    "Vorschlag vom Tisch am Fenster: Tor 2 erst um sieben öffnen. Das Werk probiert es drei Monate.\n"
    "Offen blieb die Wartebucht: Der Stadt fehlt die Fläche."
)
LORRIES_LEARNED = """\
# Wann rollen die Lkw? Nachbarschaftsdialog Werksverkehr

## Was wir lernen

- Zwei Zählungen aus verschiedenen Wochen nebeneinander zu legen, kostet Vertrauen. Besser zählen beide Seiten zusammen.
- Nach dem Abend hielten die Gäste die Betriebe für weniger offen als vorher.
- Gut war, dass die Schichtleitung selbst da war.

## Was noch fehlt

- Wie die drei Monate mit dem späteren Tor ausgehen."""
