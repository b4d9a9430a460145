"""What is typed becomes a document, or stays as it is typed until somebody mends it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routines.library.documents import Article, Programme, Routine
from routines.library.pieces import Step
from routines.library.service import KINDS, all_documents
from routines.studio import mending, ordering, typed
from routines.studio.nodes import _names
from routines.studio.shapes import shapes
from storefront import database
from storefront.errors import Invalid
from tests.routines.studio.in_the_studio import WHOLE, fields_of

DOSE = "sections-0-steps-0-dosage-"


def read(**fields):
    return typed.read(Routine, {name: [value] for name, value in fields.items()})


def dose(name, text):
    found = typed.read(Routine, {f"{DOSE}{name}": [text]})
    return found.get("sections", [{}])[0].get("steps", [{}])[0].get("dosage", {}).get(name)


@pytest.mark.parametrize(
    ("text", "value"),
    [("3-4", {"least": 3, "most": 4}), ("3 – 4", {"least": 3, "most": 4}), ("3", {"least": 3, "most": 3}),
     ("three", "three"), ("4-3", {"least": 4, "most": 3}), ("-3", "-3"), ("", None), ("  ", None)],
)  # fmt: skip
def test_a_range_is_a_number_or_two_and_anything_else_stays_as_typed(text, value):
    assert dose("sets", text) == value


def test_what_is_empty_is_not_stated():
    assert read(title="", goal="", cramp_now="", **{f"{DOSE}reps": ""}) == {
        "sections": [{"steps": [{}]}]
    }


def test_clips_are_typed_in_seconds_and_kept_in_milliseconds():
    found = typed.read(
        Routine,
        {"sections-0-steps-0-clip_start_ms": ["12.5"], "sections-0-steps-0-clip_end_ms": ["a"]},
    )
    step = found["sections"][0]["steps"][0]

    assert step == {"clip_start_ms": 12_500, "clip_end_ms": "a"}
    shape = next(one for one in shapes(Step) if one.name == "clip_start_ms")
    assert [typed.shown(shape, value) for value in (12_500, 12_000, 1_234, "a")] == [
        "12.5",
        "12",
        "1.234",
        "a",
    ]


def test_a_default_that_was_taken_away_is_kept_as_such():
    shown = typed.read(Article, {"title": ["Cramps"], "claims_sourced": ["yes"]})
    hidden = typed.read(Article, {"title": ["Cramps"]})

    assert (shown, hidden) == (
        {"title": "Cramps"},
        {"title": "Cramps", "claims_sourced": False},
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_published_document_comes_back_from_its_form_unchanged(demo_app, kind):
    with demo_app.app_context():
        found = [entry for entry in all_documents(database.session()) if entry.kind == kind]
        assert found
        for entry in found:
            raw = entry.document.model_dump(mode="json", exclude_defaults=True)
            raw.pop("review")
            page = demo_form(demo_app, kind, raw)

            assert typed.read(KINDS[kind], page) == raw, entry.slug


def demo_form(app, kind, raw):
    """Show a document in its form, and read what a browser would send of it."""
    from routines.studio import checks, nodes

    facts = checks.facts_of(database.session())
    return dict(sent_of(nodes.form(KINDS[kind], raw, facts, {})))


def sent_of(fields):
    for node in fields:
        if node.shape.kind == "group":
            yield from sent_of((*node.nodes, *node.more))
        elif node.shape.kind == "items":
            for item in node.items:
                yield f"{item.name}-_", ["1"]
                yield from sent_of((*item.nodes, *item.more))
        elif node.shape.kind == "choices":
            yield node.name, [value for value, _ in node.options if value in node.chosen]
        elif node.shape.kind != "flag" or node.value:
            yield node.name, [node.value]


NAMES = st.lists(
    st.sampled_from(["sections", "steps", "0", "1", "999", "dosage", "sets", "tools", "exercise", "cues", "", "_", "title", "-"]),
    max_size=14,
).map("-".join)  # fmt: skip


@given(st.dictionaries(NAMES, st.lists(st.text(max_size=5), max_size=2), max_size=8))
def test_no_form_breaks_the_reader_or_the_preview(fields):
    from datetime import date

    for kind, model in KINDS.items():
        raw = typed.read(model, fields)
        list(_names(model, raw, ()))
        mending.mended(kind, raw, date(2026, 11, 20))


def step_keys(raw):
    return [[step["key"] for step in part["steps"]] for part in raw["sections"]]


def parts():
    return {"sections": [{"steps": [{"key": "a"}, {"key": "b"}]}, {"steps": [{"key": "c"}]}]}


@pytest.mark.parametrize(
    ("doing", "keys", "goes_on_at"),
    [
        ("up:sections-0-steps-1", [["b", "a"], ["c"]], "sections-0-steps-0"),
        ("down:sections-0-steps-0", [["b", "a"], ["c"]], "sections-0-steps-1"),
        ("down:sections-0-steps-1", [["a"], ["b", "c"]], "sections-1-steps-0"),
        ("up:sections-1-steps-0", [["a", "b", "c"], []], "sections-0-steps-2"),
        ("up:sections-0-steps-0", [["a", "b"], ["c"]], "sections-0-steps-0"),
        ("down:sections-1-steps-0", [["a", "b"], ["c"]], "sections-1-steps-0"),
        ("up:sections-1", [["c"], ["a", "b"]], "sections-0"),
        ("remove:sections-0-steps-0", [["b"], ["c"]], "sections-0-steps"),
        ("move:sections-0-steps-0:sections-1-steps-1", [["b"], ["c", "a"]], "sections-1-steps-1"),
        ("move:sections-0-steps-0:1", [["b", "a"], ["c"]], "sections-0-steps-1"),
    ],
)  # fmt: skip
def test_buttons_move_items_and_steps_leave_their_part(doing, keys, goes_on_at):
    raw = parts()

    assert ordering.change(Routine, raw, doing) == goes_on_at
    assert step_keys(raw) == keys


def test_an_item_is_added_also_where_there_is_no_list_yet():
    raw = {}

    assert ordering.change(Routine, raw, "add:sections") == "sections-0"
    assert ordering.change(Routine, raw, "add:sections-0-steps") == "sections-0-steps-0"
    assert (
        ordering.change(Routine, raw, "add:sections-0-steps-0-exercise-cues")
        == "sections-0-steps-0-exercise-cues-0"
    )
    assert raw == {"sections": [{"steps": [{"exercise": {"cues": [{}]}}]}]}


@pytest.mark.parametrize(
    "doing",
    ["add:", "up:", ":sections", "add:title", "add:nothing", "up:sections-9", "up:sections", "remove:sections-0-steps",
     "move:sections-0-steps-0:cautions-0", "move:sections-0:sections-0-steps-0", "add:sections-7-steps",
     "move:sections-0-steps-0:x", "explode:sections-0", "up:sections-0-steps-0-key", "add:" + "sections-0-" * 50],
)  # fmt: skip
def test_a_button_of_another_form_is_refused(doing):
    raw = parts()

    with pytest.raises(Invalid):
        ordering.change(Routine, raw, doing)
    assert step_keys(raw) == [["a", "b"], ["c"]]


def test_a_preview_marks_what_is_missing_and_keeps_the_rest():
    from datetime import date

    raw = {
        "title": "Calf",
        "sections": [
            {
                "steps": [
                    {
                        "exercise": {"title": "Press"},
                        "dosage": {"sets": "many", "reps": {"least": 3, "most": 3}},
                    }
                ]
            }
        ],
    }
    found = mending.mended("routine", raw, date(2026, 11, 20))

    assert isinstance(found, Routine)
    step = found.sections[0].steps[0]
    assert (found.title, step.exercise.title, step.dosage.reps.least, step.dosage.sets) == (
        "Calf",
        "Press",
        3,
        None,
    )
    assert found.stop_rule == "To come"
    for kind in KINDS:
        assert mending.mended(kind, {}, date(2026, 11, 20)) is not None


def test_a_document_as_fields_is_the_document_again():
    assert typed.read(Routine, fields_of(WHOLE)) == WHOLE
    assert Programme in KINDS.values()


def test_digits_that_are_no_number_are_no_place_in_a_list():
    assert typed.read(Routine, {"sections-²-_": ["1"], "sections-²-title": ["Part"]}) == {}
    assert typed.way_of("sections-²-title") == ("sections", "²", "title")
