"""Why a letter was not sent, as people read it."""

from kit import i18n
from mail.rules import Reason
from mail.words import reason_words


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
