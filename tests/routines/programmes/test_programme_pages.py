import pytest

from routines.library.documents import Phase
from routines.programmes.pages import opens_text
from storefront.database import session
from tests.routines.made import phase_of, publish_programme


@pytest.fixture
def page(app, client):
    """Publish a programme of two phases and read its page."""
    phases = [
        phase_of("find", 0, criterion="You feel it first."),
        phase_of("use", routines=["calf", "gone"]),
    ]
    with app.app_context():
        publish_programme(session(), *phases)
    return client.get("/programmes/glutes").text


def test_phases_stand_in_order_with_goal_time_and_sign(page):
    first, second = page.index("Find them"), page.index("Use them")

    assert (
        first
        < page.index("Begin here, on any day.")
        < page.index("You feel it first.")
        < second
    )
    assert second < page.index("Begin it 14 days after the one before.")
    assert "2 phases · 4 weeks · Beginner" in page


def test_a_routine_that_is_not_published_is_left_out(page):
    assert "/routines/gone" not in page
    assert page.count('href="/routines/calf"') == 2


def test_a_stranger_may_begin_on_the_device_or_by_letter(page):
    main = page[page.index("<main") : page.index("</main>")]

    assert main.count('<form method="post" action="/programmes/glutes"') == 2
    assert "Begin on this device" in main
    assert "You follow this programme" not in main


def test_the_list_shows_it(page, client):
    assert page
    assert 'href="/programmes/glutes"' in client.get("/programmes/").text


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"unlock_days": 0}, "Begin it together with the one before."),
        ({"unlock_days": 1}, "Begin it 1 day after the one before."),
        (
            {"unlock_weekday": 3, "unlock_hour": 7, "needs_previous_done": True},
            "Begin it 14 days after the one before, on the next Thursday, at 07:00, once you are done with that.",
        ),
    ],
)
def test_when_a_phase_opens_is_said_in_words(fields, text):
    phase = Phase.model_validate(phase_of("use") | fields)

    assert opens_text(phase, is_first=False) == text
