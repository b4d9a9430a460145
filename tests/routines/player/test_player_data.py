"""What the player's script is told: cautions to check, ways to go on, versions, tools and films."""

import html
import json
import re

import pytest

from routines.library import vocabulary
from routines.library.documents import Condition
from storefront.database import session
from tests.routines.made import needs_tool, publish_routine, step_of

PREGNANT = {
    "when": "You are pregnant", "then": "Ask first.", "flags": ["pregnancy"], "effect": "leave_out",
}  # fmt: skip
VEINS = {"when": "You have varicose veins", "then": "Not there.", "flags": ["varicose_veins"]}
PLAIN = {"when": "It tingles", "then": "Let go."}


@pytest.fixture
def data_of(client):
    """Read what stands in a page for the script."""

    def read(path: str = "/routines/calf/play") -> dict:
        text = client.get(path).text
        found = re.search(r'id="player-data">(.*?)</script>', text, re.DOTALL).group(1)
        return json.loads(html.unescape(found))

    return read


def publish(app, *steps, slug="calf", **fields):
    with app.app_context():
        publish_routine(session(), slug, *steps, **fields)


def test_a_step_is_checked_for_every_flag_that_holds_for_it_wherever_it_stands(app, data_of):
    sections = [
        {"title": "Press", "cautions": [VEINS], "steps": [step_of("a", cautions=[PLAIN]), step_of("b")]},
        {"title": "Stretch", "steps": [step_of("c")]},
    ]  # fmt: skip
    publish(app, sections=sections, cautions=[PREGNANT])

    steps = {step["key"]: step for step in data_of()["steps"]}

    flags = {key: {flag for one in step["screened"] for flag in one["flags"]} for key, step in steps.items()}  # fmt: skip
    both = {"pregnancy", "varicose_veins"}
    assert flags == {"a": both, "b": both, "c": {"pregnancy"}}
    assert [one["when"] for one in steps["a"]["cautions"]] == [
        "You have varicose veins",
        "It tingles",
    ]
    assert steps["b"]["cautions"] == []


def test_a_step_carries_its_ways_to_go_on_and_its_tool(app, data_of):
    ways = [{"direction": "harder", "how": "One leg.", "criterion": "Ten are light.", "after_sessions": 3}]  # fmt: skip
    publish(app, step_of(progressions=ways, tools=[needs_tool("strap")]))

    (step,) = data_of()["steps"]

    assert step["ways"] == ways
    assert (step["tools"], step["take"]) == (["Strap"], "Take the strap.")


@pytest.mark.parametrize(("sides", "both"), [("each", True), ("left", False), ("both", False), ("alternate", False), (None, False)])  # fmt: skip
def test_only_a_step_with_a_left_and_a_right_half_has_two_sides(app, data_of, sides, both):
    publish(app, step_of(dosage={"duration_seconds": 20, "sides": sides}))

    assert data_of()["steps"][0]["two_sided"] is both


def test_a_clip_needs_both_of_its_ends(app, data_of):
    publish(app, step_of("a", clip_start_ms=0), step_of("b", clip_start_ms=100, clip_end_ms=900))  # fmt: skip

    data = data_of()

    assert [step["clip"] for step in data["steps"]] == [None, [100, 900]]
    assert data["film"] is None


def test_every_version_says_its_minutes(app, client):
    publish(app, step_of("a", essential=True, dosage={"duration_seconds": 100}), step_of("b", dosage={"duration_seconds": 200}))  # fmt: skip

    page = client.get("/routines/calf/play").text
    found = re.search(r'aria-label="Version".*?</nav>', page, re.DOTALL).group(0)

    assert re.findall(r">([^<>]+)</a>", found) == [
        "Whole routine, 6 min", "Short, 2 min", "Slower, 6 min", "No timer",
    ]  # fmt: skip


def test_the_shortest_help_for_a_cramp_is_taken(app, client, data_of):
    long, short = ({"dosage": {"duration_seconds": seconds}} for seconds in (90, 30))
    publish(app, step_of(**long), slug="long", cramp_now=True)
    publish(app, step_of(**short), slug="short", cramp_now=True)

    data = data_of("/cramp-now")

    assert (data["slug"], data["is_cramp"], data["film"]) == ("short", True, None)
    assert data["offline"]["scope"] == "/cramp-now"
    assert data["offline"]["pages"] == ["/cramp-now"]
    for words in ("newsletter", "Version", "Next time"):
        assert words not in client.get("/cramp-now").text


def test_only_routines_for_the_same_complaint_lead_to_help_for_a_cramp(app, client):
    publish(app, slug="now", cramp_now=True, conditions=["leg-cramps"])
    publish(app, slug="thigh", conditions=["leg-cramps"])
    publish(app, slug="neck", conditions=["stiff-neck"])
    publish(app, slug="arm")

    leads = {slug: 'href="/cramp-now"' in client.get(f"/routines/{slug}").text for slug in ("thigh", "neck", "arm")}  # fmt: skip

    assert leads == {"thigh": True, "neck": False, "arm": False}


def test_the_stop_box_names_the_red_flags_and_the_booking(app, client):
    with app.app_context():
        found = Condition(
            slug="leg-cramps", name="Leg cramps", red_flags=("One leg is swollen.",)
        )
        vocabulary.store(session(), "condition", [found])
        session().commit()
    booking = {"kind": "booking", "label": "Book an hour", "target": "https://book.example/"}
    publish(app, conditions=["leg-cramps", "unknown"], calls=[booking])

    page = client.get("/routines/calf/play").text
    box = re.search(r"<section[^>]*data-stop.*?</section>", page, re.DOTALL).group(0)

    for words in ("One leg is swollen.", "Stop when it hurts sharply", "Call 112", 'href="https://book.example/"'):  # fmt: skip
        assert words in box


def test_a_tool_is_shown_where_there_is_a_picture_of_it(app, client):
    publish(app, step_of(tools=[needs_tool("spherical-handle", "pointed-attachment")]))

    shot = re.search(
        r'<div class="tool-shot".*?</div>', client.get("/routines/calf/play").text, re.DOTALL
    )

    assert "pointed-attachment" in shot.group(0)


def test_the_service_worker_reaches_the_players_and_is_always_asked_anew(app, client, data_of):
    publish(app)
    offline = data_of()["offline"]

    with client.get(offline["script"]) as worker:
        assert worker.status_code == 200
        assert worker.headers["Content-Type"].startswith("text/javascript")
        assert worker.headers["Cache-Control"] == "no-cache"
        assert offline["scope"].startswith(worker.headers["Service-Worker-Allowed"])
        assert "worker-src 'self'" in worker.headers["Content-Security-Policy"]
    for file in offline["files"]:
        with client.get(file) as part:
            assert part.status_code == 200, file
    assert all(client.get(page).status_code == 200 for page in offline["pages"])


def test_below_a_host_every_address_of_the_kept_routine_stays_there(app, client):
    publish(app, cramp_now=True)

    for path, scope in (("/routines/calf/play", "/under/routines/"), ("/cramp-now", "/under/cramp-now")):  # fmt: skip
        page = client.get(path, base_url="http://localhost/under").text
        found = re.search(r'id="player-data">(.*?)</script>', page, re.DOTALL).group(1)
        offline = json.loads(html.unescape(found))["offline"]
        assert offline["scope"] == scope
        for address in (offline["script"], *offline["files"], *offline["pages"]):
            assert address.startswith("/under/")
