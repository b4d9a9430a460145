import pytest

from routines.library.documents import Phase, Programme
from routines.library.publishing import publish
from routines.programmes.views import opens_text
from storefront.database import session
from tests.routines.made import PEOPLE, STOP, publish_routine


def phase_of(key: str, days: int = 14, **fields) -> dict:
    values = {
        "key": key,
        "name": f"{key.capitalize()} them",
        "goal": f"To {key}.",
        "teaser": "Short.",
        "weeks": 2,
    }
    return values | {"routines": ["calf"], "unlock_days": days} | fields


@pytest.fixture
def page(app, client):
    """Publish a programme of two phases and read its page."""
    phases = [
        phase_of("find", 0, criterion="You feel it first."),
        phase_of("use", routines=["calf", "gone"]),
    ]
    with app.app_context():
        publish_routine(session(), "calf")
        made = Programme.model_validate(
            {"title": "Glutes", "summary": "Two phases.", "picture": "p", "level": "beginner", "body_parts": ["calf"],
             "phases": phases, "stop_rule": STOP, **PEOPLE}
        )  # fmt: skip
        publish(session(), "programme", "glutes", made)
        session().commit()
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


def test_nothing_pretends_to_enrol_anybody(page):
    assert "<form" not in page[page.index("<main") : page.index("</main>")]


def test_the_list_shows_it(page, client):
    assert page
    assert 'href="/programmes/glutes"' in client.get("/programmes/").text


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (0, "Begin it together with the one before."),
        (1, "Begin it 1 day after the one before."),
    ],
)
def test_when_a_phase_opens_is_said_in_words(days, text):
    assert opens_text(Phase.model_validate(phase_of("use", days)), is_first=False) == text
