from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from routines.library import service
from routines.library.documents import BodyPart
from routines.library.models import Facet, Need
from routines.library.publishing import NotReady, publish, publish_body_parts, retire
from routines.library.rules.problems import Known
from storefront.database import content_revision
from storefront.errors import NotFound
from tests.makers import both
from tests.routines.made import needs_tool, publish_routine, routine_of, step_of


def facet(db, name):
    return set(db.scalars(select(Facet.value).where(Facet.name == name)))


@both
def test_a_routine_is_found_by_its_place_and_by_all_places_around_it(db):
    leg, calf = (
        BodyPart(slug="leg", name="Leg"),
        BodyPart(slug="calf", name="Calf", parent="leg"),
    )
    publish_body_parts(db, [leg, calf])

    publish(db, "routine", "calf-loosener", routine_of())

    assert facet(db, "body_part") == {"calf", "leg"}
    assert {place.slug: place.routines for place in service.places(db)} == {"leg": 1, "calf": 1}


def test_only_a_real_change_raises_the_content_revision(db):
    publish(db, "routine", "calf-loosener", routine_of())
    before = content_revision(db)

    same = publish(db, "routine", "calf-loosener", routine_of())
    other = publish(db, "routine", "calf-loosener", routine_of(title="Other"))

    assert (same, other) == (False, True)
    assert content_revision(db) == before + 1


def test_a_part_keeps_its_strictest_role_and_the_stand_ins_that_always_serve(db):
    towel, belt = {"household": "A towel", "fit": "ok"}, {"household": "A belt", "fit": "ok"}
    steps = [
        step_of("one", tools=[needs_tool("strap", role="optional")]),
        step_of("two", tools=[needs_tool("strap", stand_ins=[towel, belt])]),
        step_of("three", tools=[needs_tool("strap", stand_ins=[towel])]),
    ]

    publish(db, "routine", "calf-loosener", routine_of(*steps))

    (need,) = db.scalars(select(Need))
    assert (need.component, need.role, need.stand_ins) == ("strap", "required", [towel])
    assert facet(db, "tool") == {"strap"}


def test_the_card_says_minutes_steps_and_tools(db):
    dose = {"duration_seconds": 90, "sides": "each"}
    tools = [needs_tool("spherical-handle", "pointed-attachment"), {"household": "A chair"}]
    publish(db, "routine", "calf-loosener", routine_of(step_of(dosage=dose, tools=tools)))

    (card,) = service.of_kind(db, "routine")

    assert (card.minutes, card.facts["steps"], card.facts["actions"]) == (4, 1, ["press"])
    assert [tool["component"] for tool in card.facts["tools"]] == [
        "spherical-handle",
        "pointed-attachment",
    ]
    assert card.facts["household"] == ["A chair"]
    assert facet(db, "minutes") == {"up-to-5"}


def test_what_was_published_before_stays_as_it_was(db):
    publish(db, "routine", "calf-loosener", routine_of())
    first = service.find_routine(db, "calf-loosener")

    publish(db, "routine", "calf-loosener", routine_of(title="Other"))

    second = service.find_routine(db, "calf-loosener")
    assert (first.revision, second.revision) == (1, 2)
    assert (first.document.title, second.document.title) == ("Calf loosener", "Other")


def test_an_older_revision_can_be_read_by_its_number(db):
    publish(db, "routine", "calf-loosener", routine_of())
    publish(db, "routine", "calf-loosener", routine_of(title="Other"))

    pinned = service.find_routine(db, "calf-loosener", revision=1)

    assert (pinned.revision, pinned.document.title) == (1, "Calf loosener")
    with pytest.raises(NotFound):
        service.find_routine(db, "calf-loosener", revision=3)


@both
def test_revisions_have_their_dates(db):
    first, second = datetime(2026, 5, 1, 7, tzinfo=UTC), datetime(2026, 6, 1, 7, tzinfo=UTC)
    publish(db, "routine", "calf-loosener", routine_of(), now=first)
    publish(db, "routine", "calf-loosener", routine_of(title="Other"), now=second)

    found = service.revisions(db, "routine", "calf-loosener")

    assert [(one.number, one.created_at, one.is_current, one.title) for one in found] == [
        (2, second, True, "Other"), (1, first, False, "Calf loosener"),
    ]  # fmt: skip
    assert service.find_routine(db, "calf-loosener", revision=1).published_at == first
    assert service.revisions(db, "routine", "nothing") == []


@both
def test_what_is_retired_is_in_no_list_and_its_revisions_stay(db):
    publish_body_parts(db, [BodyPart(slug="calf", name="Calf")])
    publish(db, "routine", "calf-loosener", routine_of(step_of(tools=[needs_tool("strap")])))

    retire(db, "routine", "calf-loosener")

    assert service.routines(db).cards == ()
    assert service.cards(db) == service.all_documents(db) == service.in_place(db, "calf") == []
    assert db.query(Need).count() == 0
    assert [place.routines for place in service.places(db)] == [0]
    assert service.find_routine(db, "calf-loosener", revision=1).document.title == "Calf loosener"  # fmt: skip
    with pytest.raises(service.Gone):
        service.find_routine(db, "calf-loosener")
    with pytest.raises(NotFound):
        retire(db, "routine", "calf-loosener")


def test_what_was_retired_can_be_published_again_with_the_next_number(db):
    publish(db, "routine", "calf-loosener", routine_of())
    retire(db, "routine", "calf-loosener")

    assert publish(db, "routine", "calf-loosener", routine_of())

    assert service.find_routine(db, "calf-loosener").revision == 2


def test_the_page_of_what_was_retired_says_that_it_is_gone(client, db):
    publish_routine(db)
    retire(db, "routine", "calf-loosener")
    db.commit()

    assert client.get("/routines/calf-loosener").status_code == 410
    assert client.get("/routines/never-there").status_code == 404


@pytest.mark.parametrize("page", ["", "/sheet", "/play"])
def test_whoever_was_pointed_at_an_edition_is_told_that_it_is_not_the_newest(client, db, page):
    publish_routine(db)
    edition = f"/routines/calf-loosener{page}?revision=1"
    retired, newer = "no longer published", "There is a newer edition"

    told = [client.get(edition).text]
    publish(db, "routine", "calf-loosener", routine_of(title="Calf loosener, anew"))
    db.commit()
    told.append(client.get(edition).text)
    retire(db, "routine", "calf-loosener")
    db.commit()
    told.append(client.get(edition).text)

    assert [retired in text for text in told] == [False, False, True]
    assert [newer in text for text in told] == [False, True, False]


def test_what_is_not_ready_is_not_published(db):
    with pytest.raises(NotReady) as refused:
        publish(db, "routine", "calf-loosener", routine_of(stop_rule="Stop."))
    with pytest.raises(NotReady, match="no body part named calf"):
        publish(db, "routine", "calf-loosener", routine_of(), known=Known(body_parts=set()))
    with pytest.raises(NotReady, match="no alternative text"):
        publish(db, "routine", "calf-loosener", routine_of(), pictures={"product-roller": ""})

    assert [lack.field for lack in refused.value.lacks] == [("stop_rule",)]
    assert service.all_documents(db) == []


def test_places_may_be_told_in_any_order(db):
    places = [BodyPart(slug="calf", name="Calf", parent="leg"), BodyPart(slug="leg", name="Leg", parent="body"),
              BodyPart(slug="body", name="Body")]  # fmt: skip

    publish_body_parts(db, places)

    assert service.body_parts(db) == places


def test_there_is_no_routine_at_an_unknown_address(db):
    with pytest.raises(NotFound):
        service.find_routine(db, "nothing")


@both
def test_choices_narrow_between_groups_and_widen_inside_one(db):
    publish_routine(db, "one", step_of(action="press"), level="beginner")
    publish_routine(db, "two", step_of(action="roll"), level="beginner")
    publish_routine(db, "three", step_of(action="roll"), level="advanced")

    def slugs(**wanted):
        found = service.routines(
            db, {name: frozenset(values) for name, values in wanted.items()}
        )
        return [card.slug for card in found.cards]

    assert slugs() == ["one", "two", "three"]
    assert slugs(action=["roll"]) == ["two", "three"]
    assert slugs(action=["press", "roll"]) == ["one", "two", "three"]
    assert slugs(action=["roll"], level=["beginner"]) == ["two"]


def test_each_choice_says_how_many_it_would_leave(db):
    publish_routine(db, "one", step_of(action="press"), level="beginner")
    publish_routine(db, "two", step_of(action="roll"), level="advanced")

    found = service.routines(db, {"action": frozenset({"roll"})})

    counts = {(one.group, one.value): one.count for one in found.choices}
    assert counts["action", "press"] == 1
    assert ("level", "beginner") not in counts
    assert counts["level", "advanced"] == 1


def test_an_empty_answer_says_which_choice_to_drop(db):
    publish_routine(db, "one", step_of(action="press"), level="beginner")
    wanted = {"action": frozenset({"press"}), "level": frozenset({"advanced"})}

    found = service.routines(db, wanted)

    assert found.total == 0
    assert {(way.value, way.count) for way in found.ways_back} == {
        ("press", 0),
        ("advanced", 1),
    }


def test_a_page_that_is_not_there_is_not_found(db):
    with pytest.raises(NotFound):
        service.routines(db, {}, number=2)
