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
