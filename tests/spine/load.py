"""People who sign up over HTTP, five at a time, and do not give up when the server dies under them."""

import re
import threading
import time
from dataclasses import dataclass, field

import httpx2

FORM = {"name": "Gast Muster", "participants": "Gast Muster", "terms": "ja"}


def hidden(html: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', html)
    assert found, f"no field {name}"
    return found[1]


@dataclass
class Load:
    """Signs up again and again. `acknowledged`: address → receipt."""

    base: str
    path: str
    in_flight: int = 5
    acknowledged: dict[str, str] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)
    busy_seconds: float = 0

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._lock = threading.Lock()
        page = httpx2.get(self.base + self.path, timeout=10).text
        self._fixed = FORM | {"shown_at": hidden(page, "shown_at")}
        # One offer needs no choice; the form carries its key along.
        offers = re.search(r'name="offers"[^>]*value="([^"]*)"', page)
        if offers:
            self._fixed["offers"] = offers[1]
        self._threads = [threading.Thread(target=self._act, args=(number,)) for number in range(self.in_flight)]
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        """No new people; those who are on their way get their answer."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _act(self, number: int) -> None:
        count = 0
        while not self._stop.is_set():
            count += 1
            email = f"gast-{number}-{count}@post.example"
            self._sign_up(email, {**self._fixed, "email": email, "form_key": f"load-form-key-{number}-{count:06}"})

    def _sign_up(self, email: str, form: dict[str, str]) -> None:
        """Sends one form until somebody answers it."""
        with httpx2.Client(base_url=self.base, timeout=30) as client:
            while True:
                begun = time.monotonic()
                try:
                    answer = client.post(self.path, data=form)
                except httpx2.TransportError:
                    time.sleep(0.05)
                    continue
                with self._lock:
                    self.busy_seconds += time.monotonic() - begun
                    if answer.status_code == 303:
                        self.acknowledged[email] = answer.headers["location"]
                    else:
                        self.odd.append(f"{answer.status_code} {answer.text[:200]}")
                return

    @property
    def rate(self) -> float:
        """Answered actions a second, while there was somebody to answer."""
        return len(self.acknowledged) * self.in_flight / self.busy_seconds if self.busy_seconds else 0
