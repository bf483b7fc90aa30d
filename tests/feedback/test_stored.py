"""The text beside the form: every word on what is stored, and until when somebody could still link it."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

from sqlmodel import select
from starlette.testclient import TestClient

from events.models import Dialogue
from feedback.models import SurveyInvitation
from feedback.questions import Question, Words
from kit import i18n
from kit.db import Database, within
from kit.tokens import derive
from registration.models import Registration
from tests.feedback.conftest import NOW
from tests.feedback.test_answer_pages import link, survey_of

STARS = Question("sterne", "stars", Words("Sterne?", "Stars?", "Gut?"))

# What is kept, as the answers come: by an invitation, by a link on a device of one's own, on a tablet.
KEPT = {
    ("invitation", "standard"): "Ihre Antworten: ohne Namen, ohne Adresse, ohne Uhrzeit. Getrennt davon: dass diese "
    "Einladung benutzt ist.",
    ("device", "standard"): "Ihre Antworten: ohne Namen, ohne Adresse, ohne Uhrzeit. Getrennt davon: dass dieses Gerät "
    "geantwortet hat. Dafür legen wir ein Cookie mit einem zufälligen Wort an.",
    (
        "tablet",
        "standard",
    ): "Ihre Antworten: ohne Namen, ohne Adresse, ohne Uhrzeit. Getrennt davon: eine Prüfsumme, damit "
    "jede Antwort einmal zählt. Ohne Verbindung bleiben die Antworten auf diesem Gerät, bis sie verschickt sind.",
    (
        "invitation",
        "plain",
    ): "Wir speichern Ihre Antworten. Ihren Namen und Ihre Adresse speichern wir nicht. Die Uhrzeit "
    "auch nicht. An einem anderen Ort merken wir uns: Diese Einladung ist benutzt. So zählt jede Einladung einmal.",
    (
        "device",
        "plain",
    ): "Wir speichern Ihre Antworten. Ihren Namen und Ihre Adresse speichern wir nicht. Die Uhrzeit auch "
    "nicht. An einem anderen Ort merken wir uns: Dieses Gerät hat geantwortet. So zählt jedes Gerät einmal. Dafür kommt "
    "eine kleine Datei auf Ihr Gerät. Sie heißt Cookie. Darin steht ein zufälliges Wort.",
    (
        "tablet",
        "plain",
    ): "Wir speichern Ihre Antworten. Ihren Namen und Ihre Adresse speichern wir nicht. Die Uhrzeit auch "
    "nicht. An einem anderen Ort merken wir uns eine lange Zahl. So zählt jede Antwort einmal. Manchmal gibt es kein "
    "Internet. Dann wartet Ihre Antwort auf diesem Gerät, bis wir sie verschicken können.",
    (
        "invitation",
        "en",
    ): "Your answers: without name, address or time. Kept apart from them: that this invitation has been used.",
    (
        "device",
        "en",
    ): "Your answers: without name, address or time. Apart from them: that this device has answered. For that "
    "we set a cookie with a random word.",
    (
        "tablet",
        "en",
    ): "Your answers: without a name, without an address, without a time. Apart from them: a checksum, so that "
    "each answer counts once. Without a connection the answers stay on this device until they are sent.",
}
PHRASE = {
    "standard": "Von Ihren drei Wörtern bleibt nur eine Prüfsumme.",
    "plain": "Ihre drei Wörter heben wir nicht auf. Wir berechnen daraus eine lange Zahl. Nur die Zahl bleibt.",
    "en": "Of your three words only a checksum is kept.",
}
LINKED = {
    "standard": "Jede Nacht, und wenn die Umfrage von selbst endet, mischen wir beides neu und löschen die alte Reihenfolge. "
    "Beendet das Team die Umfrage, oder nimmt es Namen aus Texten, dann verschwindet das Alte in der Nacht danach. "
    "Bis dahin könnte jemand, der die Datenbank betreibt, noch sehen, was zusammengehört; eine Nacht länger, wenn sie "
    "gerade lange gelesen wird. In Sicherungskopien und Änderungsprotokollen aus dieser Zeit bleibt es, bis sie "
    "gelöscht sind.",
    "plain": "Jede Nacht mischen wir alles neu. Die alte Reihenfolge löschen wir. Das machen wir auch, wenn die Umfrage von "
    "selbst endet. Manchmal beendet das Team die Umfrage. Oder das Team nimmt Namen aus Texten. Dann löschen wir das "
    "Alte in der Nacht danach. Bis dahin könnte jemand aus der Technik noch sehen, was zusammengehört. Selten dauert "
    "das eine Nacht länger. In Kopien und Protokollen aus dieser Zeit bleibt es, bis sie gelöscht sind.",
    "en": "Every night, and when the survey ends by itself, we shuffle both anew and delete the old order. Where the team "
    "ends the survey, or takes names out of texts, the old rows go in the following night. Until then somebody who runs "
    "the database could still see what belongs together; one night longer while it is being read for long. In backups "
    "and change logs from that time it stays until they are deleted.",
}
SEEN = {
    "standard": "Die Initiative sieht bis zum Ende der Umfrage (Sonntag, 25. April 2027, 23:00 Uhr) nur die Zahl der "
    "Antworten. Danach sieht sie Ergebnisse ab fünf Antworten und Texte ab zehn.",
    "plain": "Die Umfrage endet am Sonntag, 25. April 2027, 23:00 Uhr. Bis dahin sieht die Initiative nur, wie viele "
    "Antworten da sind. Danach sieht sie das Ergebnis, wenn fünf Menschen geantwortet haben. Texte sieht sie erst ab "
    "zehn Antworten.",
    "en": "Until the survey ends (Sunday 25 April 2027, 23:00) the initiative only sees the number of answers. After that it "
    "sees results from five answers on and texts from ten on.",
}
# Where the same is asked by invitation and by a link, the device itself remembers it; a tablet does not.
NOTED = {
    "standard": "Dass dieses Gerät diese Fragen beantwortet hat, merkt es sich selbst in einem Cookie, damit niemand aus "
    "Versehen zweimal antwortet.",
    "plain": "Ihr Gerät merkt sich in einem Cookie: Hier wurde schon geantwortet.",
    "en": "This device itself notes in a cookie that it has answered these questions, so that nobody answers twice by "
    "mistake.",
}


def box(page: str) -> str:
    """All words between the heading and the buttons."""
    heading = '<h2 class="heading-s">(?:Was wir speichern|What we store)</h2>'
    (found,) = re.findall(rf'{heading}(.*?)<p class="row gap">', page, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found)).split())


def test_the_box_says_what_is_stored_and_until_when_somebody_could_link_it(
    client: TestClient, database: Database, dialogue: Dialogue, come: Callable[..., list]
) -> None:
    come(1)
    until = NOW + timedelta(days=1)
    survey = survey_of(database, dialogue, (STARS,), moment="before", audience="confirmed", closes_at=until)
    with database.write(within(dialogue.initiative_id)) as session:
        mark = SurveyInvitation(
            initiative_id=dialogue.initiative_id,
            survey_id=survey.id,
            registration_id=session.exec(select(Registration.id)).one(),
        )
        session.add(mark)
    paths = {
        "invitation": f"/umfrage/{derive('survey', mark.id, 1)}",
        "device": link(survey),
        "tablet": f"/kiosk/{derive('survey_kiosk', survey.id, 1)}",
    }
    shown = {}
    for how, told in KEPT:
        with i18n.use("en" if told == "en" else "de"):
            shown[how, told] = box(client.get(paths[how] + ("?sprache=einfach" if told == "plain" else "")).text)
    assert shown == {
        (how, told): " ".join(
            (kept, PHRASE[told], LINKED[told], SEEN[told], *((NOTED[told],) if how != "tablet" else ()))
        )
        for (how, told), kept in KEPT.items()
    }
