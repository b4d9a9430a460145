"""Ask for everything, in every way, and listen for canaries."""

import shutil
import subprocess
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import Client, TestResponse

from storefront.leakcheck import links
from storefront.leakcheck.canaries import Canaries
from storefront.leakcheck.report import Leak, Report
from storefront.leakcheck.visitors import STRANGER, Person

EACH_RULE = 60  # addresses of one rule that are asked for
EACH_QUERY = 12  # of those, with a query
EACH_WAY = 2  # addresses of a rule that a stranger asks for in the other ways too
PATIENCE_SECONDS = 20
GATED, MEDIA = "/gated/", "/media/"

WAYS: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("HEAD", {}),
    ("GET", {"Accept": "application/json"}),
    ("GET", {"Range": "bytes=0-99"}),
    ("GET", {"Range": "bytes=-99"}),
    ("GET", {"Range": "bytes=0-9,20-29"}),
    ("OPTIONS", {}),
)


@dataclass
class Crawl:
    """One app, its canaries and what was found so far."""

    app: Flask
    canaries: Canaries
    report: Report
    origin: str
    only: tuple[str, ...] = ()  # addresses that begin otherwise are left alone
    asked: dict[str, None] = field(default_factory=dict)  # addresses, in the order of asking
    _counts: Counter[str] = field(default_factory=Counter)

    def begin(self, addresses: Iterable[str], person: Person) -> None:
        """Ask for addresses and for all that they lead to."""
        waiting, client = deque(addresses), self.client(person)
        while waiting:
            address = waiting.popleft()
            if self._is_wanted(address):
                waiting.extend(self._look(client, person, address))

    def again(self, person: Person) -> None:
        """Ask for everything once more as somebody else, and for what only they are led to."""
        client, seen = self.client(person), set(self.asked)
        for address in list(self.asked):
            for led_to in self._look(client, person, address):
                if led_to.startswith(GATED) and led_to not in seen:
                    seen.add(led_to)
                    self._look(client, person, led_to)

    def client(self, person: Person) -> Client:
        """Give a browser with somebody's cookies."""
        client = Client(self.app)
        for name, value in person.cookies.items():
            client.set_cookie(name, value, domain=urlsplit(self.origin).hostname or "localhost")
        return client

    def ask(
        self, client: Client, person: Person, address: str, method: str = "GET", **more: object
    ) -> TestResponse:
        """Send one request and listen to the whole answer."""
        answer = client.open(address, base_url=self.origin, method=method, **more)  # type: ignore[arg-type]
        body = answer.get_data()
        answer.close()  # of a HEAD too: the file was opened
        how = f"{method} {more.get('headers') or more.get('json') or ''}"
        kind = surface(address, answer.status_code, answer.mimetype)
        self.report.asked[kind] += 1
        if answer.status_code >= 500:
            self.report.broken.append(f"{how} {address}: {answer.status_code}")
        self.listen(
            person, address, how, str(answer.headers).encode() + readable(body, answer.mimetype)
        )
        return answer

    def listen(self, person: Person, address: str, how: str, text: bytes) -> None:
        """Write down each canary that sings where it must not."""
        for canary in self.canaries.found_in(text):
            if (
                canary.word not in address.lower()
            ):  # what somebody asks for is no secret to them
                self.report.leaks.append(Leak(canary.where, person.name, address, how))

    def _look(self, client: Client, person: Person, address: str) -> list[str]:
        answer = self.ask(client, person, address)
        endpoint = self._counted(address)
        is_media = address.startswith((GATED, MEDIA))
        is_stranger = person is STRANGER
        self._counts[f"ways {endpoint}"] += is_stranger
        if is_media or (is_stranger and self._counts[f"ways {endpoint}"] <= EACH_WAY):
            for method, headers in WAYS:
                self.ask(client, person, address, method, headers=dict(headers))
        if answer.status_code >= 400:
            return []
        text = answer.get_data().decode(errors="replace")
        return list(links.found(text, self.origin + address, self.origin))

    def _is_wanted(self, address: str) -> bool:
        is_left_alone = bool(self.only) and not address.startswith(self.only)
        if address in self.asked or address.startswith("/static/") or is_left_alone:
            return False
        endpoint = self._counted(address)
        has_query = "?" in address
        if self._counts[endpoint] >= EACH_RULE or (
            has_query and self._counts[f"{endpoint}?"] >= EACH_QUERY
        ):
            return False
        self._counts[endpoint] += 1
        self._counts[f"{endpoint}?"] += has_query
        self.asked[address] = None
        return True

    def _counted(self, address: str) -> str:
        """Name the rule of an address; what no rule takes is counted together."""
        adapter = self.app.url_map.bind("localhost")
        try:
            return str(adapter.match(urlsplit(address).path, method="GET")[0])
        except Exception:  # no rule, another method, or a redirect to the right spelling
            return "none"


def surface(address: str, status: int, mimetype: str | None) -> str:
    """Name the kind of an answer, as the report counts it."""
    path = address.partition("?")[0]
    first = next((name for start, name in SURFACES.items() if path.startswith(start)), "")
    if status >= 400:
        return "errors"
    return first or KINDS.get(mimetype or "", "other")


SURFACES = {
    "/api/": "API", "/feeds/": "feeds", "/sitemap": "sitemap", "/search": "search", "/newsletter/archive": "archive",
    GATED: "gated", MEDIA: "media", "/account": "account", "/orders": "orders", "/backoffice": "backoffice",
    "/studio": "studio",
}  # fmt: skip
KINDS = {
    "text/html": "pages", "application/pdf": "PDF", "text/calendar": "calendars",
    "application/json": "JSON", "text/plain": "text",
}  # fmt: skip


def readable(body: bytes, mimetype: str | None) -> bytes:
    """Give the words of an answer: those of a PDF are written in shapes and have to be read out."""
    reader = shutil.which("pdftotext")
    if mimetype != "application/pdf" or reader is None:
        return body
    done = subprocess.run(  # noqa: S603  # a fixed command; the PDF is ours
        [reader, "-", "-"],
        input=body,
        capture_output=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    return done.stdout
