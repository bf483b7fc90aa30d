"""Invented people. Every family name says that it is invented, every address ends in `.example`."""

import random
from dataclasses import dataclass

FIRST = (
    "Ada", "Ahmet", "Aleksandra", "Anna", "Antje", "Aylin", "Bernd", "Birgit", "Can", "Carla", "Chioma", "Clara", "Dagmar",
    "Deniz", "Dmytro", "Elif", "Elke", "Emil", "Enno", "Erika", "Fatma", "Felix", "Frauke", "Georg", "Gülay", "Hanna",
    "Heiko", "Helga", "Ines", "Ivana", "Jan", "Jonas", "Jörg", "Katrin", "Kofi", "Lea", "Lena", "Lukas", "Maja", "Malte",
    "Mehmet", "Mina", "Nele", "Nguyễn", "Olena", "Onur", "Paula", "Pjotr", "Ramona", "René", "Rosa", "Sabine", "Said",
    "Selma", "Silke", "Søren", "Swantje", "Tarek", "Thea", "Tomasz", "Uwe", "Vera", "Wiebke", "Yusuf", "Zoé",
)  # fmt: skip
SECOND = (
    "Acker", "Bach", "Brandt", "Çelik", "Deich", "Eichner", "Falk", "Förster", "Geest", "Groß", "Hafner", "Heide", "Hollerbusch",
    "Jäger", "Kamp", "Kiefer", "Köhler", "Kowalska", "Lindner", "Łukasz", "Moor", "Müller", "Nagel", "Nowak", "Öztürk",
    "Petersen", "Quast", "Rabe", "Reiher", "Schäfer", "Specht", "Strömer", "Tümmler", "Ulm", "Vogt", "Weiß", "Yıldız", "Zander",
)  # fmt: skip
ORGANISATIONS = (
    "Musterguss GmbH (fiktiv)", "Beispielwerke AG (fiktiv)", "Bürgerverein Musterviertel (fiktiv)",
    "Betriebsrat Beispielwerke (fiktiv)", "Stadt Musterstadt (fiktiv)", "Hochschule Beispielhausen (fiktiv)",
    "Musterchemie Rheinpark GmbH (fiktiv)", "Naturfreunde Musterau (fiktiv)", "Handwerk Muster & Söhne (fiktiv)",
    "Gemeinde Beispielmoor (fiktiv)", "Muster-Zeitung (fiktiv)", "Gesamtschule Beispielberg (fiktiv)",
)  # fmt: skip
_ASCII = str.maketrans({
    "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "é": "e", "ç": "c", "ł": "l", "ı": "i", "ễ": "e",
})  # fmt: skip


@dataclass(frozen=True)
class Guest:
    """Somebody who signs up. Without an address somebody else writes them down."""

    name: str
    email: str


class Guests:
    """Makes people who differ, always the same ones for the same random source."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._addresses: set[str] = set()

    def name(self) -> str:
        mark = self._chance.choice(("Muster", "Beispiel"))
        return f"{self._chance.choice(FIRST)} {mark}-{self._chance.choice(SECOND)}"

    def guest(self) -> Guest:
        """A person with an address that nobody else has."""
        name = self.name()
        wanted = name.lower().translate(_ASCII).replace(" ", ".")
        number = 1
        address = f"{wanted}@post.example"
        while address in self._addresses:
            number += 1
            address = f"{wanted}{number}@post.example"
        self._addresses.add(address)
        return Guest(name, address)

    def family(self, first: str, size: int) -> tuple[str, ...]:
        """The names of a party: who signs up, and who comes along."""
        return (first, *(self.name() for _ in range(size - 1)))

    def organisation(self) -> str:
        """An organisation for one person in three."""
        return self._chance.choice(ORGANISATIONS) if self._chance.random() < 0.35 else ""
