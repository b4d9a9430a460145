"""Finished pages of strangers, by their version: the next stranger need not wait for the making."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

MOST_PAGES = 200
LONGEST_PAGE = 100_000  # bytes; together at most 20 MB


@dataclass(frozen=True)
class FinishedPage:
    """A page as it was answered, without what each answer gets of its own."""

    body: bytes
    headers: tuple[tuple[str, str], ...]


class PageMemory:
    """The pages that were asked for last; a new version has a new name, so none is ever stale."""

    def __init__(self, most: int = MOST_PAGES) -> None:
        self._most = most
        self._pages: OrderedDict[str, FinishedPage] = OrderedDict()
        self._lock = Lock()

    def find(self, version: str) -> FinishedPage | None:
        """Give the page of a version, if it is still here."""
        with self._lock:
            page = self._pages.get(version)
            if page is not None:
                self._pages.move_to_end(version)
            return page

    def keep(self, version: str, page: FinishedPage) -> None:
        """Keep a page; the one that nobody asked for the longest makes room."""
        if len(page.body) > LONGEST_PAGE:
            return
        with self._lock:
            self._pages[version] = page
            self._pages.move_to_end(version)
            while len(self._pages) > self._most:
                self._pages.popitem(last=False)

    def forget(self) -> None:
        """Drop every page."""
        with self._lock:
            self._pages.clear()
