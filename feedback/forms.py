"""Forms of the workspace about surveys."""

from kit.forms import Filled, Form, TextField
from kit.i18n import _, _l


class ReportForm(Form):
    """What the organiser heard and what follows. Which figures are told beside it are boxes of their own, one for each question."""

    text = TextField(
        _l("Was wir gehört haben"),
        [Filled(lambda: _("Der Text fehlt. Schreiben Sie in ein paar Sätzen, was Sie gehört haben."))],
        description=_l("Höchstens 4.000 Zeichen. Nennen Sie Lob und Kritik, aber keine Personen."),
        max_chars=4000,
    )
    follows = TextField(
        _l("Was daraus folgt"),
        description=_l(
            "Höchstens 4.000 Zeichen. Was ändert sich, wer tut es, bis wann? Was bleibt, wie es ist, und warum?"
        ),
        max_chars=4000,
    )


class InsightForm(Form):
    """Minutes of a dialogue, and what is learned from it."""

    minutes = TextField(
        _l("Protokoll"),
        description=_l(
            "Höchstens 20.000 Zeichen. Was wurde gefragt, was wurde geantwortet, was blieb offen? Schreiben Sie keine Namen auf."
        ),
        max_chars=20000,
    )
    text = TextField(
        _l("Entwurf der Erkenntnis"),
        description=_l("Höchstens 30.000 Zeichen. Kürzen und ändern Sie, was nicht stimmt. Auch hier keine Namen."),
        max_chars=30000,
    )
