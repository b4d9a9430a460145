"""Letters of an edition: what readers share is rendered once, what is theirs cannot become markup."""

import random
import re
from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from routines.library.service import find_routine
from routines.videos import service as videos
from storefront import clock
from storefront.customers.service import canonical_email
from storefront.issues import links
from storefront.issues.edition import Edition, Reader
from storefront.issues.letter import Unwritable
from storefront.issues.rendering import Part, render
from storefront.ownership.models import Owned
from tests.makers import make_product
from tests.routines.made import needs_tool, publish_routine, step_of
from tests.storefront.issues.made import make_issue

ANA, BEN = Reader(1, "ana@example.org", "en_IE"), Reader(2, "ben@example.org", "en_IE")
LOCKED = {
    "slug": "calf-video", "title": "All of it", "file": "secret.mp4", "captions": "secret.vtt",
    "poster": "product-roller", "duration_ms": 60_000,
}  # fmt: skip


def own(db, email, component):
    reference = db.query(Owned).count() + 1
    db.add(
        Owned(
            email=email,
            component=component,
            source="order",
            reference=reference,
            since=clock.now(),
        )
    )
    db.commit()


@pytest.fixture
def edition(app, db):
    """Give the edition of an issue about a routine that needs a T-handle and has a closed video."""
    tools = [needs_tool("t-handle", stand_ins=[{"household": "Both thumbs", "fit": "ok"}])]
    publish_routine(db, "calf", step_of(tools=tools))
    roll = publish_routine(
        db, "roll", step_of("roll", tools=[needs_tool("mini-foam-roller")]), title="Roll it",
        video=LOCKED | {"opens_for": ["owns", "member"]},
    )  # fmt: skip
    videos.store(db, find_routine(db, "roll").id, roll.video)
    make_product(db, name="Mini foam roller", components=("mini-foam-roller",))
    issue = make_issue(
        db, {"reference": "routine:calf@1", "kind": "lead"}, {"reference": "routine:roll@1"}
    )
    db.commit()
    return Edition.of(db, issue.id, links.office())


def text_of(letter) -> str:
    return letter.message.get_body(("plain",)).get_content()


def html_of(letter) -> str:
    return letter.message.get_body(("html",)).get_content()


def test_an_owner_is_led_to_do_it_and_others_are_told_what_stands_in(edition, db):
    own(db, "ana@example.org", "t-handle")

    ana, ben = edition.letters(db, [ANA, BEN])

    assert "You have every tool it needs." in text_of(ana)
    assert "http://localhost/routines/calf/play" in text_of(ana)
    assert "Instead of the t handle, both thumbs." in text_of(ben)
    assert ana.variant != ben.variant


def test_a_closed_video_is_told_by_its_preview_reason_and_way_in(edition, db):
    own(db, "ben@example.org", "mini-foam-roller")

    ana, ben = (html_of(one) for one in edition.letters(db, [ANA, BEN]))

    assert "only its video is closed to you" in ana
    assert "How it begins: Roll." in ana
    assert "Buy the mini foam roller" in ana
    assert "closed to you" not in ben
    assert "secret" not in ana + ben


def test_readers_of_one_variant_share_one_rendering(edition, db, monkeypatch):
    rendered = []
    monkeypatch.setattr(
        "storefront.issues.edition.render",
        lambda *given: rendered.append(1) or render(*given),
    )
    many = [Reader(n, f"r{n}@example.org", "en_IE") for n in range(1, 40)]
    own(db, "r7@example.org", "t-handle")
    own(db, "r8@example.org", "a-thing-that-no-routine-uses")

    letters = [*edition.letters(db, many)]

    assert len(rendered) == 2
    assert {one.variant for one in letters[:6]} == {letters[7].variant}


def test_every_letter_has_the_links_of_its_own_reader_and_of_nobody_else(edition, db):
    ana, _ = edition.letters(db, [ANA, BEN])
    mine, yours = edition.links(ANA.email)["leave_url"], edition.links(BEN.email)["leave_url"]

    assert ana.message["List-Unsubscribe"] == f"<{mine}>"
    assert mine in text_of(ana)
    assert mine in html_of(ana)
    assert yours not in ana.message.as_string().replace("=\n", "")


def test_the_headers_are_those_of_a_bulk_letter(edition, db):
    (ana,) = edition.letters(db, [ANA])
    (again,) = edition.letters(db, [ANA])
    read = message_from_bytes(ana.message.as_bytes(policy=policy.SMTP), policy=policy.default)

    assert read["Subject"] == "A calmer calf"
    assert read["To"] == "ana@example.org"
    assert read["Reply-To"] == "help@pressline.example"
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "letter.pressline.example" in read["List-Id"]
    assert read["Message-ID"] == again.message["Message-ID"]
    assert re.fullmatch(r"<[0-9a-f]{32}@pressline\.example>", read["Message-ID"])
    assert "1 Example Street" in read.get_body(("plain",)).get_content()


def test_no_link_of_a_letter_signs_anybody_in(edition, db, client):
    (ana,) = edition.letters(db, [ANA])

    for url in re.findall(r"http://localhost(/[^\s\"<]*)", text_of(ana)):
        client.get(url)

    assert {cookie.key for cookie in client._cookies.values()} == set()


@pytest.mark.parametrize(
    "link",
    ['https://x/"><script>alert(1)</script>', "https://x/'onload='x", "https://x/?a=1&b==2&lt;", "https://x/=3D=\u00e9"],
)  # fmt: skip
def test_a_link_cannot_become_markup_nor_break_the_encoding(edition, db, link):
    odd = replace(edition, office=replace(edition.office, leave_url=lambda *_: link))

    (ana,) = odd.letters(db, [ANA])

    assert "<script>" not in html_of(ana)
    assert link in text_of(ana)
    assert f'href="{link.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace(chr(34), "&quot;").replace(chr(39), "&#x27;")}"' in html_of(ana)  # fmt: skip


@pytest.mark.parametrize("link", ["https://x/\r\nBcc: all@example.org", "https://x/ y"])
def test_a_link_with_a_line_break_is_refused(link):
    with pytest.raises(ValueError, match="control"):
        Part(("a", "b"), ("leave_url",), is_html=False).filled({"leave_url": link})


def test_words_of_an_issue_that_look_like_a_mark_are_left_alone(app, db):
    issue = make_issue(db, intro="leave_url {{ leave_url }} hole1234")
    db.commit()

    (ana,) = Edition.of(db, issue.id, links.office()).letters(db, [ANA])

    assert "leave_url {{ leave_url }} hole1234" in text_of(ana)


def test_what_was_frozen_stays_whatever_becomes_of_its_content(edition, db):
    publish_routine(db, "calf", step_of(), title="Quite another title")

    (ana,) = edition.letters(db, [ANA])

    assert "Calf loosener" in text_of(ana)
    assert "Quite another title" not in text_of(ana)


def test_a_gate_that_closes_while_an_issue_is_sent_is_closed_in_the_next_letter(edition, db):
    (before,) = edition.letters(db, [own_roller(db)])
    publish_routine(
        db, "roll", step_of("roll", tools=[needs_tool("mini-foam-roller")]), title="Another title",
        video=LOCKED | {"opens_for": ["member"]},
    )  # fmt: skip
    gate = find_routine(db, "roll")
    videos.store(db, gate.id, gate.document.video)
    db.commit()

    (after,) = edition.letters(db, [BEN])

    assert "closed to you" not in text_of(before)
    assert "closed to you" in text_of(after)
    assert "Another title" not in text_of(after)


def test_a_gate_that_did_not_change_is_not_asked_again(edition, db, monkeypatch):
    [*edition.letters(db, [BEN])]
    monkeypatch.setattr(type(edition.variants), "_blocks", None)

    assert len([*edition.letters(db, [BEN])]) == 1


def own_roller(db):
    own(db, BEN.email, "mini-foam-roller")
    return BEN


def test_what_an_edition_keeps_does_not_grow_with_its_readers(edition, db, monkeypatch):
    monkeypatch.setattr("storefront.issues.edition.MOST_RENDERED", 1)
    monkeypatch.setattr("storefront.issues.variants.MOST_KEPT", 2)
    written = []
    monkeypatch.setattr(
        "storefront.issues.letter.Envelope.wire", lambda *_: written.append(1) or b""
    )
    own(db, ANA.email, "t-handle")
    own(db, BEN.email, "mini-foam-roller")
    many = [ANA, BEN, *(Reader(n, f"r{n}@example.org", "en_IE") for n in range(3, 60))]

    letters = edition.letters(db, many)
    next(letters)
    assert len(written) == 1  # no letter is written before somebody takes it

    assert len({one.variant for one in letters}) == 2
    assert (len(edition.variants._known), len(edition._rendered)) == (2, 1)


def address(first, last, count):
    """Give an address whose letters hardly repeat, so that nothing made of it is packed small."""
    choice = random.Random(1)
    return "".join(chr(choice.randint(first, last)) for _ in range(count)) + "@example.org"


LONG = Reader(3, address(0x20000, 0x2A6D0, 242), "en_IE")


def test_an_address_too_long_for_a_header_fails_alone_and_says_why(edition, db):
    ana, long, ben = edition.letters(db, [ANA, LONG, BEN])

    assert (long.problem, long.wire) == (
        "the List-Unsubscribe of a letter is too long, or holds a line break", b"",
    )  # fmt: skip
    assert (ana.problem, ben.problem) == ("", "")
    assert ana.message["To"] == ANA.email


def test_links_too_long_for_everybody_are_no_single_readers_problem(edition, db):
    far = replace(
        edition, office=replace(edition.office, leave_url=lambda *_: "https://x.example/" + "a" * 900)
    )  # fmt: skip

    with pytest.raises(Unwritable, match="List-Unsubscribe"):
        [*far.letters(db, [ANA, BEN])]


@pytest.mark.parametrize(
    "place", [(0x61, 0x7A, 242), (0x430, 0x44F, 121), (0x4E00, 0x9FFF, 80), (0x20000, 0x2A6D0, 60)]
)  # fmt: skip
def test_every_address_that_is_taken_fits_into_a_letter(edition, db, place):
    email = canonical_email(address(*place))

    (letter,) = edition.letters(db, [Reader(4, email, "en_IE")])

    assert letter.problem == ""
