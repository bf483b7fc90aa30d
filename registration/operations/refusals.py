"""Why something about a registration is not done."""

from kit.errors import Refused
from kit.i18n import _


class Closed(Refused):
    def default(self) -> str:
        return _("Die Anmeldung zu diesem Dialog ist beendet. Andere Dialoge finden Sie auf der Startseite.")


class NotOpenYet(Refused):
    def default(self) -> str:
        return _("Die Anmeldung zu diesem Dialog hat noch nicht begonnen.")


class Full(Refused):
    def default(self) -> str:
        return _("So viele Plätze sind nicht frei. Erhöhen Sie die Platzzahl oder tragen Sie weniger Personen ein.")


class Over(Refused):
    def default(self) -> str:
        return _("Diese Anmeldung ist schon beendet. Sie können sich neu anmelden, solange die Anmeldung offen ist.")


class NothingOffered(Refused):
    def default(self) -> str:
        return _("Dieses Angebot gilt nicht mehr. Der Platz ist weitergegeben.")


class CannotExtend(Refused):
    def default(self) -> str:
        return _("Länger können wir den Platz nicht halten. Bitte bestätigen Sie Ihre Adresse jetzt.")


class ChoiceNeeded(Refused):
    status = 422

    def default(self) -> str:
        return _("Sie sind zu diesem Dialog schon angemeldet. Bitte wählen Sie, was gelten soll.")


class WouldLoseSeats(ChoiceNeeded):
    def default(self) -> str:
        return _(
            "Für die neue Anmeldung ist gerade nicht genug Platz. Ihre bisherige Anmeldung gilt weiter. Sie können sie "
            "behalten, oder die neue kommt zusätzlich auf die Warteliste."
        )


class WrongParty(Refused):
    status = 422

    def default(self) -> str:
        return _("Bitte geben Sie mindestens eine und höchstens vier Personen an.")


class AlreadyIn(Refused):
    def default(self) -> str:
        return _("Wer schon da ist, lässt sich nicht mehr absagen.")


class PeopleChanged(Refused):
    def default(self) -> str:
        return _(
            "Seit Sie diese Seite geöffnet haben, hat jemand abgesagt. Bitte prüfen Sie die Namen und speichern Sie noch einmal."
        )


class NotThere(Refused):
    def default(self) -> str:
        return _("Diese Person hat keinen bestätigten Platz. Bitte fragen Sie die Projektleitung.")


class GivenUp(Refused):
    def default(self) -> str:
        return _("Ihr Platz ist schon frei für andere. Sie können sich neu anmelden, solange die Anmeldung offen ist.")
