"""Where marks lie on the body map: numbers, order, and room for a finger."""

from itertools import combinations
from math import dist

import pytest

from routines.library import drawn, maps, marks, service, vocabulary
from routines.library.documents import Spot
from routines.library.service import Place
from storefront.database import session
from tests.routines.made import routine_of, step_of
from tests.routines.made_words import point_of

PHONE = 358  # CSS pixels that a map is wide on a phone of 390
FINGER = 24


@pytest.fixture
def known(demo_app):
    with demo_app.test_request_context():
        points = list(vocabulary.terms(session(), "point").values())
        yield points, service.places(session())


@pytest.fixture
def asked(demo_app):
    with demo_app.test_request_context():
        yield


def place_of(slug: str = "calf", *spots: Spot, parent: str | None = None, routines: int = 1):
    return Place(slug, slug.capitalize(), parent, False, "", (), routines, spots)


def spot_of(x: float, y: float, side: str = "back") -> Spot:
    return Spot(picture="bodymap-back", side=side, x=x, y=y)


def test_marks_of_the_demo_have_room_for_a_finger_on_a_phone(known):
    for side in maps.whole(*known):
        scale = PHONE / side.map.width
        assert 2 * side.map.radius * scale >= FINGER
        for one, other in combinations(side.map.marks, 2):
            gap = dist((one.x, one.y), (other.x, other.y)) * scale
            assert gap >= FINGER, (one.slug, other.slug)


def test_the_drawn_figure_has_a_place_for_every_point_of_the_demo(known):
    points, _ = known

    for point in points:
        x, y = drawn.POINTS[point.side][point.slug]
        assert 0 < x < drawn.WIDTH
        assert 0 < y < drawn.HEIGHT


def test_points_with_spots_lie_on_the_picture_and_others_are_not_marked(asked):
    placed = point_of("calf-centre", spot=spot_of(50, 25).model_dump())
    side = marks.side("back", [placed, point_of("calf-outer")], [], {"calf-centre": 1})

    assert side.picture.name == "bodymap-back"
    assert [(mark.slug, mark.x, mark.y) for mark in side.marks] == [
        ("calf-centre", side.width / 2, side.height / 4)
    ]


def test_a_place_too_near_to_a_point_has_no_mark_but_stays_in_the_list(asked):
    point = point_of("calf-centre", spot=spot_of(50, 25).model_dump())
    near, far = place_of("calf", spot_of(50.5, 25)), place_of("foot", spot_of(20, 90))

    back = maps.whole([point], [near, far])[0]

    assert [mark.slug for mark in back.map.marks] == ["calf-centre", "foot"]
    assert [group.label for group in back.groups] == ["Calf", "Foot"]


def test_numbers_run_from_head_to_foot_and_on_to_the_front(asked):
    points = [
        point_of("low", spot=spot_of(50, 80).model_dump()),
        point_of("high", spot=spot_of(50, 10).model_dump()),
        point_of("chest", side="front", spot=spot_of(50, 30, "front").model_dump()),
    ]

    back, front = maps.whole(points, [place_of()])

    assert [(line.number, line.url) for line in back.groups[0].points] == [(1, "/points/high"), (2, "/points/low")]  # fmt: skip
    assert [line.number for line in front.groups[0].points] == [3]
    assert [mark.number for mark in back.map.marks] == [1, 2]


@pytest.mark.parametrize(
    ("places", "shown"),
    [
        (
            [place_of("leg"), place_of("calf", parent="leg")],
            ["Calf"],
        ),  # leg only holds the calf
        ([place_of("calf", routines=0)], []),
        ([place_of("elbow")], []),  # nowhere on the map
        ([place_of("foot"), place_of("neck")], ["Neck", "Foot"]),
    ],
)
def test_places_without_points_are_listed_when_they_lead_somewhere(asked, places, shown):
    assert [group.label for group in maps.whole([], places)[0].groups] == shown


def test_a_detail_stays_inside_the_picture_and_shows_all_marks(known):
    points, _ = known
    numbers = {point.slug: at for at, point in enumerate(points, 1)}
    for chosen in (*([one] for one in points), points, points[:3]):
        for side in maps.numbered(chosen, numbers):
            x, y, width, height = side.view
            assert x >= 0
            assert y >= 0
            assert x + width <= side.width + 0.1
            assert y + height <= side.height + 0.1
            for mark in side.marks:
                assert x < mark.x < x + width
                assert y < mark.y < y + height


def test_a_routine_numbers_its_points_as_its_steps_name_them(asked):
    known = {slug: point_of(slug) for slug in ("calf-centre", "calf-outer")}
    routine = routine_of(
        step_of("a", points=["calf-outer"]), step_of("b"), step_of("c", points=["calf-centre", "calf-outer", "gone"])
    )  # fmt: skip

    found = maps.for_steps(routine, known)

    assert [(line.number, line.url) for line in found.points] == [(1, "/points/calf-outer"), (2, "/points/calf-centre")]  # fmt: skip
    assert {key: [line.number for line in lines] for key, lines in found.by_step.items()} == {"a": [1], "c": [2, 1]}  # fmt: skip
    assert {mark.slug: mark.number for mark in found.sides[0].marks} == {"calf-outer": 1, "calf-centre": 2}  # fmt: skip


def test_a_routine_without_points_has_no_map(asked):
    found = maps.for_steps(routine_of(step_of("a")), {})

    assert found.sides == ()
    assert found.points == ()


def test_the_page_of_a_routine_has_the_same_numbers_in_map_list_and_text(demo_app):
    page = demo_app.test_client().get("/routines/hamstring-cramps-press-and-stretch").text

    assert 'aria-label="1: Outer hamstring"' in page
    assert 'aria-label="2: Inner hamstring"' in page
    aside, _, text = page.partition('id="steps"')
    assert '<li value="1"><a href="/points/outer-hamstring"' in aside
    assert text.count('<span class="sr">1: </span>Outer hamstring') == 2
    assert text.count('<span class="sr">2: </span>Inner hamstring') == 2
