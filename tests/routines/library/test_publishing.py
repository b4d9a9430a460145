import pytest
from sqlalchemy import select

from routines.library import service
from routines.library.documents import BodyPart
from routines.library.models import Facet, Need
from routines.library.publishing import publish, publish_body_parts
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
