"""What the routines say in a letter: all that the gate grants a reader, and nothing that it keeps."""

import pytest

from routines.library.service import find_routine
from routines.newsletter import audiences, blocks, items
from routines.programmes.models import Enrolment, PhaseState
from routines.videos import service as videos
from storefront import clock
from storefront.answers import ReaderFacts
from tests.makers import make_product
from tests.routines.made import (
    needs_tool,
    phase_of,
    publish_programme,
    publish_routine,
    step_of,
)

CALF = "routine:calf@1"
VIDEO = {
    "slug": "film", "title": "The film", "file": "secret.mp4", "captions": "secret.vtt", "poster": "p",
    "duration_ms": 1000, "hls": "secret-hls", "chapters": "parts.vtt",
    "renditions": [{"file": "small.mp4", "height": 360}],
    "tracks": [{"kind": "descriptions", "language": "en", "label": "Said", "file": "said.vtt"}],
}  # fmt: skip
FILES = {
    "secret.mp4",
    "secret.vtt",
    "small.mp4",
    "said.vtt",
    "parts.vtt",
    "secret-hls/master.m3u8",
}
STRANGER, READER = ReaderFacts(), ReaderFacts(reads=True)
OWNER = ReaderFacts(frozenset({"t-handle"}), reads=True)
MEMBER = ReaderFacts(is_member=True, reads=True)


@pytest.fixture(autouse=True)
def in_app(app):
    with app.test_request_context():
        yield


def told(db, facts, opens_for=("newsletter", "owns", "member")):
    routine = publish_routine(
        db, "calf", step_of(tools=[needs_tool("t-handle")]), video=VIDEO | {"opens_for": list(opens_for)}
    )  # fmt: skip
    videos.store(db, find_routine(db, "calf").id, routine.video)
    return blocks.blocks(db, [CALF], [facts])[facts][0]


@pytest.mark.parametrize(
    ("facts", "opens_for", "state"),
    [
        (OWNER, ("owns",), "ready"),
        (READER, ("owns",), "missing locked"),
        (READER, ("newsletter",), "missing"),
        (MEMBER, ("member",), "missing"),
        (STRANGER, ("newsletter", "email"), "stranger locked"),
        (STRANGER, ("open",), "stranger"),
        (ReaderFacts(frozenset({"t-handle"}), is_member=True), ("owns", "member"), "stranger locked"),
    ],
)  # fmt: skip
def test_each_reader_is_shown_what_the_gate_decides(db, facts, opens_for, state):
    assert told(db, facts, opens_for).state == state


def test_whoever_lacks_a_tool_is_led_to_the_cheapest_that_brings_it(db):
    make_product(db, "dear", sku="DEAR", price_minor=9000, components=("t-handle",))
    make_product(db, "cheap", sku="CHEAP", price_minor=1000, components=("t-handle",))

    block = told(db, READER)

    assert block.notes[0] == "You are missing the t handle."
    assert block.links[0].label.startswith("Cheap")
    assert block.links[0].url == "/shop/cheap"


@pytest.mark.parametrize("facts", [STRANGER, READER, OWNER])
def test_no_block_holds_a_file_of_the_gate(db, facts):
    block = told(db, facts, ("member",))

    (words,) = items.secrets(db, [CALF]).values()

    assert {*words} == FILES
    assert not any(word in repr(block) for word in (*words, "/gated/"))


@pytest.mark.parametrize("reference", ["routine:calf@9", "routine:none@1", "product:x", "routine:calf@1 OR 1", "", "routine:calf@-1"])  # fmt: skip
def test_what_was_never_published_is_left_out(db, reference):
    publish_routine(db, "calf")

    assert blocks.blocks(db, [reference], [READER]) == {READER: []}


def test_items_name_their_revision_and_stand_under_the_part_of_the_body(db):
    before = clock.now()
    publish_routine(db, "calf")

    (item,) = items.items(db, before)

    assert (item.reference, item.group, item.kind) == (CALF, "Calf", "routine")
    assert items.items(db, clock.now()) == []


def test_a_segment_finds_who_is_in_a_phase_now(db):
    publish_programme(db, phase_of("find", 0), phase_of("use"))
    entry = find_entry(db)
    for n, done in enumerate((None, clock.now())):
        row = Enrolment(
            id=f"e{n}", entry_id=entry, revision=1, routine_revisions={}, email=f"r{n}@example.org", zone="Europe/Berlin",
            state="active", pace="normal", started_at=clock.now(), changed_at=clock.now(), shifts=[], round=1,
        )  # fmt: skip
        row.phases = [
            PhaseState(key="find", position=0, opened_at=clock.now(), completed_at=done)
        ]
        db.add(row)
    db.commit()

    assert [*db.scalars(audiences.in_phase("glutes/find"))] == ["r0@example.org"]
    assert len([*db.scalars(audiences.in_phase("glutes"))]) == 2
    assert ("glutes/use", "Glutes: Use them") in audiences.choices(db)["phase"]


def find_entry(db) -> int:
    from routines.library.service import find_programme

    return find_programme(db, "glutes").id
