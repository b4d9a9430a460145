"""Ask for everything, in every way, and listen for canaries."""

import shutil
import subprocess
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import Client, TestResponse

from storefront.leakcheck import kinds, links
from storefront.leakcheck.canaries import Canaries
from storefront.leakcheck.kinds import GATED, MEDIA
from storefront.leakcheck.report import Leak, Report
from storefront.leakcheck.surfaces import DISGUISES, disguised
from storefront.leakcheck.visitors import STRANGER, Person

EACH_RULE = 60  # addresses of one rule that are asked for
EACH_QUERY = 12  # of those, with a query
EACH_WAY = 2  # addresses of a rule that a stranger asks for in the other ways too
PATIENCE_SECONDS = 20

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
    only: tuple[
        str, ...
    ] = ()  # what addresses begin with; with `$` at its end, a whole address
    asked: dict[str, None] = field(default_factory=dict)  # addresses, in the order of asking
    answered: dict[str, None] = field(
        default_factory=dict
    )  # those that showed somebody something
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
        self.report.count(
            kinds.surface(address, answer.status_code, answer.mimetype),
            kinds.also(method, answer.status_code, body), is_empty=not body,
        )  # fmt: skip
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
        if answer.status_code == 200:
            self.answered[address] = None
        is_media = address.startswith((GATED, MEDIA))
        if is_media or (person is STRANGER and self._is_one_of_few(answer, address)):
            for method, headers in WAYS:
                self.ask(client, person, address, method, headers=dict(headers))
            for disguise in () if is_media or "?" in address else DISGUISES:
                self.ask(client, person, disguised(address, disguise))
        if answer.status_code >= 400:
            return []
        text = answer.get_data().decode(errors="replace")
        return list(links.found(text, self.origin + address, self.origin))

    def _is_one_of_few(self, answer: TestResponse, address: str) -> bool:
        """Tell whether this is one of the first of its rule that showed something, or refused to."""
        what = f"ways {self.rule_of(address)} {answer.status_code < 400}"
        self._counts[what] += 1
        return self._counts[what] <= EACH_WAY

    def _is_wanted(self, address: str) -> bool:
        is_static = address.startswith("/static/")
        if address in self.asked or is_static or not self._is_meant(address):
            return False
        endpoint = self.rule_of(address)
        has_query = "?" in address
        if self._counts[endpoint] >= EACH_RULE or (
            has_query and self._counts[f"{endpoint}?"] >= EACH_QUERY
        ):
            return False
        self._counts[endpoint] += 1
        self._counts[f"{endpoint}?"] += has_query
        self.asked[address] = None
        return True

    def _is_meant(self, address: str) -> bool:
        fits = (
            address == one[:-1] if one.endswith("$") else address.startswith(one)
            for one in self.only
        )  # fmt: skip
        return not self.only or any(fits)

    def rule_of(self, address: str) -> str:
        """Name the rule of an address; what no rule takes is counted together."""
        adapter = self.app.url_map.bind("localhost")
        try:
            return str(adapter.match(urlsplit(address).path, method="GET")[0])
        except HTTPException:  # no rule, another method, or a redirect to the right spelling
            return "none"


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
