"""Products for the pages of the backoffice, and the form of one as a browser would send it."""

from html.parser import HTMLParser

MAKER = {
    "name": "Works", "address": "1 Road, Berlin", "email": "a@works.example", "country": "DE",
}  # fmt: skip


class Form(HTMLParser):
    """Read what a browser would send of the form with an address."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.inside, self.area, self.select = action, False, "", ""
        self.sent: dict[str, str] = {}

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "form":
            self.inside = told.get("action") == self.action
        if not self.inside:
            return
        name = told.get("name", "")
        if tag == "input" and (told.get("type") != "checkbox" or "checked" in told):
            self.sent[name] = told.get("value") or ""
        if tag == "textarea":
            self.area, self.sent[name] = name, ""
        if tag == "select":
            self.select = name
        if tag == "option" and (self.select not in self.sent or "selected" in told):
            self.sent[self.select] = told.get("value") or ""

    def handle_data(self, data):
        if self.area:
            self.sent[self.area] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self.area:
            self.sent[self.area] = self.sent[self.area].removeprefix("\n")
            self.area = ""
        if tag == "form":
            self.inside = False


def form_of(client, url: str, action: str | None = None) -> dict[str, str]:
    """Open a page and give one of its forms as it stands."""
    form = Form(action or url)
    form.feed(client.get(url).text)
    return form.sent
