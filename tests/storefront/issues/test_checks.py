"""What is looked at before an issue is scheduled: each check finds what it is for, and nothing else."""

from dataclasses import replace

import pytest

from routines.library.service import find_routine
from routines.videos import service as videos
from storefront import clock
from storefront.answers import NewsletterBlock
from storefront.issues import breakdown, checks, findings, inside, links
from storefront.issues.edition import Edition
from storefront.issues.findings import Finding
from storefront.issues.office import LetterPicture
from storefront.ownership.models import Owned
from tests.routines.made import needs_tool, publish_routine, step_of
from tests.storefront.issues.made import make_issue, make_reader

VIDEO = {
    "slug": "film", "title": "The film", "file": "secret.mp4", "captions": "secret.vtt", "poster": "p",
    "duration_ms": 1000, "opens_for": ["member"],
}  # fmt: skip
FINE = {"subject": "A calmer calf", "preheader": "Eight minutes.", "intro": "Hello."}


@pytest.fixture
def calf(app, db):
    routine = publish_routine(db, "calf", step_of(tools=[needs_tool("roller")]), video=VIDEO)
    videos.store(db, find_routine(db, "calf").id, routine.video)
    db.commit()
    return {"reference": "routine:calf@1"}


def report(db, issue, office=None, answers=inside.answers):
    db.commit()
    return checks.look_over(db, issue, office or links.office(), answers)


def found(db, issue, **given) -> str:
    return "\n".join(f"{one.level}: {one.text}" for one in report(db, issue, **given).findings)


def test_a_sound_issue_is_told_to_be_sound(db, calf):
    assert found(db, make_issue(db, calf, **FINE)) == ""


def test_an_empty_or_long_subject_is_told(db, calf):
    assert "stop: The subject is empty." in found(
        db, make_issue(db, calf, **FINE | {"subject": " "})
    )
    assert findings.of_subject("x" * 71, "y")[0].level == "warn"
    assert findings.of_subject("a\r\nBcc: b@c", "y")[0].level == "stop"


def test_a_dead_link_inside_stops_it_and_links_outside_are_listed(db, calf):
    words = (
        "[gone](/routines/none) and [fine](/routines/calf) and [else](https://example.org/x)."
    )
    issue = make_issue(db, calf, **FINE | {"intro": words})

    told = report(db, issue)

    assert [one.text for one in told.findings] == [
        "http://localhost/routines/none leads nowhere."
    ]
    assert told.is_stopped
    assert told.external == ("https://example.org/x",)


def test_a_leak_on_purpose_is_caught_in_the_letter_that_holds_it(db, calf):
    issue = make_issue(db, calf | {"text": "See SECRET.mp4 now"}, **FINE)

    told = [one for one in report(db, issue).findings if one.level == "stop"]

    assert {one.text for one in told} == {
        "The letter “missing locked” holds “secret.mp4”, which is behind the gate.",
        "The letter “stranger locked” holds “secret.mp4”, which is behind the gate.",
    }


def test_a_plugin_that_leaks_is_caught(app, db, calf):
    office = links.office()

    class Leaky(type(office.hooks)):
        def newsletter_blocks(self, db, references, facts):
            block = NewsletterBlock("routine:calf@1", "open", "Calf", "t", "/routines/calf", notes=("/gated/x",))  # fmt: skip
            return {one: {block.reference: block} for one in facts}

    hooks = office.hooks
    hooks.__class__ = Leaky

    assert "/gated/" in found(
        db, make_issue(db, calf, **FINE), office=replace(office, hooks=hooks)
    )


def test_a_picture_without_words_is_told(app, db, calf):
    silent = replace(links.office(), picture=lambda name: LetterPicture("u", "/p", " ", 100))

    assert "has no words" in found(db, make_issue(db, calf, **FINE), office=silent)


def test_a_heavy_letter_is_told(app, db, calf):
    issue = make_issue(
        db, *({"kind": "text", "text": "word " * 1900} for _ in range(10)), **FINE
    )

    assert "Gmail cuts letters at 102 kB" in found(db, issue)


def test_what_was_mailed_before_is_told(db, calf):
    make_issue(db, calf, state="done", period="p0", slug="before")

    assert "was mailed before, in before." in found(db, make_issue(db, calf, **FINE))


def test_content_that_is_gone_and_empty_slots_are_told(app, db):
    told = found(db, make_issue(db, {"reference": "routine:none@1"}, {"kind": "text"}, **FINE))

    assert "routine:none@1 is not there any more" in told
    assert "A slot is empty" in told
    assert "stop: The issue has no slot." in found(
        db, make_issue(db, period="p", slug="p", **FINE)
    )


def test_a_claim_without_a_reference_is_told(app, db, calf):
    office = links.office()
    items = [replace(one, unsourced=True) for one in office.hooks.newsletter_items(db, None)]

    class Unsourced(type(office.hooks)):
        def newsletter_items(self, db, since):
            return items

    office.hooks.__class__ = Unsourced

    assert "without a reference" in found(db, make_issue(db, calf, **FINE), office=office)


def test_links_are_found_without_what_ends_a_sentence():
    assert findings.links('See https://a.example/x, "https://b.example" https://a.example/x.') == [
        "https://a.example/x", "https://b.example",
    ]  # fmt: skip


def test_findings_are_told_once_each(db, calf):
    told = report(db, make_issue(db, calf | {"text": "[x](/none)"}, **FINE)).findings

    assert told == (Finding("stop", "http://localhost/none leads nowhere."),)


def test_readers_are_counted_by_the_letter_they_get(db, calf):
    for n, component in enumerate(("roller", "roller", "mat", "")):
        make_reader(db, f"r{n}@example.org")
        if component:
            db.add(
                Owned(
                    email=f"r{n}@example.org",
                    component=component,
                    source="order",
                    reference=n,
                    since=clock.now(),
                )
            )
    issue = make_issue(db, calf, **FINE)
    db.commit()
    edition = Edition.of(db, issue.id, links.office())

    shares = breakdown.shares(db, issue, edition, clock.now())

    assert {(one.variant.name, one.readers) for one in shares} == {
        ("ready locked", 2),
        ("missing locked", 2),
    }
    edition_of_words = Edition.of(
        db,
        make_issue(db, {"kind": "text", "text": "x"}, period="p", slug="p").id,
        links.office(),
    )
    (all_of_them,) = breakdown.shares(db, issue, edition_of_words, clock.now())
    assert (all_of_them.variant.name, all_of_them.readers) == ("the same for all", 4)
