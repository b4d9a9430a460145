"""Issues are made once, hold what was not mailed before, and are frozen when they are scheduled."""

from datetime import UTC, datetime, timedelta

import pytest

from storefront import clock, database
from storefront.errors import Invalid, NotFound
from storefront.issues import composing, links, proposals, scheduling, states
from storefront.issues.edition import Edition, Reader
from storefront.issues.models import STATES, Issue
from tests.makers import both
from tests.routines.made import publish_routine, step_of
from tests.storefront.issues.made import WEEKLY, make_issue, make_list

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANA = Reader(1, "ana@example.org", "en_IE")


@pytest.fixture
def content(app, db):
    make_list(db)
    publish_routine(db, "calf")
    publish_routine(db, "sole", title="Sole roller")
    return db


def composed(**fields):
    with database.transaction() as db:
        issue = composing.compose(
            db, WEEKLY, links.office(), fields.pop("now", NOW), who="kim", **fields
        )
        return issue.id


def schedule(db, issue, send_at=NOW, now=NOW, **fields):
    with database.transaction():
        scheduling.schedule(db, issue, links.office(), send_at, now, **fields)


@both
def test_the_same_press_twice_makes_one_issue(content):
    first = composed()

    assert composed() == first
    assert composed(now=NOW + timedelta(days=14)) != first
    assert [one.reference for one in content.get(Issue, first).slots] == [
        "routine:sole@1",
        "routine:calf@1",
    ]


def test_what_was_mailed_is_not_proposed_again_though_it_was_revised(content):
    composed()
    publish_routine(content, "calf", step_of(), title="The calf, anew")
    publish_routine(content, "hip", title="Hip")

    found = proposals.items(content, WEEKLY, links.office())

    assert [one.reference for one in found] == ["routine:hip@1"]


def test_since_leaves_out_what_is_older(content):
    issue = content.get(Issue, composed(since=clock.now() + timedelta(days=1)))

    assert issue.slots == []


@pytest.mark.parametrize("cadence", [1, 7, 14, 30])
def test_every_moment_lies_in_one_period_of_its_cadence(cadence):
    names = [composing.period_of(NOW + timedelta(days=n), cadence) for n in range(400)]

    lengths = [names.count(name) for name in dict.fromkeys(names)][1:-1]

    assert set(lengths) == {cadence}
    assert all(len(name) <= 20 for name in names)


@both
def test_slots_are_moved_and_taken_out(content):
    issue = content.get(Issue, composed())
    with database.transaction() as db:
        third = composing.add(db, issue, "text").id
        composing.shift(db, issue, third, up=True)
        composing.shift(db, issue, third, up=True)
        composing.shift(db, issue, third, up=True)
        composing.remove(db, issue, issue.slots[1].id)

    assert [(one.kind, one.reference) for one in issue.slots] == [("text", ""), ("routine", "routine:calf@1")]  # fmt: skip


@pytest.mark.parametrize("line", ["A\nB", "A\r\nBcc: all@example.org", "A\x00", "x" * 201])
def test_a_subject_is_one_short_line(content, line):
    issue = content.get(Issue, composed())

    with pytest.raises(Invalid):
        composing.change(content, issue, subject=line, preheader="", intro="", segment=None, is_archived=True, is_indexed=True)  # fmt: skip


def test_the_same_thing_stands_in_an_issue_once(content):
    issue = content.get(Issue, composed())

    with pytest.raises(Invalid, match="already"):
        composing.add(content, issue, "routine", "routine:calf@7")


def test_scheduling_freezes_every_word(content):
    issue = content.get(Issue, composed())
    issue.subject, issue.intro = "A calmer calf", "As it was."
    content.commit()
    schedule(content, issue)
    issue.intro = "Changed behind its back."
    publish_routine(content, "sole", step_of(), title="Changed as well")

    (letter,) = Edition.of(content, issue.id, links.office()).letters(content, [ANA])

    assert "As it was." in letter.message.as_string()
    assert "Changed" not in letter.message.as_string()
    with pytest.raises(Invalid, match="frozen"):
        composing.find(content, issue.id, to_change=True)


def test_an_issue_that_was_missed_for_hours_waits_for_another_press(content):
    issue = make_issue(content, {"kind": "text", "text": "x"})
    content.commit()
    schedule(content, issue)

    def due(hours):
        return content.scalars(scheduling.due(NOW + timedelta(hours=hours))).all()

    assert due(-1) == []
    assert due(5) == [issue]
    assert due(7) == []
    assert scheduling.is_stale(issue, NOW + timedelta(hours=7))
    later = NOW + timedelta(hours=30)
    schedule(content, issue, later, later)
    assert issue.state == "scheduled"
    assert not scheduling.is_stale(issue, later)


def test_a_moment_long_past_is_refused(content):
    with pytest.raises(Invalid) as refused:
        schedule(
            content,
            make_issue(content, {"kind": "text", "text": "x"}),
            NOW - timedelta(hours=7),
        )

    assert "passed" in refused.value.fields["send_at"]


@pytest.mark.parametrize("days", [1, 13, -13])
def test_two_letters_within_the_cadence_need_a_tick(content, days):
    first = make_issue(content, {"kind": "text", "text": "x"}, state="done", send_at=NOW)
    second = make_issue(content, {"kind": "text", "text": "x"}, period="p2", slug="p2")
    content.commit()
    moment = NOW + timedelta(days=days)

    with pytest.raises(Invalid, match="14 days"):
        schedule(content, second, moment, moment)
    assert (first.state, second.state) == ("done", "draft")
    schedule(content, second, moment, moment, although_soon=True)
    assert second.state == "scheduled"


def test_after_the_cadence_nothing_is_asked(content):
    make_issue(content, {"kind": "text", "text": "x"}, state="done", send_at=NOW)
    second = make_issue(content, {"kind": "text", "text": "x"}, period="p2", slug="p2")
    content.commit()

    schedule(content, second, NOW + timedelta(days=14), NOW)

    assert second.state == "scheduled"


@pytest.mark.parametrize("state", STATES)
def test_every_state_goes_only_where_the_table_says(state):
    for wanted in STATES:
        issue = Issue(state=state)
        if wanted in states.MOVES[state]:
            states.move(issue, wanted)
            assert issue.state == wanted
        else:
            with pytest.raises(Invalid):
                states.move(issue, wanted)


def test_only_what_was_not_begun_can_be_cancelled(content):
    for state in STATES:
        issue = Issue(state=state)
        if state in ("draft", "scheduled"):
            composing.cancel(issue)
        else:
            with pytest.raises(Invalid):
                composing.cancel(issue)


def test_a_newsletter_that_is_not_there_is_not_found(content):
    with pytest.raises(NotFound):
        composing.compose(content, "none", links.office(), NOW, who="kim")
