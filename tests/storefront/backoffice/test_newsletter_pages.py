"""The newsletter's desk: an issue is made once, put in order, looked over, tested and scheduled."""

import re

import pytest

from storefront import clock, outbox
from storefront.answers import ReaderFacts
from storefront.backoffice import issue_words
from storefront.issues.models import Issue, Segment
from storefront.ownership.models import Owned
from tests.mailbox import letters
from tests.routines.made import needs_tool, publish_routine, step_of
from tests.storefront.backoffice.at_the_desk import signed_in
from tests.storefront.backoffice.goods_at_the_desk import Form
from tests.storefront.issues.made import make_list, make_reader

LIST = "/backoffice/newsletter"
SEGMENTS = f"{LIST}/segments"


@pytest.fixture
def keeper(app, db):
    make_list(db)
    publish_routine(db, "calf", step_of(tools=[needs_tool("roller")]))
    publish_routine(db, "sole", title="Sole roller")
    make_reader(db, "ann@x.example")
    make_reader(db, "bob@x.example")
    db.add(
        Owned(
            email="ann@x.example",
            component="roller",
            source="order",
            reference=1,
            since=clock.now(),
        )
    )
    db.commit()
    return signed_in(app, "keeper")


@pytest.fixture
def url(keeper):
    return keeper.post(LIST, data={"list": "letter"}).location


def issue_of(db, url) -> Issue:
    db.rollback()
    db.expire_all()
    return db.get(Issue, int(url.rpartition("/")[2]))


def sent(client, url) -> dict[str, str]:
    form = Form(url)
    form.feed(client.get(url).text)
    return form.sent


def save(client, url, **fields):
    return client.post(
        url,
        data=sent(client, url)
        | {"subject": "A calmer calf", "preheader": "Eight minutes."}
        | fields,
    )


def test_pressing_twice_opens_the_same_issue(keeper, url):
    assert keeper.post(LIST, data={"list": "letter"}).location == url
    assert keeper.get(LIST).text.count(f'href="{url}"') == 1
    assert "Sole roller" in keeper.get(url).text


def test_an_issue_is_saved_put_in_order_and_refuses_a_broken_subject(keeper, url, db):
    save(keeper, url, intro="Hello *you*.")
    keeper.post(f"{url}/slots", data={"kind": "text"})
    last = issue_of(db, url).slots[-1].id
    keeper.post(
        f"{url}/slots/{last}", data={"wish": "save", "heading": "From us", "text": "Words."}
    )
    keeper.post(f"{url}/slots/{last}", data={"wish": "up"})
    keeper.post(f"{url}/slots/{last}", data={"wish": "up"})

    first = issue_of(db, url).slots[0]
    broken = save(keeper, url, subject="One\nTwo")

    assert (first.heading, first.text, issue_of(db, url).subject) == (
        "From us",
        "Words.",
        "A calmer calf",
    )
    assert broken.status_code == 422
    assert "One line" in broken.text


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "nothing"}, {"kind": "routine", "reference": "routine:calf@3"}, {"kind": "routine", "reference": "x" * 500}, {},
    ],
)  # fmt: skip
def test_a_slot_that_cannot_be_is_refused_and_nothing_changes(keeper, url, db, fields):
    before = len(issue_of(db, url).slots)

    answer = keeper.post(f"{url}/slots", data=fields)

    assert answer.status_code == 422
    assert len(issue_of(db, url).slots) == before


def test_who_gets_which_letter_is_counted_and_each_is_shown(keeper, url):
    save(keeper, url)
    page = keeper.get(f"{url}/check").text
    key = page.partition(f"{url}/letters/")[2].partition('"')[0]

    shown, body = (keeper.get(f"{url}/letters/{key}{end}") for end in ("", "/body"))

    assert "Nothing is wrong with it" in page
    assert "Nobody in particular" in page
    assert "sandbox" in shown.text
    assert "sandbox" in body.headers["Content-Security-Policy"]
    assert "Sole roller" in body.text
    assert "hole" not in body.text.partition("Leave with one press")[0][-200:]


def test_a_test_letter_goes_to_whoever_asks_and_says_what_it_is(app, keeper, url, db):
    save(keeper, url)
    page = keeper.get(f"{url}/check").text
    key = page.partition(f"{url}/letters/")[2].partition('"')[0]

    keeper.post(f"{url}/test", data={"key": key})
    with app.app_context():
        outbox.drain(app.extensions["storefront"].outbox_handlers)

    (letter,) = [one for one in letters(app) if one["subject"].startswith("[Test]")]
    assert letter["to"].startswith("keeper")
    assert letter["headers"]["Message-ID"].startswith("<test-")
    assert keeper.post(f"{url}/test", data={"key": "none"}).status_code == 404


def test_words_that_are_too_long_come_back_with_all_that_was_typed(keeper, url, db):
    words = "w" * 20_001

    page = save(keeper, url, subject="Kept as typed", intro=words)

    assert page.status_code == 422
    assert words in page.text
    assert 'value="Kept as typed"' in page.text
    assert re.search(r'id="intro-error">.*?At most 10000 characters', page.text)
    assert issue_of(db, url).subject != "Kept as typed"


def test_words_of_a_slot_that_are_too_long_come_back_beside_it(keeper, url, db):
    keeper.post(f"{url}/slots", data={"kind": "text", "reference": ""})
    last = issue_of(db, url).slots[-1].id
    words = "w" * 20_001
    sent = {"wish": "save", "heading": "Kept as typed", "text": words}

    page = keeper.post(f"{url}/slots/{last}", data=sent)

    assert page.status_code == 422
    assert words in page.text
    assert 'value="Kept as typed"' in page.text
    assert f'id="text-{last}-error">At most 10000 characters' in page.text
    assert issue_of(db, url).slots[-1].text == ""


def test_a_dead_link_stops_the_press_that_schedules(keeper, url, db):
    save(keeper, url, intro="[gone](/routines/none)")

    answer = keeper.post(f"{url}/schedule", data={"wish": "now"})

    assert answer.status_code == 422
    assert "leads nowhere" in answer.text
    assert issue_of(db, url).state == "draft"


def test_it_is_scheduled_frozen_and_taken_back(keeper, url, db):
    save(keeper, url)

    keeper.post(f"{url}/schedule", data={"send_at": "2027-01-31T09:00"})
    scheduled = issue_of(db, url)
    state, frozen = scheduled.state, scheduled.frozen["subject"]
    refused = save(keeper, url, subject="Another")
    assert "Take it back to the desk to change it." in keeper.get(url).text
    assert f'action="{url}/unschedule"' in keeper.get(url).text
    keeper.post(f"{url}/unschedule")

    assert (state, frozen) == ("scheduled", "A calmer calf")
    assert refused.status_code == 422
    assert "frozen" in refused.text
    assert issue_of(db, url).state == "draft"
    keeper.post(f"{url}/cancel")
    assert issue_of(db, url).state == "cancelled"
    assert keeper.post(f"{url}/cancel").status_code == 422


@pytest.mark.parametrize("moment", ["", "soon", "1999-01-01T00:00", "2400-01-01T00:00"])
def test_a_moment_that_cannot_be_is_refused(keeper, url, db, moment):
    save(keeper, url)

    answer = keeper.post(f"{url}/schedule", data={"send_at": moment})

    assert answer.status_code == 422
    assert issue_of(db, url).state == "draft"


def test_an_author_writes_and_tests_but_sends_nothing(app, keeper, url):
    author = signed_in(app, "author")

    assert author.get(f"{url}/check").status_code == 200
    assert author.post(f"{url}/schedule", data={"wish": "now"}).status_code == 403


def test_a_segment_is_built_condition_by_condition_and_narrows_an_issue(keeper, url, db):
    first = keeper.post(SEGMENTS, data={"wish": "count", "kind": "owns", "value": "roller"})
    assert "owns roller" in first.text
    assert "a…@x.example" in first.text
    form = Form(SEGMENTS)
    form.feed(first.text)
    made = {
        "wish": "save",
        "kind": "joined_within",
        "value": "30",
        "is_not": "yes",
        "joined": "any",
        "name": "Rollers",
        "slug": "rollers",
    }
    keeper.post(SEGMENTS, data=form.sent | made)
    save(keeper, url, segment="rollers")

    db.expire_all()
    rule = db.get(Segment, "rollers").rule
    assert [one["kind"] for one in rule["of"]] == ["owns", "not"]
    assert '<strong class="numbers">1</strong> reader today' in keeper.get(url).text
    assert "goes to it" in keeper.post(f"{SEGMENTS}/rollers/remove").text


@pytest.mark.parametrize(
    "fields",
    [
        {"slug": "Bad Slug", "name": "x", "kind": "owns", "value": "roller"}, {"slug": "x", "name": "", "kind": "owns", "value": "y"},
        {"slug": "x", "name": "x"}, {"slug": "x", "name": "x", "rule": "{"}, {"slug": "x", "name": "x", "kind": "joined_within", "value": "-3"},
        {"slug": "x", "name": "x", "kind": "tier", "value": "king"}, {"slug": "x", "name": "x", "rule": '{"kind":"not","of":' * 3000},
    ],
)  # fmt: skip
def test_a_broken_segment_is_refused_and_not_stored(keeper, db, fields):
    answer = keeper.post(SEGMENTS, data={"wish": "save"} | fields)

    assert answer.status_code == 422
    assert db.query(Segment).count() == 0


def test_two_letters_of_one_name_are_told_apart_by_who_gets_them(keeper, url):
    such_as = issue_words.such_as({"roller": "Mini foam roller"})
    save(keeper, url)

    told = [such_as(ReaderFacts(frozenset(owned), paid, reads=True)) for owned, paid in (((), False), (("roller", "odd"), True))]  # fmt: skip

    assert told == ["owns none of its tools", "owns Mini foam roller, odd, and is a member"]
    assert "Such as a reader who" in keeper.get(f"{url}/check").text
