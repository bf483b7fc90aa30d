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
