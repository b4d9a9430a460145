"""Every letter of the time after the sale says the same in text and in HTML, in each of its cases."""

import re
from itertools import product
from pathlib import Path

import pytest
from jinja2 import StrictUndefined

from storefront import mail
from storefront.resources import data_folder

FOLDER = Path(str(data_folder("templates"))) / "email"
LINES = [
    {
        "name": "Roller <b>",
        "quantity": 2,
        "received": 1,
        "reason": "It is too firm",
        "wanted": "",
    }
]
ORDER = {
    "number": "7K3M-92QX", "name": "Ana <b>", "order_url": "http://localhost/orders/7K3M-92QX?key=k",
    "address": {"line1": "Way 1", "line2": "", "postal_code": "10115", "city": "Berlin", "country": "DE"},
}  # fmt: skip
RETURN = ORDER | {
    "return_number": "R-1",
    "return_address": "Lagerweg 1",
    "email": "ana@example.org",
}
WITHDRAWAL = {
    "withdrawal_number": "W-1", "words": ["I withdraw.", "Name: Ana"], "name": "Ana", "email": "ana@example.org",
    "order_number": "7K3M-92QX", "at": "2 November 2026, 10:00:00 CET", "return_address": "Lagerweg 1",
}  # fmt: skip
CASES = {
    "order_shipped": (ORDER, {"sent": [LINES], "rest": [[], LINES], "carrier": ["DHL"],
                              "tracking": ["", "JD1"], "tracking_url": ["", "https://dhl.example/JD1"]}),
    "order_cancelled": (ORDER, {"gone": [LINES], "back": ["", "€24.00"], "is_whole": [True, False],
                                "is_paid": [True, False]}),
    "address_changed": (ORDER, {}),
    "return_asked": (RETURN, {"lines": [LINES], "note": ["", "Ouch <b>"], "is_withdrawal": [True, False]}),
    "return_approved": (RETURN, {"lines": [LINES], "answer": ["", "Thanks"], "is_withdrawal": [True, False]}),
    "return_refused": (RETURN, {"lines": [LINES], "answer": ["Too worn"]}),
    "return_received": (RETURN, {"lines": [LINES]}),
    "return_closed": (RETURN, {"lines": [LINES], "back": ["", "€24.00"], "instead": [[], LINES]}),
    "withdrawal_receipt": (WITHDRAWAL, {}),
    "withdrawal_declared": (WITHDRAWAL, {"is_known": [True, False], "made_return": [True, False]}),
    "address_code": ({"code": "123456", "minutes": 15}, {}),
}  # fmt: skip


def every(letter):
    facts, choices = CASES[letter]
    for chosen in product(*choices.values()):
        yield facts | dict(zip(choices, chosen, strict=True))


def words(text):
    """Give the words of a text, so that two layouts of the same can be compared."""
    plain = re.sub(
        r"<[^>]+>", " ", re.sub(r"<(style|head|title).*?</\1>", " ", text, flags=re.S)
    )
    return set(re.findall(r"[a-z0-9€]{4,}", plain.casefold()))


@pytest.mark.parametrize("letter", sorted(CASES))
def test_text_and_html_of_a_letter_say_the_same_in_every_case(app, letter):
    settings = app.extensions["storefront"].settings
    jinja = app.jinja_env.overlay(undefined=StrictUndefined)
    for context in every(letter):
        payload = {"letter": letter, "to": "ana@example.org", "key": "1", "context": context}

        message = mail.compose(jinja, settings, payload)

        text = message.get_body(("plain",)).get_content()
        html = message.get_body(("html",)).get_content()
        assert message["Subject"].strip()
        assert len(html) < 30_000
        assert "Ana <b>" not in html
        links = re.findall(r"https?://\S+", text)
        assert [link for link in links if f'href="{link}"' not in html] == []
        missing = words(re.sub(r"https?://\S+", "", text)) - words(html) - {"follow"}
        assert missing == set(), context


def test_every_letter_has_its_three_parts():
    for folder in FOLDER.iterdir():
        if folder.is_dir():
            assert {each.name for each in folder.iterdir()} >= {
                "subject.txt",
                "body.txt",
                "body.mjml",
            }
