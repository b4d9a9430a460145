"""Who writes sees the published page as others do, without a film, and makes links that open it."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from routines.access.models import ShareLink
from routines.library.models import Entry
from routines.videos import service
from routines.videos.share_commands import content
from storefront import clock, database
from tests.routines.made import needs_tool, publish_routine, step_of
from tests.storefront.backoffice.at_the_desk import signed_in

SEEN, SHARES = "/studio/seen/hamstring", "/studio/shares/hamstring"
VIDEO = {
    "slug": "strap", "title": "The strap", "file": "strap-film.mp4", "captions": "strap-film.vtt",
    "poster": "poster-supine", "duration_ms": 65_000, "opens_for": ["newsletter", "owns", "member"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def routine(app, settings):
    folder = settings.storefront_data / "gated"
    folder.mkdir()
    for kind in ("mp4", "vtt"):
        (folder / f"strap-film.{kind}").write_text("WEBVTT\n\nthe gated words\n")
    with app.app_context(), database.transaction() as db:
        made = publish_routine(
            db,
            "hamstring",
            step_of(tools=[needs_tool("strap")]),
            title="Hamstring",
            video=VIDEO,
        )
        service.store(db, db.scalars(select(Entry.id)).one(), made.video)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("visitor", "Open the follow-along"),
        ("confirmed", "Open the follow-along"),
        ("subscriber", "Open because you read the newsletter."),
        ("owner", "Open because you own a tool that it uses."),
        ("member", "Open because you are a member."),
        ("nonsense", "Open the follow-along"),
    ],
)
def test_the_page_is_seen_as_others_see_it_and_no_film_is_granted(app, kind, text):
    author = signed_in(app, "author")

    page = author.get(f"{SEEN}/page?viewer={kind}")

    assert text in page.text
    assert "/gated/" not in page.text
    assert "strap-film" not in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert author.get(f"{SEEN}?viewer={kind}").status_code == 200


def test_only_who_writes_may_look_or_share(app):
    for path in (SEEN, f"{SEEN}/page?viewer=member", SHARES):
        assert app.test_client().get(path).status_code == 303
        assert signed_in(app, "packer").get(path).status_code == 403
    assert app.test_client().post(SHARES, data={"days": "7"}).status_code == 303


def test_an_author_makes_a_link_and_takes_it_back(app):
    author = signed_in(app, "author")
    author.post(SHARES, data={"days": "7", "note": "for the printer"})
    page = author.get(SHARES).text
    path = re.search(r"/share/[\w.-]+", page)[0]
    guest = app.test_client()
    assert "for the printer" in page
    assert guest.post(path).status_code == 303
    assert "/gated/" in guest.get("/routines/hamstring").text

    author.post(re.search(rf'action="({SHARES}/\d+/revoke)"', page)[1])

    assert guest.get(path).status_code == 410
    assert "/gated/" not in guest.get("/routines/hamstring").text


@pytest.mark.parametrize(
    "sent", [{}, {"days": "0"}, {"days": "91"}, {"days": "7", "note": "a\r\nb"}]
)
def test_what_is_no_link_is_refused(app, sent):
    assert signed_in(app, "author").post(SHARES, data=sent).status_code == 422


def test_the_operator_makes_a_link_too(app, db):
    run = app.test_cli_runner().invoke
    made = run(content, ["share", "--video", "strap", "--days", "2"])
    assert (
        app.test_client().get(re.search(r"/share/[\w.-]+", made.output)[0]).status_code == 200
    )
    assert "open, until" in run(content, ["shares", "--video", "strap"]).output

    run(content, ["unshare", str(db.scalars(select(ShareLink.id)).one())])

    assert "revoked, until" in run(content, ["shares", "--video", "strap"]).output


def test_the_operator_hears_what_there_is_not(app):
    run = app.test_cli_runner().invoke

    assert run(content, ["shares", "--video", "strap"]).output == "No links to strap yet.\n"
    for command in ("share", "shares"):
        refused = run(content, [command, "--video", "none"])
        assert "named none. `storefront videos list`" in str(refused.exception)
    assert "no link 7." in str(run(content, ["unshare", "7"]).exception)
    days = run(content, ["share", "--video", "strap", "--days", "0"])
    assert (days.exit_code, days.output.count("1<=x<=90")) == (2, 1)
    listed = run(args=["storefront", "videos", "list"])
    assert listed.output.split() == ["strap", "its", "routine", "names", "strap-film.mp4"]


def test_a_link_reads_the_same_at_each_look(app):
    author = signed_in(app, "author")
    author.post(SHARES, data={"days": "7"})
    first = re.search(r"/share/[\w.-]+", author.get(SHARES).text)[0]

    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        assert f"{first}<" in author.get(SHARES).text


def test_the_frame_opens_at_the_gate(app):
    page = signed_in(app, "author").get(f"{SEEN}?viewer=owner").text

    assert f'src="{SEEN}/page?viewer=owner#gate"' in page
