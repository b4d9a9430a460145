"""Makers for the studio: a whole draft, and what a browser would send for it."""

import re
from html import unescape

from routines.library.documents import BodyPart
from routines.library.publishing import publish_body_parts
from storefront import database
from tests.routines.made import PEOPLE, STOP, step_of

STRETCH = step_of(
    "calf-stretch", action="stretch", title="Calf stretch",
    dosage={"hold_seconds": {"least": 30, "most": 30}, "sides": "each"},
)  # fmt: skip
del STRETCH["exercise"]["cues"]  # an empty list is not said
WHOLE = {
    "title": "Calf loosener", "summary": "8 minutes for the calf.", "picture": "product-roller",
    "goal": "relief", "level": "beginner", "body_parts": ["calf"], "stop_rule": STOP,
    "author": PEOPLE["author"], "sections": [{"title": "Part 1", "steps": [STRETCH]}],
}  # fmt: skip


def places(app):
    """Publish the places that the drafts of the tests point at."""
    with app.app_context(), database.transaction() as db:
        publish_body_parts(db, [BodyPart(slug="calf", name="Calf", area=True)])


def begin(device, title="Calf loosener", kind="routine") -> str:
    """Begin a draft and give the address of its form."""
    answer = device.post("/studio/new", data={"kind": kind, "title": title})
    assert answer.status_code == 303, answer.text
    return answer.location


def form_of(page: str) -> dict[str, list[str]]:
    """Read what a browser would send of the form on a page, without pressing a button."""
    inside = page[page.index("data-studio") : page.index("</form>", page.index("data-studio"))]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", inside):
        facts = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if "name" in facts and (facts.get("type") != "checkbox" or " checked" in tag):
            found.setdefault(unescape(facts["name"]), []).append(
                unescape(facts.get("value", ""))
            )
    for name, text in re.findall(
        r'<textarea[^>]* name="([^"]*)"[^>]*>\n?(.*?)</textarea>', inside, re.S
    ):
        found[name] = [unescape(text)]
    for name, options in re.findall(
        r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', inside, re.S
    ):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(
            r'value="([^"]*)"', options
        )
        found[name] = [unescape(chosen[1])] if chosen else [""]
    return found


def fields_of(raw, name="") -> dict[str, list[str]]:
    """Write a document as the fields of a form."""
    if isinstance(raw, dict) and set(raw) == {"least", "most"}:
        return {name: [f"{raw['least']}-{raw['most']}"]}
    if isinstance(raw, dict):
        found = {}
        for key, value in raw.items():
            found |= fields_of(value, f"{name}-{key}" if name else key)
        return found
    if isinstance(raw, list) and raw and isinstance(raw[0], dict):
        found = {}
        for place, value in enumerate(raw):
            found |= {f"{name}-{place}-_": ["1"]} | fields_of(value, f"{name}-{place}")
        return found
    if isinstance(raw, list):
        return {
            name: [*map(str, raw)]
            if name.endswith(("body_parts", "conditions", "flags", "opens_for"))
            else [", ".join(map(str, raw))]
        }
    return {name: ["yes" if raw is True else str(raw)]} if raw not in (None, False) else {}


def save(device, url, raw, *, seen=None, do="save"):
    """Send a document as the form at an address would."""
    if seen is None:
        seen = form_of(device.get(url).text)["seen"][0]
    return device.post(url, data=fields_of(raw) | {"seen": [str(seen)], "do": [do]})


def whole_draft(app, device, raw=WHOLE) -> str:
    """Give the address of a draft with nothing missing."""
    places(app)
    url = begin(device)
    answer = save(device, url, raw)
    assert answer.status_code == 303, answer.text
    return url
