"""Plans: doses of a practitioner over a routine that does not change under them, for a limited time."""

import html
import json
import re
from datetime import timedelta

import pytest

from routines.library import service as library
from routines.library import timeline
from routines.library.pieces import Range
from routines.library.publishing import publish
from routines.plans import service
from routines.plans.doses import Dose, Item, PlanDocument, applied
from routines.plans.models import Plan
from storefront import clock, worker
from storefront.database import session
from tests.routines.made import publish_routine, routine_of, step_of

STEPS = (
    step_of("press", title="Press it", dosage={"duration_seconds": 45, "sides": "each"},
            cautions=[{"when": "It tingles", "then": "Let go."}]),
    step_of("bridge", title="Bridge", action="strengthen", dosage={"sets": 3, "reps": 10, "rest_between_sets_seconds": 30}),
    step_of("plank", title="Plank", action="strengthen", dosage={"hold_seconds": 3, "hold_open_ended": True, "reps": 5}),
)  # fmt: skip
FORM = {
    "routine": "calf", "given_by": "Praxis am Park", "days": "30", "keep-calf": ["press", "bridge"],
    "sets-calf--bridge": "2", "reps-calf--bridge": "6-8", "duration_seconds-calf--press": "30", "per_day-calf": "2",
    "days_a_week-calf": "5", "weeks-calf": "",
}  # fmt: skip


@pytest.fixture
def routine(app):
    with app.app_context():
        return publish_routine(session(), "calf", *STEPS, schedule={"days_a_week": 6, "rest_days": 1},
                               cautions=[{"when": "You are ill", "then": "Rest."}])  # fmt: skip


@pytest.fixture
def handed_out(routine, client):
    """Make a plan by its form; give the manage page's address and the plan's."""
    manage = client.post("/plans/new", data=FORM).headers["Location"]
    address = re.search(r'value="http://[^/]+(/plans/[^"]+)"', client.get(manage).text).group(1)
    return manage, address


def test_a_plan_states_doses_and_leaves_the_rest_as_it_is(routine):
    item = Item(routine="calf", revision=1, doses={"bridge": Dose(sets=Range(least=2, most=2))}, left_out=("press",),
                days_a_week=Range(least=3, most=3))  # fmt: skip

    made = applied(routine, item)

    steps = [step for part in made.sections for step in part.steps]
    assert [step.key for step in steps] == ["bridge", "plank"]
    assert steps[0].dosage.sets == Range(least=2, most=2)
    assert steps[0].dosage.reps == Range(least=10, most=10)
    assert steps[0].dosage.rest_between_sets_seconds == 30
    assert steps[1] == routine.sections[0].steps[2]
    assert made.schedule.days_a_week == Range(least=3, most=3)
    assert made.schedule.rest_days is None
    assert made.cautions == routine.cautions
    assert timeline.total_seconds(timeline.expand(made)) < timeline.total_seconds(
        timeline.expand(routine)
    )


def test_a_stated_hold_is_no_longer_open_ended(routine):
    item = Item(routine="calf", revision=1, doses={"plank": Dose(hold_seconds=Range(least=20, most=20))})  # fmt: skip

    plank = applied(routine, item).sections[0].steps[2]

    assert (plank.dosage.hold_seconds, plank.dosage.hold_open_ended) == (
        Range(least=20, most=20),
        False,
    )


def test_whoever_has_the_link_reads_the_plan_without_an_account(handed_out, app):
    answer = app.test_client().get(handed_out[1])

    assert answer.status_code == 200
    for words in ("Praxis am Park", "2 sets × 6–8", "30 seconds each side", "Twice a day, 5 days a week", "You are ill", "It tingles"):  # fmt: skip
        assert words in answer.text
    assert "Plank" not in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.text
    assert "Set-Cookie" not in answer.headers


def test_the_player_runs_at_the_doses_of_the_plan(handed_out, client):
    address = handed_out[1] + "/1"
    text = client.get(address).text
    data = json.loads(html.unescape(re.search(r'id="player-data">(.*?)</script>', text, re.DOTALL).group(1)))  # fmt: skip

    work = [part for part in data["segments"] if part["kind"] == "work"]
    assert [part["seconds"] for part in work if part["title"] == "Press it"] == [30, 30]
    assert len([part for part in work if part["title"] == "Bridge"]) == 2
    assert "Plank" not in text
    assert data["revision"] != 1  # a device remembers another place in it
    assert "data-keep" not in text
    assert client.get(handed_out[1] + "/2").status_code == 404


def test_a_plan_that_was_taken_back_does_not_play(handed_out, client):
    client.post(f"{handed_out[0]}/revoke")

    assert client.get(handed_out[1] + "/1").status_code == 410


def test_an_older_edition_is_played_and_printed_as_it_was(routine, app, client):
    with app.app_context():
        publish(
            session(), "routine", "calf", routine_of(step_of("other", title="Something new"))
        )
        session().commit()

    for page in ("", "/play", "/sheet"):
        old, new = (
            client.get(f"/routines/calf{page}{query}").text for query in ("?revision=1", "")
        )
        assert "Press it" in old
        assert "Something new" not in old
        assert "Something new" in new
    assert "/routines/calf/play?revision=1" in client.get("/routines/calf?revision=1").text
    assert client.get("/routines/calf/play?revision=x").status_code == 404
    assert client.get("/routines/calf/sheet?revision=9").status_code == 404


def test_a_plan_does_not_change_under_its_reader(handed_out, app, client):
    with app.app_context():
        publish(
            session(), "routine", "calf", routine_of(step_of("other", title="Something new"))
        )
        session().commit()

    text = client.get(handed_out[1]).text

    assert "Press it" in text
    assert "Something new" not in text


def test_it_ends_when_its_time_is_over(handed_out, app, client):
    with app.app_context():
        plan = session().query(Plan).one()
        plan.created_at -= timedelta(days=31)
        plan.expires_at -= timedelta(days=31)
        session().commit()

    answer = client.get(handed_out[1])

    assert answer.status_code == 410
    assert "This plan has ended" in answer.text
    assert "Press it" not in answer.text


def test_it_can_be_taken_back_only_by_who_made_it(handed_out, client):
    manage, address = handed_out
    own_token = address.rsplit("/", 1)[1]

    assert client.post(f"/plans/manage/{own_token}/revoke").status_code == 404
    assert client.get(address).status_code == 200
    assert client.post(f"{manage}/revoke").status_code == 303
    assert client.post(f"{manage}/revoke").status_code == 303
    assert client.get(address).status_code == 410
    over = client.get(manage).text
    assert "This plan has ended" in over
    assert "Take it back" not in over
    assert "only way to take the plan back" not in over


@pytest.mark.parametrize("token", ["x", "WzFd.aaaa.bbbb", "%00", "1"])
def test_a_forged_link_opens_nothing(handed_out, client, token):
    assert client.get(f"/plans/{token}").status_code in (404, 410)
    assert client.get(f"/plans/manage/{token}").status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reps-calf--bridge": "lots"}, "reps-calf--bridge"), ({"reps-calf--bridge": "8-6"}, "reps-calf--bridge"),
        ({"reps-calf--bridge": "0"}, "reps-calf--bridge"), ({"sets-calf--bridge": "1-2-3"}, "sets-calf--bridge"),
        ({"days_a_week-calf": "8"}, "days_a_week-calf"), ({"given_by": " "}, "given_by"), ({"given_by": "x" * 61}, "given_by"),
        ({"days": "9999"}, "days"), ({"days": "²"}, "days"), ({"keep-calf": []}, "keep-calf"),
        ({"weeks-calf": "9" * 40}, "weeks-calf"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_and_nothing_is_made(routine, app, client, change, field):
    answer = client.post("/plans/new", data=FORM | change)

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert 'value="6-8"' in answer.text or "reps-calf--bridge" in change
    with app.app_context():
        assert session().query(Plan).count() == 0


def test_too_many_and_unknown_routines_are_refused(routine, client):
    many = [f"r{number}" for number in range(5)]

    assert client.get("/plans/new", query_string={"routine": many}).status_code == 422
    assert client.get("/plans/new?routine=no-such").status_code == 404
    assert client.post("/plans/new", data={"routine": "no-such"}).status_code == 404
    assert client.post("/plans/new", data={}).status_code == 422


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("sets-calf--bridge", "1000"), ("reps-calf--bridge", "301"), ("hold_seconds-calf--plank", "9" * 4500),
        ("sets-calf--plank", "20-99"), ("per_day-calf", "1000"), ("weeks-calf", "5-999"), ("days_a_week-calf", "8"),
    ],
)  # fmt: skip
def test_a_dose_that_nobody_could_do_is_refused_beside_its_field(routine, client, db, field, text):  # fmt: skip
    answer = client.post("/plans/new", data=FORM | {field: text})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text or "error" in answer.text.split(f'name="{field}"')[1][:300]  # fmt: skip
    assert db.query(Plan).count() == 0


def test_more_holds_than_anybody_could_follow_are_refused(routine, client, db):
    doses = {"keep-calf": "plank", "sets-calf--plank": "20", "reps-calf--plank": "300", "hold_seconds-calf--plank": "5"}  # fmt: skip

    answer = client.post("/plans/new", data=FORM | doses)

    assert answer.status_code == 422
    assert "nobody could follow so many holds" in answer.text
    assert db.query(Plan).count() == 0


def test_the_worker_forgets_old_plans(handed_out, app, db):
    later = clock.now() + timedelta(days=61)
    with app.app_context():
        assert worker.run("plans") == {"forgotten": 0}
        assert worker.run("plans", later) == {"forgotten": 1}

    assert db.query(Plan).count() == 0


def test_old_plans_are_forgotten(handed_out, app):
    now = clock.now()
    with app.app_context():
        assert service.forget(session(), now) == 0
        assert service.forget(session(), now + timedelta(days=61)) == 1


def test_a_revision_that_never_was_is_not_found(routine, app):
    with app.app_context(), pytest.raises(library.NotFound):
        service.routines(session(), PlanDocument(items=(Item(routine="calf", revision=7),)))
