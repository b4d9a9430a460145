"""A watch over a browser: what must never happen while somebody visits."""

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

LEFT_BY_THE_VISITOR = "net::ERR_ABORTED"  # the page was left while something was loading
ALSO_IN_ANSWERS = "Failed to load resource"  # the console repeats what the answer's status says


class Watch:
    """Note console errors, failed requests, bad answers and requests to foreign hosts."""

    def __init__(self, *hosts: str) -> None:
        self.hosts = {urlsplit(address).netloc for address in hosts}
        self.expected: set[int] = set()
        self.seen: list[str] = []

    def over(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", self._exception)
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("requestfailed", self._failed)

    def expects(self, *statuses: int) -> None:
        """Let answers with these statuses pass: the visit is about them."""
        self.expected |= set(statuses)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(
            ALSO_IN_ANSWERS
        ):
            self.seen.append(f"console {message.type}: {message.text}")

    def _exception(self, error: WebError) -> None:
        self.seen.append(f"exception: {error.error}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and parts.netloc not in self.hosts:
            self.seen.append(f"foreign host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.seen.append(
                f"status {response.status}: {response.request.method} {response.url}"
            )

    def _failed(self, request: Request) -> None:
        if request.failure != LEFT_BY_THE_VISITOR:
            self.seen.append(f"failed: {request.url} {request.failure}")
