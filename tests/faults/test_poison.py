"""What a request says of itself, and what an editor writes, becomes neither an address nor code."""

import pytest

from storefront import database
from storefront.issues import links
from storefront.issues.edition import Edition, Reader
from tests.mailbox import letters
from tests.routines.made import publish_routine, step_of
from tests.storefront.issues.made import make_issue

EVIL = "evil.example"
POISON = (
    {"Host": EVIL}, {"X-Forwarded-Host": EVIL}, {"Forwarded": f"host={EVIL}"}, {"X-Original-URL": f"//{EVIL}/"},
    {"X-Forwarded-Prefix": f"//{EVIL}"}, {"Referer": f"http://{EVIL}/"},
)  # fmt: skip


@pytest.mark.parametrize("headers", POISON, ids=lambda each: next(iter(each)))
def test_no_letter_and_no_page_takes_its_addresses_from_the_request(app, client, headers):
    for address, sent in (
        ("/newsletter", {"email": "ana@example.org"}), ("/account/sign-in", {"email": "bo@example.org"}),
    ):  # fmt: skip
        assert client.post(address, data=sent, headers=headers).status_code == 303
    pages = [client.get(path, headers=headers) for path in ("/", "/sitemap.xml", "/feeds/routines.xml", "/routines", "/x")]  # fmt: skip

    written = letters(app)
    assert len(written) == 2
    assert all("http://localhost/" in letter["text"] for letter in written)
    assert not any(EVIL in f"{letter['text']}{letter['html']}{letter['headers']}" for letter in written)  # fmt: skip
    assert not any(EVIL in f"{page.text}{page.headers}" for page in pages)


CODE = "{{ 7 * 7 }} {{ config }} {{ settings.secret_key }} {% include 'x' %} ${7*7} {{ self.__init__.__globals__ }}"


def test_what_an_editor_writes_in_an_issue_is_never_run(app):
    with app.test_request_context(), database.transaction() as db:
        publish_routine(db, "calf", step_of())
        words = {"kind": "text", "heading": CODE[:100], "text": CODE}
        issue = make_issue(db, {"reference": "routine:calf@1"}, words, subject=f"S {CODE}"[:120], intro=CODE)  # fmt: skip
        letter = next(iter(Edition.of(db, issue.id, links.office()).letters(db, [Reader(1, "ana@example.org", "en_IE")])))  # fmt: skip
        whole = "".join(part.get_content() for part in letter.message.walk() if not part.is_multipart())  # fmt: skip
        subject = str(letter.message["Subject"])

    assert "{{ 7 * 7 }}" in subject
    assert whole.count("{{ 7 * 7 }} {{ config }}") >= 3
    assert "a test key of more than 32 characters" not in whole
