"""A crowd at the front door: everybody gets one definite answer, and exactly the seats there are."""

import threading
import time
from collections import Counter
from pathlib import Path

import httpx2
import pytest

from tests.conftest import LONG
from tests.spine.load import FORM, hidden
from tests.spine.processes import Product, Sink
from tests.spine.test_kill import dialogue_on, exported


def rush(base: str, path: str, *, attempts: int, at_once: int) -> tuple[Counter[int], list[float], dict[str, str]]:
    """Status codes, the seconds each waited, and address → receipt."""
    page = httpx2.get(base + path, timeout=30).text
    form = FORM | {"shown_at": hidden(page, "shown_at")}
    codes: Counter[int] = Counter()
    waits: list[float] = []
    receipts: dict[str, str] = {}
    numbers = iter(range(attempts))
    lock = threading.Lock()

    def act() -> None:
        with httpx2.Client(base_url=base, timeout=120) as client:
            while True:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    return
                email = f"gast{number}@post.example"
                begun = time.monotonic()
                answer = client.post(path, data=form | {"email": email, "form_key": f"crowd-form-key-{number:06}"})
                with lock:
                    codes[answer.status_code] += 1
                    waits.append(time.monotonic() - begun)
                    receipts[email] = answer.headers.get("location", "")

    threads = [threading.Thread(target=act) for _number in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return codes, sorted(waits), receipts


def crowd(database_url: str, var_dir: Path, *, attempts: int, at_once: int, capacity: int) -> None:
    path = dialogue_on(database_url, capacity=capacity)
    with Sink(delay=0) as sink, Product(database_url, var_dir, sink) as product:
        product.start("serve")
        product.start("work")
        product.ready()
        begun = time.monotonic()
        codes, waits, receipts = rush(product.base, path, attempts=attempts, at_once=at_once)
        took = time.monotonic() - begun
        state = exported(product)
        pages = [httpx2.get(product.base + receipt, timeout=30) for receipt in list(receipts.values())[:3]]
    assert codes == {303: attempts}
    assert len(set(receipts.values())) == attempts
    assert (len(state["place"]), len(state["registration"])) == (capacity, attempts)
    assert sum(1 for entry in state["registration"] if entry["hold_until"]) == capacity
    assert [page.status_code for page in pages] == [200, 200, 200]
    print(
        f"{attempts} attempts in {took:.1f} s, half in {waits[attempts // 2]:.2f} s, p99 {waits[attempts * 99 // 100]:.2f} s"
    )


@pytest.mark.alone
@pytest.mark.timeout(200)
def test_a_crowd_wants_a_tenth_as_many_seats(database_url: str, tmp_path: Path) -> None:
    attempts = 300 if LONG else 150
    crowd(database_url, tmp_path, attempts=attempts, at_once=50, capacity=attempts // 10)


@pytest.mark.alone
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_five_thousand_want_five_hundred_seats(database_url: str, tmp_path: Path) -> None:
    crowd(database_url, tmp_path, attempts=5000, at_once=100, capacity=500)
