"""What the page of a series may show."""

from dataclasses import dataclass
from typing import ClassVar

from events.pages import Card, Month, Paging, Sender, by_month
from kit.templates import Frame


@dataclass(frozen=True)
class SeriesPage:
    """Separate dialogues of one initiative under one name: what comes, and below it what was. `news_path`: its Atom feed."""

    template: ClassVar[str] = "events/series.html"
    frame: Frame
    sender: Sender
    title: str
    coming: tuple[Card, ...]
    past: tuple[Card, ...]
    feed_path: str
    news_path: str
    paging: Paging

    @property
    def months(self) -> tuple[Month, ...]:
        return by_month(self.coming)
