"""What people do on the pages: set an initiative up, publish a dialogue, sign up, confirm."""

import asyncio
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tools.bench.http import Answer, Connection, Form, filled
from tools.bench.product import Failed, Letterbox, Product, link_in

INITIATIVE = "messung"
OWNER = "inhaberin@messung.example"


@dataclass(frozen=True)
class Dialogue:
    """A published dialogue by its addresses."""

    slug: str

    @property
    def path(self) -> str:
        return f"/dialoge/{self.slug}"

    @property
    def form(self) -> str:
        return f"{self.path}/anmeldung"

    @property
    def work(self) -> str:
        return f"/arbeitsplatz/{INITIATIVE}/dialoge/{self.slug}"


def expect(answer: Answer, status: int, what: str) -> Answer:
    """Raises Failed for another status."""
    if answer.status != status:
        raise Failed(f"{what}: {answer.status} instead of {status}")
    return answer


async def sign_in(product: Product, connection: Connection, link: str) -> None:
    """Follows a printed sign-in link, presses its button and keeps the cookie."""
    path = "/" + link.strip().split("/", 3)[3]
    expect(await connection.get(path), 200, "sign-in link")
    answer = expect(await connection.post(path, {}), 303, "sign-in")
    connection.cookie = answer.headers["set-cookie"].partition(";")[0]


async def set_up(product: Product) -> Connection:
    """The first administrator makes an initiative; returns its owner's signed-in connection."""
    admin = Connection(product.port)
    await sign_in(product, admin, product.command("create-admin", "leitung@servicestelle.example"))
    path = "/servicestelle/initiativen"
    form: Form = {
        "form_key": secrets.token_urlsafe(18), "name": "Dialogverbund Messung (fiktiv)", "slug": INITIATIVE,
        "land": "NW", "accent": "stahl", "email": OWNER, "owner_name": "Ina Muster",
    }  # fmt: skip
    expect(await admin.post(path, form), 303, "create initiative")
    admin.close()
    owner = Connection(product.port)
    await sign_in(product, owner, product.command("sign-in-link", OWNER))
    return owner


async def publish(owner: Connection, title: str, *, capacity: int | None, days_ahead: int = 60) -> Dialogue:
    """Fills in the guided form and publishes. `capacity` None: without limit."""
    action, form = await new_dialogue(owner)
    return await publish_as(owner, action, form, title, capacity=capacity, days_ahead=days_ahead)


async def new_dialogue(owner: Connection) -> tuple[str, Form]:
    """Where the guided form goes, and what it starts with."""
    page = expect(await owner.get(f"/arbeitsplatz/{INITIATIVE}/dialoge/neu"), 200, "new dialogue")
    return filled(page.text, "create-dialogue")


async def publish_as(
    owner: Connection, action: str, form: Form, title: str, *, capacity: int | None, days_ahead: int
) -> Dialogue:
    """Sends a form of `publish` with these values."""
    day = (datetime.now(UTC) + timedelta(days=days_ahead)).date().isoformat()  # noqa: TID251 - the day of the machine
    form = form | {
        "form_key": secrets.token_urlsafe(18), "title": title, "lead": "Ein Abend an runden Tischen.",
        "start": f"{day}T17:00", "end": f"{day}T21:00", "place": "Musterhalle", "street": "Musterweg 1",
        "postcode": "12345", "city": "Musterstadt", "land": "NW", "capacity": "" if capacity is None else str(capacity),
        "description": "Gäste und Fachleute sprechen über das Werk, seine Nachbarn und was sich ändert.\n\n" * 4,
        "programme": "17:00 Ankommen | mit Kaffee\n17:30 Rundgang\n19:00 Gespräch an Tischen\n20:30 Ausklang",
        "bring": "Festes Schuhwerk\nAusweis", "hold_minutes": "2880",
    }  # fmt: skip
    if capacity is None:
        form["unlimited"] = "ja"
    answer = expect(await owner.post(action, form), 303, "create dialogue")
    dialogue = Dialogue(answer.location.partition("?")[0].rpartition("/")[2])
    expect(await owner.post(f"{dialogue.work}/veroeffentlichung", {}), 303, "publish")
    return dialogue


async def sign_up_form(connection: Connection, dialogue: Dialogue) -> Form:
    """The form as a browser would send it untouched."""
    return filled(expect(await connection.get(dialogue.form), 200, "sign-up form").text, "sign-up")[1]


def party(form: Form, address: str, size: int = 1) -> Form:
    """The form filled in, with a key of its own."""
    return form | {
        "form_key": secrets.token_urlsafe(18),
        "name": "Gast Muster",
        "email": address,
        "organisation": "Beispielwerk (fiktiv)",
        "participants": ["", *(f"Gast Muster {number}" for number in range(2, size + 1))],
        "terms": "ja",
    }


async def register(connection: Connection, dialogue: Dialogue, address: str, letterbox: Letterbox) -> None:
    """The six requests of a whole registration: form, sending it, receipt; button, pressing it, own page."""
    form = await sign_up_form(connection, dialogue)
    sent = expect(await connection.post(dialogue.form, party(form, address)), 303, "sign-up")
    expect(await connection.get(sent.location), 200, "receipt")
    await confirm(connection, await letter_for(letterbox, address))


async def confirm(connection: Connection, letter: bytes) -> None:
    """Opens the link of a letter, presses the button, sees the own page."""
    path = link_in(letter, "/bestaetigen/")
    page = expect(await connection.get(path), 200, "confirmation page")
    action, form = filled(page.text, "confirm")
    done = expect(await connection.post(action or path, form), 303, "confirmation")
    expect(await connection.get(done.location), 200, "own page")


async def letter_for(letterbox: Letterbox, address: str, *, seconds: float = 30.0) -> bytes:
    """The first letter to an address. Raises Failed when none comes."""
    seen = 0
    for _turn in range(int(seconds / 0.02)):
        while seen < len(letterbox.letters):
            _at, recipient, content = letterbox.letters[seen]
            if recipient == address:
                return content
            seen += 1
        await asyncio.sleep(0.02)
    raise Failed(f"no letter to {address} within {seconds:.0f} s")


async def move(owner: Connection, dialogue: Dialogue) -> None:
    """Moves a published dialogue by one hour, past the preview that tells how many get a letter."""
    page = expect(await owner.get(f"{dialogue.work}/bearbeiten"), 200, "edit form")
    action, form = filled(page.text, "change-dialogue")
    form |= {name: str(form[name]).replace("T17:", "T18:").replace("T21:", "T22:") for name in ("start", "end")}
    preview = expect(await owner.post(action, form), 200, "preview of the change")
    action, form = filled(preview.text, "change-dialogue")
    expect(await owner.post(action, form | {"step": "save"}), 303, "change")


async def cancel(owner: Connection, dialogue: Dialogue) -> None:
    """Cancels a published dialogue."""
    page = expect(await owner.get(f"{dialogue.work}/absage"), 200, "question before the cancellation")
    action, form = filled(page.text, "cancel-dialogue")
    expect(await owner.post(action or f"{dialogue.work}/absage", form | {"reason": "Gemessen"}), 303, "cancellation")
