"""The whole life of a dialogue, seen from the screens and the letter boxes of those who take part."""

import csv
import io
import re
import subprocess
import time
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import icalendar
from PIL import Image

from feedback import library
from feedback.rules import AFTER
from tests.pdf.reading import codes
from tests.spine.processes import Product, Sink
from tests.walk.browser import Browsers, Visitor, Watch

BEFORE = "2027-03-01T09:00:00+00:00"
AT_THE_DOOR = "2027-03-24T16:30:00+00:00"
# The survey begins at noon of the day after, and is open for two weeks.
AFTERWARDS = "2027-03-25T13:00:00+00:00"
WHEN_CLOSED = "2027-04-12T09:00:00+00:00"

DESK = "servicestelle@behoerde.example"
OWNER = "inhaberin@verbund.example"
HELPER = "helfer@verbund.example"
FIRST = "erste@post.example"
SECOND = "zweite@post.example"
THIRD = "dritte@post.example"
READER = "leserin@post.example"
MAILBOX = "antwort@dialogwerk.example"
QUESTION = "Holt uns jemand ab?"
INITIATIVE = "Dialogverbund Beispielmoor (fiktiv)"
SLUG = "beispielmoor"
TITLE = "Wasserstoff vor der Haustür"
BY_HAND = "Hanna Muster-Hand"
BASE = f"/arbeitsplatz/{SLUG}/dialoge/"


class _Texts(HTMLParser):
    """The text of the HTML part of a letter."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, _attrs: Any) -> None:
        self._silent += tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


@dataclass
class Mail:
    """One letter as it arrived."""

    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        return str(self.message.get_body(("plain",)).get_content())  # type: ignore[union-attr]

    @property
    def html(self) -> str:
        return str(self.message.get_body(("html",)).get_content())  # type: ignore[union-attr]

    def link(self, folder: str) -> str:
        """The path of its link below a folder."""
        found = re.findall(rf"https?://[^\s/]+(/{folder}/[a-z2-7]{{20,}})(?![/\w])", self.text)
        assert found, (self.subject, folder, self.text)
        return str(found[0])

    def files(self, content_type: str) -> list[bytes]:
        return [
            part.get_payload(decode=True) for part in self.message.walk() if part.get_content_type() == content_type
        ]  # type: ignore[misc]

    def event(self) -> tuple[str, Any]:
        """The method and the event of its calendar part."""
        calendar = icalendar.Calendar.from_ical(self.files("text/calendar")[0])
        return str(calendar["METHOD"]), calendar.walk("VEVENT")[0]


def pdf_text(data: bytes) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True
    ).stdout.decode()


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (400, 400), (20, 90, 160)).save(out, "PNG")
    return out.getvalue()


class Journey:
    """All who take part, one method for each chapter, in the order of life."""

    def __init__(
        self,
        product: Product,
        sink: Sink,
        browsers: Browsers,
        watch: Watch,
        now_file: Path,
        *,
        width: int,
        keyboard: bool = False,
        script: bool = True,
    ) -> None:
        self.product = product
        self.sink = sink
        self.browsers = browsers
        self.watch = watch
        self.now_file = now_file
        self.options: dict[str, Any] = {"width": width, "script": script}
        self.keyboard = keyboard
        self.seen: dict[str, int] = {}
        watch.typed |= {
            DESK, OWNER, HELPER, FIRST, SECOND, THIRD, READER, INITIATIVE, SLUG, TITLE, "Beispielmoor", "Europe/Berlin",
            # The operator's own name and address are settings.
            "Servicestelle Industriedialog Demo (fiktiv)", "Musterallee", "Musterstadt",
            # A badge sets a name on two lines.
            "Zoe", "Muster-Letzte", "Wanda", "Muster-Wartend", "Hanna", "Muster-Hand", "Muster-",
        }  # fmt: skip
        # Questions are kept with their survey in each language; they are no sentences of the catalogues.
        watch.typed |= {question.text.de for question in library.questions_of(library.RATING, AFTER)}

    # -- tools

    def visitor(self, name: str, *, keyboard: bool = False) -> Visitor:
        return Visitor(self.browsers, self.watch, name, keyboard=keyboard, **self.options)

    def time_is(self, moment: str) -> None:
        """The product's clock jumps; the file changes in one piece."""
        draft = self.now_file.with_suffix(".draft")
        draft.write_text(moment, encoding="ascii")
        draft.replace(self.now_file)

    def mail(self, recipient: str, *, patience: float = 45) -> Mail:
        """The next letter to somebody, read for its language."""
        number = self.seen.get(recipient, 0)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            got = [content for address, _identity, content in list(self.sink.taken) if address == recipient]
            if len(got) > number:
                self.seen[recipient] = number + 1
                mail = Mail(message_from_bytes(got[number], policy=default))  # type: ignore[arg-type]
                where = f"letter {number + 1} to {recipient}"
                self.watch.text(f"{where}, subject", mail.subject)
                self.watch.text(f"{where}, text", mail.text)
                self.watch.text(f"{where}, html", " ".join(_Texts(mail.html).found))
                for data in mail.files("application/pdf"):
                    self.watch.text(f"{where}, ticket", pdf_text(data))
                return mail
            time.sleep(0.1)
        raise AssertionError(f"no letter {number + 1} for {recipient}")

    def sign_in(self, name: str, email: str) -> Visitor:
        """By the form and the mailed link."""
        visitor = self.visitor(name)
        visitor.open("/anmelden")
        visitor.look("sign-in")
        visitor.fill("#sign-in #email", email)
        visitor.submit("sign-in")
        visitor.look("sign-in-sent")
        visitor.open(self.mail(email).link("anmelden"))
        visitor.look("sign-in-link")
        visitor.submit("sign-in")
        return visitor

    # -- chapters

    def beginning(self) -> None:
        """The first administrator on the command line, an initiative, its owner."""
        self.time_is(BEFORE)
        self.product.command("create-admin", DESK)
        link = self.product.command("sign-in-link", DESK).stdout.strip()
        desk = self.visitor("desk")
        desk.open(link)
        desk.submit("sign-in")
        desk.open("/servicestelle/initiativen")
        desk.look("initiatives-none")
        desk.submit("create-initiative")
        desk.look("initiatives-refused")
        desk.fill("#name", INITIATIVE)
        desk.fill("#slug", SLUG)
        desk.choose("#land", "NI")
        desk.fill("#email", OWNER)
        desk.fill("#owner_name", "Iris Muster-Inhaberin")
        desk.submit("create-initiative")
        desk.look("initiatives")
        desk.click(f"a[href='/servicestelle/initiativen/{SLUG}']")
        desk.look("initiative-desk")
        desk.close()
        owner = self.visitor("owner")
        owner.open(self.mail(OWNER).link("anmelden"))
        owner.submit("sign-in")
        owner.look("workspace-empty")
        self.owner = owner

    def publishing(self) -> None:
        """A dialogue in the guided form, its preview, its publication."""
        owner = self.owner
        owner.open(f"/arbeitsplatz/{SLUG}/team")
        owner.fill("#email", HELPER)
        owner.fill("#name", "Heiner Muster-Helfer")
        owner.choose("#role", "helper")
        owner.submit("invite-member")
        owner.look("team")
        invited = self.visitor("invited")
        invited.open(self.mail(HELPER).link("einladung"))
        invited.look("team-invitation")
        invited.submit("accept-invitation")
        invited.look("door-none")
        invited.close()
        owner.open(f"{BASE}neu")
        owner.submit("create-dialogue")
        owner.look("create-refused")
        owner.fill("#title", TITLE)
        owner.choose("#format", "F5")
        owner.fill("#lead", "Ein Abend an runden Tischen mit Familie Müller.")
        owner.fill("#start", "2027-03-24T17:00")
        owner.fill("#end", "2027-03-24T21:00")
        owner.fill("#place", "Bürgerhaus Beispielmoor")
        owner.fill("#city", "Beispielmoor")
        owner.fill("#capacity", "3")
        owner.submit("create-dialogue")
        owner.look("draft")
        self.dialogue = owner.page.url.removeprefix(self.browsers.base).partition("?")[0]
        self.slug = self.dialogue.rpartition("/")[2]
        owner.click("a[href$='/vorschau']")
        owner.look("preview")
        owner.submit("publish")
        owner.look("published")

    def finding(self) -> None:
        """A visitor looks for Müller and gets there."""
        visitor = self.visitor("visitor")
        visitor.open("/")
        visitor.look("start")
        # How near something is can be asked for without opening anything.
        assert visitor.find("#plz").is_visible()
        visitor.fill("#q", "mueller")
        visitor.submit("filter")
        assert visitor.find("a:text-is('" + TITLE + "')").count() == 1
        visitor.look("found")
        visitor.click(f"a[href='/dialoge/{self.slug}']")
        visitor.look("dialogue")
        event = icalendar.Calendar.from_ical(visitor.fetch(f"a[href='/dialoge/{self.slug}/kalender.ics']")).walk(
            "VEVENT"
        )
        assert [str(one["SUMMARY"]) for one in event] == [TITLE]
        for name, path in (
            ("plain", f"/dialoge/{self.slug}/einfach"),
            ("privacy", f"/dialoge/{self.slug}/datenschutz"),
            ("imprint", f"/initiativen/{SLUG}/impressum"),
            ("initiative", f"/initiativen/{SLUG}"),
            ("directory", "/initiativen/"),
            ("month", "/?ansicht=monat"),
            ("map", "/?ansicht=karte&land=NI"),
            ("how", "/so-laeuft-es-ab"),
            ("accessibility", "/barrierefreiheit"),
        ):
            visitor.open(path)
            visitor.look(name)
        visitor.close()

    def subscribing(self) -> None:
        """Somebody wants to hear of new dialogues, and then not, and then again."""
        reader = self.visitor("reader", keyboard=self.keyboard)
        reader.open("/?land=NI&format=F5")
        reader.click("main a[href^='/abo']")
        reader.submit("subscribe")
        reader.look("subscribe-refused")
        assert reader.page.locator("#land").input_value() == "NI"
        reader.fill("#email", READER)
        reader.submit("subscribe")
        reader.look("subscribe-asked")
        mail = self.mail(READER)
        assert mail.message["List-Unsubscribe"] is None
        reader.open(mail.link("abo/bestaetigen"))
        reader.look("subscription-confirm")
        reader.submit("confirm-subscription")
        reader.look("subscription")
        reader.submit("end-subscription")
        reader.look("subscription-ended")
        reader.submit("resume-subscription")
        reader.look("subscription-again")
        reader.close()

    def sign_up(self, visitor: Visitor, email: str, names: tuple[str, ...]) -> str:
        """The form to its end; the mailed link. Returns the path of the own page."""
        visitor.open(f"/dialoge/{self.slug}/anmeldung")
        visitor.fill("#name", names[0])
        visitor.fill("#email", email)
        for number, name in enumerate(names[1:], 1):
            visitor.click("#sign-up button[name=action][value=add]")
            visitor.fill(f"#participants-{number}", name)
        visitor.tick("#terms")
        visitor.submit("sign-up")
        return self.confirm(visitor, email)

    def confirm(self, visitor: Visitor, email: str) -> str:
        visitor.open(self.mail(email).link("bestaetigen"))
        if email == FIRST:
            visitor.look("confirm")
        visitor.submit("confirm")
        return visitor.page.url.removeprefix(self.browsers.base).partition("?")[0]

    def first_citizen(self) -> None:
        """Two persons, with every mistake in between; ticket, names, files."""
        citizen = self.citizen = self.visitor("first", keyboard=self.keyboard)
        citizen.open(f"/dialoge/{self.slug}")
        citizen.click(
            f".call-bar a[href='/dialoge/{self.slug}/anmeldung']:visible, .sticky a[href='/dialoge/{self.slug}/anmeldung']:visible"
        )
        citizen.look("sign-up")
        citizen.fill("#email", "erste.post.example")
        citizen.submit("sign-up")
        citizen.look("sign-up-refused")
        assert citizen.page.locator("#email").input_value() == "erste.post.example"
        citizen.fill("#name", "Erika Muster-Erste")
        citizen.fill("#email", FIRST)
        citizen.click("#sign-up button[name=action][value=add]")
        citizen.fill("#participants-1", "Emil Muster-Zweiter")
        citizen.look("sign-up-two")
        citizen.tick("#terms")
        citizen.submit("sign-up")
        citizen.look("receipt")
        self.first = self.confirm(citizen, FIRST)
        citizen.look("own-confirmed")
        mail = self.mail(FIRST)
        method, event = mail.event()
        assert (method, int(event["SEQUENCE"])) == ("REQUEST", 0)
        citizen.press("details:has(#change) summary")
        citizen.fill("#participants-1", "Emma Muster-Neu")
        citizen.click("#change button[type=submit]")
        citizen.look("own-changed")
        assert "Emma Muster-Neu" in citizen.text()
        ticket = citizen.fetch(f"a[href='{self.first}/ticket.pdf']")
        assert "Emma Muster-Neu" in re.sub(r"\s+", " ", pdf_text(ticket))
        self.watch.text("ticket", pdf_text(ticket))
        calendar = icalendar.Calendar.from_ical(citizen.fetch(f"a[href='{self.first}/kalender.ics']"))
        assert [one["DTSTART"].dt for one in calendar.walk("VEVENT")] == [event["DTSTART"].dt]

    def full_house(self) -> None:
        """The last place goes, the next one waits, somebody cancels, the offer is taken."""
        second = self.visitor("second")
        self.second = self.sign_up(second, SECOND, ("Zoe Muster-Letzte",))
        self.invited = self.mail(SECOND).event()[1]
        self.sequence = int(self.invited["SEQUENCE"])
        second.close()
        third = self.visitor("third")
        third.open(f"/dialoge/{self.slug}")
        third.look("dialogue-full")
        third.open(f"/dialoge/{self.slug}/anmeldung")
        third.look("sign-up-waiting")
        self.third = self.sign_up(third, THIRD, ("Wanda Muster-Wartend",))
        third.look("own-waiting")
        self.mail(THIRD)
        citizen = self.citizen
        citizen.open(self.first)
        citizen.click(f"a[href='{self.first}/absage']")
        citizen.look("own-cancel")
        citizen.click("form#cancel button[value=alle]")
        citizen.look("own-cancelled")
        method, event = self.mail(FIRST).event()
        assert (method, int(event["SEQUENCE"])) == ("CANCEL", 1)
        third.open(self.mail(THIRD).link("anmeldung"))
        third.look("own-offered")
        third.submit("accept")
        third.look("own-accepted")
        assert self.mail(THIRD).event()[0] == "REQUEST"
        third.close()
        citizen.close()

    def answering(self) -> None:
        """A calendar declines and the place is kept; the team and the service point see what came by mail."""
        self.comes_in(
            SECOND,
            str(self.invited["ORGANIZER"]).partition(":")[2],
            "text/calendar; charset=utf-8; method=REPLY",
            "BEGIN:VCALENDAR", "METHOD:REPLY", "PRODID:-//Muster//DE", "VERSION:2.0", "BEGIN:VEVENT",
            f"UID:{self.invited['UID']}", f"SEQUENCE:{self.sequence}", "DTSTAMP:20270301T090000Z",
            f"ATTENDEE;PARTSTAT=DECLINED:mailto:{SECOND}", "END:VEVENT", "END:VCALENDAR",
        )  # fmt: skip
        guest = self.visitor("declining", keyboard=self.keyboard)
        # The letter about it comes with the answer.
        guest.open(self.mail(SECOND).link("anmeldung"))
        guest.look("own-declining")
        owner = self.owner
        owner.open(self.dialogue)
        owner.look("overview-answers")
        owner.open(f"{self.dialogue}/anmeldungen?q=Letzte")
        owner.look("registrations-answers")
        owner.click(".desk-name a")
        owner.look("registration-answers")
        guest.submit("keep")
        guest.look("own-kept")
        assert guest.find("form#keep").count() == 0
        guest.close()
        method, event = self.mail(SECOND).event()
        assert (method, int(event["SEQUENCE"]) > self.sequence) == ("REQUEST", True)
        self.sequence = int(event["SEQUENCE"])
        self.comes_in(READER, MAILBOX, "text/plain; charset=utf-8", QUESTION)
        self.waiting_post()

    def comes_in(self, sender: str, recipient: str, kind: str, *lines: str) -> None:
        """A message of somebody, by the command that a mail server calls."""
        head = (f"From: {sender}", f"To: {recipient}", f"Subject: {QUESTION}", f"Content-Type: {kind}", "")
        self.product.command("mail-in", given="\r\n".join([*head, *lines, ""]), SENDER=sender, RECIPIENT=recipient)

    def waiting_post(self) -> None:
        """The service point reads what only a person can, and is done with it."""
        self.watch.typed |= {QUESTION, SECOND, READER, MAILBOX}
        desk = self.visitor("desk")
        desk.open(self.product.command("sign-in-link", DESK).stdout.strip())
        desk.submit("sign-in")
        link, deadline = f"main a:has-text('{QUESTION}')", time.monotonic() + 45
        while True:
            desk.open("/servicestelle/post")
            if desk.find(link).count() or time.monotonic() > deadline:
                break
            time.sleep(1)
        desk.look("post")
        desk.click(link)
        desk.look("message")
        desk.submit("settle-message")
        desk.look("post-done")
        desk.close()

    def logo(self) -> None:
        """The initiative's own logo, and a file that is none."""
        owner = self.owner
        owner.open(f"/arbeitsplatz/{SLUG}/einstellungen")
        for name, data in (("logo-refused", b"no picture"), ("logo", _picture())):
            owner.find("#upload-logo input[type=file]").set_input_files(
                {"name": "logo.png", "mimeType": "image/png", "buffer": data}
            )
            owner.submit("upload-logo")
            owner.look(name)
        assert owner.find("#remove-logo").count() == 1

    def moving(self) -> None:
        """Another time: the number of letters before, and how many went after."""
        owner = self.owner
        owner.open(f"{self.dialogue}/bearbeiten")
        owner.look("edit")
        owner.fill("#start", "2027-03-24T18:00")
        owner.fill("#end", "2027-03-24T22:00")
        owner.submit(owner.find("main form").first.get_attribute("id") or "")
        owner.look("change-preview")
        assert "2 " in owner.page.locator(".notice-task").inner_text()
        owner.click("#change-dialogue button[value=save]")
        method, event = self.mail(SECOND).event()
        assert (method, int(event["SEQUENCE"]) > self.sequence) == ("REQUEST", True)
        assert event["DTSTART"].dt.strftime("%H:%M") == "18:00"
        self.mail(THIRD)
        owner.open(self.dialogue)
        owner.look("overview")
        assert self.watch.language != "de" or owner.lines("nav.tabs a") <= 2
        assert owner.page.locator("#letters-sent").inner_text().count("2") == 2

    def organising(self) -> None:
        """By hand, as a table, on badges."""
        owner = self.owner
        owner.open(f"{self.dialogue}/anmeldungen")
        owner.look("registrations")
        owner.open(f"{self.dialogue}/anmeldungen/neu")
        owner.submit("add-registration")
        owner.look("add-refused")
        owner.fill("#name", BY_HAND)
        if self.watch.language == "en":
            owner.choose("#language", "en")
        owner.submit("add-registration")
        owner.look("registration")
        owner.click("a[href$='/brief']")
        # A printed letter speaks the language of whom it is for, and nobody is registered in the pseudo-language.
        if self.watch.language != "qps":
            owner.look("letter-to-print")
        owner.open(f"{self.dialogue}/anmeldungen")
        owner.find("#download-list input[value=csv]").check()
        table = owner.download("#download-list button").decode("utf-8-sig")
        self.watch.text("table, head", table.splitlines()[0].replace(";", " "))
        rows = list(csv.reader(io.StringIO(table), delimiter=";"))
        assert sum(BY_HAND in row for row in rows) == 1
        owner.open(f"{self.dialogue}/tische")
        owner.fill("#seat-people li:has-text('Hanna') input[type=text]", "Tafel 7")
        owner.submit("seat-people")
        owner.look("tables")
        owner.open(f"{self.dialogue}/ausweise")
        owner.look("badges")
        owner.submit("print-badges")
        ready, deadline = "form[id^=fetch-] button", time.monotonic() + 45
        while not owner.find(ready).count() and time.monotonic() < deadline:
            owner.open(f"{self.dialogue}/dateien")
        owner.look("files")
        sheet = owner.download(ready)
        self.watch.text("badges", pdf_text(sheet))
        assert "Hanna" in pdf_text(sheet)
        assert "Tafel 7" in pdf_text(sheet)
        found = codes(sheet)
        assert [code[:4] for code in found] == ["DW1:"] * 3
        owner.open(f"{self.dialogue}/anmeldungen?q=Hand")
        owner.click(".desk-name a")
        owner.click("a[href$='/absage']")
        owner.look("cancel-registration")
        owner.open(owner.page.url.removeprefix(self.browsers.base).replace("/absage", "/loeschung"))
        owner.look("erase-registration")
        for page in ("verschiebung", "absage"):
            owner.open(f"{self.dialogue}/{page}")
            owner.look(f"dialogue-{page}")
        for page in ("einstellungen", "team"):
            owner.open(f"/arbeitsplatz/{SLUG}/{page}")
            owner.look(page)
        for page in ("konto", "konto/loeschen"):
            owner.open(f"/arbeitsplatz/{page}")
            owner.look(page.replace("/", "-"))

    def arriving(self) -> None:
        """The helper ticks somebody in by name."""
        self.time_is(AT_THE_DOOR)
        helper = self.sign_in("helper", HELPER)
        helper.open(f"{self.dialogue}/einlass")
        helper.look("door")
        helper.fill("#q", "Letzte")
        # With script the door stays on its page, so that it goes on without a connection.
        act = helper.press if self.options["script"] else helper.click
        act("main form[role=search] button")
        helper.page.wait_for_url("**/einlass?q=Letzte")
        helper.look("door-found")
        act("#check-in button[name=participant]")
        verdict = helper.find("[data-verdict=in]")
        verdict.wait_for()
        assert "Zoe Muster-Letzte" in verdict.inner_text()
        helper.look("verdict-in")
        helper.open(f"{self.dialogue}/einlass?q=Letzte")
        helper.look("door-arrived")
        helper.close()

    def rating(self) -> None:
        """Who came is asked; before the end only the number shows, and after it how many are missing."""
        self.time_is(AFTERWARDS)
        guest = self.visitor("guest", keyboard=self.keyboard)
        # Before the door opened a reminder may have come.
        mail = self.mail(SECOND)
        while "/umfrage/" not in mail.text:
            mail = self.mail(SECOND)
        guest.open(mail.link("umfrage"))
        guest.look("survey")
        guest.submit("rate")
        guest.look("survey-refused")
        guest.tick("input[name=stars][value='5']")
        guest.tick("input[name=heard][value='4']")
        guest.fill("textarea[name=text]", "Gute Gespräche am runden Tisch.")
        guest.submit("rate")
        guest.look("survey-thanks")
        guest.open(self.second)
        guest.look("own-past")
        guest.open(f"{self.second}/loeschung")
        guest.look("own-erase")
        guest.close()
        owner = self.sign_in("owner", OWNER)
        owner.open(f"{self.dialogue}/ergebnis")
        owner.look("result-open")
        self.time_is(WHEN_CLOSED)
        owner.close()
        owner = self.sign_in("owner", OWNER)
        deadline = time.monotonic() + 45
        while time.monotonic() < deadline:
            owner.open(f"{self.dialogue}/ergebnis")
            if owner.find(".suppressed").count():
                break
            time.sleep(1)
        owner.look("result-few")
        assert "4" in owner.find(".suppressed").first.inner_text()
        owner.open(f"/arbeitsplatz/{SLUG}/")
        owner.look("workspace")
        owner.close()

    def whole(self, *, answers: bool = True) -> None:
        """From the first command to the result; `answers`: also what comes back by mail, and a logo."""
        self.beginning()
        self.publishing()
        self.finding()
        self.subscribing()
        self.first_citizen()
        self.full_house()
        if answers:
            self.answering()
            self.logo()
        self.moving()
        self.organising()
        self.arriving()
        self.rating()
