"""Why a letter was not sent, as people read it."""

from kit import i18n
from mail.models import Letter
from mail.rules import Reason
from mail.words import reason_words, state_reason


def test_each_reason_has_words_in_both_languages_and_a_servers_own_sentence_stays() -> None:
    said = {}
    for language in ("de", "en"):
        with i18n.use(language):
            said[language] = [reason_words(reason) for reason in Reason]
            said[language].append(reason_words("550 no such user here"))
            assert reason_words("") == ""
    assert len(set(said["de"]) | set(said["en"])) == 2 * (len(Reason) + 1)
    assert said["de"][-1] == "Der Mailserver antwortete: 550 no such user here"
    assert [words for words in (*said["de"], *said["en"]) if words in set(Reason)] == []


def test_what_came_back_says_so_before_everything_else() -> None:
    letter = {"recipient": "gast@post.example", "reason": "limit", "bounce_words": "550 gone"}
    assert [state_reason(Letter(**letter, bounce=bounce)) for bounce in ("hard", "soft", "")] == [
        "Die E-Mail kam zurück. Der Mailserver meldet: 550 gone",
        "Die E-Mail kam noch nicht an. Der Mailserver meldet: 550 gone",
        reason_words("limit"),
    ]
