"""Refusals: exceptions with a status and a sentence that a citizen can read."""

from kit.i18n import _


class Refused(Exception):
    """Something is not done, and says why and what is possible instead. Rolls the transaction back."""

    status = 409

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence or self.default()

    def default(self) -> str:
        return _("Das geht gerade nicht. Bitte laden Sie die Seite neu und versuchen Sie es noch einmal.")


class NotFound(Refused):
    """Unknown, foreign and expired things are the same."""

    status = 404

    def default(self) -> str:
        return _("Diese Seite gibt es nicht oder nicht mehr.")


class Forbidden(Refused):
    status = 403

    def default(self) -> str:
        return _("Dafür reicht Ihre Rolle nicht. Bitten Sie die Inhaberin oder den Inhaber der Initiative darum.")


class BadRequest(Refused):
    status = 400

    def default(self) -> str:
        return _("Diese Anfrage war nicht lesbar. Bitte gehen Sie zurück und schicken Sie das Formular noch einmal.")


class TooMany(Refused):
    status = 429

    def default(self) -> str:
        return _("Das war sehr oft in kurzer Zeit. Bitte warten Sie eine Stunde und versuchen Sie es dann noch einmal.")


class SignInNeeded(Exception):
    """The page is for people who are signed in; the edge leads there."""
