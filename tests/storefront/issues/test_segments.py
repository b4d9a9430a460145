"""Segments narrow a list and never go beyond it, on both databases, in one statement."""

from datetime import timedelta

import pytest
from sqlalchemy import event, text
from sqlalchemy.dialects import postgresql

from storefront import clock
from storefront.errors import Invalid
from storefront.issues import audience, links, segment_changes, segments
from storefront.memberships.models import Membership, MembershipPlan
from storefront.newsletter.models import Interest, Subscriber
from storefront.ownership.models import Owned
from tests.makers import both, make_order
from tests.storefront.issues.made import WEEKLY, make_issue, make_list, make_reader

OWNS, CALF = {"kind": "owns", "value": "roller"}, {"kind": "interest", "value": "calf"}
MEMBER = {"kind": "tier", "value": "member"}


def who(db, rule, list_slug=WEEKLY) -> set[str]:
    wanted = audience.of_rule(
        list_slug, segments.read(rule) if rule else None, links.office(), clock.now()
    )
    return {one.partition("@")[0] for one in db.scalars(Subscriber.__table__.select().with_only_columns(Subscriber.email).where(Subscriber.id.in_(wanted)))}  # fmt: skip


@pytest.fixture
def readers(app, db):
    """Make ann (roller, calf), bob (member, new), cid (ordered, German), dan (left) and eve (suppressed)."""
    now = clock.now()
    old = now - timedelta(days=200)
    ann = make_reader(db, "ann@x.example", joined=old)
    make_reader(db, "bob@x.example", joined=now - timedelta(days=3))
    make_reader(db, "cid@x.example", joined=old, locale="de_DE")
    dan = make_reader(db, "dan@x.example", joined=old, state="left")
    eve = make_reader(db, "eve@x.example", joined=old, state="suppressed")
    make_reader(db, "far@x.example", "other", joined=old)
    for n, one in enumerate((ann, dan, eve)):
        db.add(
            Owned(email=one.email, component="roller", source="order", reference=n, since=now)
        )
        db.add(Interest(subscriber_id=one.id, topic="calf"))
    db.add(
        Owned(email="far@x.example", component="roller", source="order", reference=9, since=now)
    )
    db.add(
        Owned(
            email="bob@x.example",
            component="roller",
            source="order",
            reference=8,
            since=old,
            ends_at=now,
        )
    )
    make_order(db, email="cid@x.example", state="paid")
    db.add(
        MembershipPlan(
            slug="all",
            name="All",
            lookup_key="all",
            amount_minor=900,
            currency="EUR",
            rhythm="month",
        )
    )
    db.flush()
    db.add(
        Membership(
            email="bob@x.example",
            plan_slug="all",
            status="trialing",
            period_end=now + timedelta(days=9),
            created_at=now,
            read_at=now,
        )
    )
    db.commit()
    return db


CASES = [
    (None, {"ann", "bob", "cid"}),
    (OWNS, {"ann"}),
    ({"kind": "not", "of": OWNS}, {"bob", "cid"}),
    (CALF, {"ann"}),
    (MEMBER, {"bob"}),
    ({"kind": "tier", "value": "trial"}, {"bob"}),
    ({"kind": "tier", "value": "none"}, {"ann", "cid"}),
    ({"kind": "joined_within", "days": 30}, {"bob"}),
    ({"kind": "joined_before", "days": 30}, {"ann", "cid"}),
    ({"kind": "ordered_within", "days": 30}, {"cid"}),
    ({"kind": "locale", "value": "de_DE"}, {"cid"}),
    ({"kind": "phase", "value": "glutes/find"}, set()),
    ({"kind": "all", "of": [OWNS, CALF]}, {"ann"}),
    ({"kind": "all", "of": [OWNS, MEMBER]}, set()),
    ({"kind": "any", "of": [OWNS, MEMBER]}, {"ann", "bob"}),
    ({"kind": "any", "of": [CALF, {"kind": "locale", "value": "de_DE"}, {"kind": "not", "of": OWNS}]}, {"ann", "bob", "cid"}),
    ({"kind": "not", "of": {"kind": "any", "of": [OWNS, CALF, MEMBER]}}, {"cid"}),
    ({"kind": "not", "of": {"kind": "all", "of": [OWNS, CALF]}}, {"bob", "cid"}),
    ({"kind": "any", "of": [{"kind": "all", "of": [OWNS, CALF]}, {"kind": "any", "of": [MEMBER]}]}, {"ann", "bob"}),
]  # fmt: skip


@both
def test_each_rule_finds_its_readers_and_never_who_left_is_suppressed_or_reads_another_list(
    readers,
):
    for rule, names in CASES:
        assert who(readers, rule) == names, rule


MANY_OWNERS = (
    "INSERT INTO storefront_owned (email, component, source, reference, since)"
    " SELECT 'o' || n || '@x.example', 'roller', 'order', n + 99, now() FROM generate_series(1, 3000) n"
)
ANY = {"kind": "any", "of": [OWNS, CALF, MEMBER, {"kind": "owns", "value": "ball"}]}


def test_a_segment_is_counted_in_one_statement(readers):
    seen = []
    engine = readers.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    wanted = audience.of_rule(WEEKLY, segments.read(ANY), links.office(), clock.now())

    found = audience.count(readers, wanted)

    assert (found, len(seen)) == (2, 1)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_set_is_read_once_and_not_again_for_each_reader_however_large_it_is(readers):
    readers.execute(text("SET LOCAL work_mem = '64kB'"))  # stands for sets of a million
    readers.execute(text(MANY_OWNERS))
    readers.execute(text("ANALYZE storefront_owned"))
    wanted = audience.of_rule(WEEKLY, segments.read(ANY), links.office(), clock.now())

    assert audience.count(readers, wanted) == 2
    plan = "\n".join(readers.scalars(explain(audience.counting(wanted))))
    readers.rollback()

    assert plan.count("(hashed SubPlan") == 2, plan  # of addresses, and of readers
    assert "(SubPlan" not in plan
    assert readers.scalar(text("SHOW work_mem")) == "4MB"


def explain(statement):
    written = statement.compile(
        dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}
    )
    return text(f"EXPLAIN {written}".replace(":", "\\:"))


def test_samples_are_few_and_only_their_owners_recognise_them(app, db):
    for n in range(15):
        make_reader(db, f"person{n}@x.example")
    wanted = audience.audience(db, make_issue(db), links.office())

    found = audience.samples(db, wanted)

    assert found == ["p…@x.example"] * audience.SAMPLES


@pytest.mark.parametrize(
    "rule",
    [
        {}, [], "", "null", "{", {"kind": "owns"}, {"kind": "sql", "value": "1"}, {"kind": "owns", "value": "x' OR 1=1"},
        {"kind": "any", "of": []}, {"kind": "joined_within", "days": -1}, {"kind": "joined_within", "days": 1e9},
        {"kind": "owns", "value": "x", "more": 1}, {"kind": "all", "of": [OWNS] * 31},
        {"kind": "any", "of": [{"kind": "any", "of": [OWNS] * 20}] * 2},
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_read_is_refused_in_words(rule):
    with pytest.raises(Invalid, match="no rule of a segment"):
        segments.read(rule)


def test_a_rule_a_thousand_levels_deep_is_refused():
    rule = OWNS
    for _ in range(1000):
        rule = {"kind": "not", "of": rule}

    with pytest.raises(Invalid):
        segments.read(rule)


def test_a_rule_is_told_in_words():
    rule = {"kind": "all", "of": [OWNS, {"kind": "not", "of": {"kind": "any", "of": [CALF, MEMBER]}}]}  # fmt: skip

    assert segments.in_words(segments.read(rule)) == "owns roller and not (cares about calf or is a member)"  # fmt: skip


def test_a_segment_that_an_issue_goes_to_cannot_be_removed(app, db):
    make_list(db)
    segment_changes.save(db, "rollers", "Rollers", OWNS, clock.now())
    make_issue(db, segment_slug="rollers")

    with pytest.raises(Invalid, match="2026-w46"):
        segment_changes.remove(db, "rollers")
