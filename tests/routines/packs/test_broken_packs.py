"""Broken files, made by breaking good ones: every field of every kind of document.

Each gives file, line, field and reason, none gives a traceback, and none is imported.
"""

import json

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routines.library import service, vocabulary
from routines.packs.checking import Around
from routines.packs.files import read
from routines.packs.service import PackRefused, check, import_
from tests.routines.made import PEOPLE, STOP

REFERENCE = {
    "key": "known-2020", "title": "A paper", "authors": ["A B"], "container": "Journal", "year": 2020, "month": 5,
    "volume": "4", "issue": "2", "pages": "1–9", "doi": "10.1/x", "url": "https://example.com", "accessed_on": "2026-10-01",
}  # fmt: skip
PUBLISHED = {
    "title": "Title", "summary": "Summary.", "picture": "leg", "references": [{"key": "known-2020", "title": "A paper"}], "search_terms": ["calf"],
    "related": [{"kind": "routine", "slug": "other", "reason": "Why"}], "body": "Text [@known-2020].",
    "calls": [{"kind": "booking", "label": "Book", "target": "https://example.com"}], **PEOPLE,
}  # fmt: skip
CAUTION = {
    "when": "It tingles",
    "then": "Stop.",
    "flags": ["nerve_signs"],
    "effect": "leave_out",
}
NOTED = {"when": "It tingles", "then": "Stop."}
DOSE = {
    "sets": "3-4", "reps": 8, "hold_seconds": 3, "hold_open_ended": True, "return_seconds": 3, "sides": "each",
    "rest_between_reps_seconds": 2, "rest_between_sides_seconds": 5, "rest_between_sets_seconds": 30, "per_day": 2,
    "days_a_week": 5, "rest_days": 1, "weeks": 4, "effort_of_ten": "3-5", "tempo": "2-0-2", "load": "2 kg",
    "load_side": "lifted_leg",
}  # fmt: skip
NEED = {
    "component": "strap", "attachment": "tip", "role": "required", "note": "N",
    "stand_ins": [{"household": "A towel", "fit": "ok", "note": "N"}],
}  # fmt: skip
PROGRESSION = {
    "direction": "harder", "how": "More.", "criterion": "Easy.", "to_exercise": "calf-rise", "after_sessions": 3,
    "effort_at_most": 3, "load": "2 kg", "load_side": "lifted_leg",
}  # fmt: skip
EXERCISE = {
    "title": "Press", "action": "press", "start_position": "Sit.", "end_position": "Sit.", "sidedness": "per_side",
    "cues": [{"kind": "feel", "text": "Dull."}], "muscles": ["soleus"], "helping_muscles": ["soleus"],
    "variations": "presses", "picture": "leg", "end_picture": "leg",
}  # fmt: skip
STEP = {
    "key": "one", "exercise": EXERCISE, "note": "N", "dosage": DOSE, "essential": True, "warm_up": True,
    "transition_seconds": 5, "tools": [NEED], "points": ["calf-middle"], "cautions": [CAUTION], "progressions": [PROGRESSION],
    "clip_start_ms": 0, "clip_end_ms": 10,
}  # fmt: skip
VIDEO = {"slug": "v", "title": "V", "file": "v.mp4", "captions": "v.vtt", "poster": "leg", "duration_ms": 5, "opens_for": ["member"]}  # fmt: skip
PHASE = {
    "key": "one", "name": "One", "goal": "G", "teaser": "T", "weeks": 2, "routines": ["good"], "unlock_days": 0,
    "unlock_weekday": 0, "unlock_hour": 7, "criterion": "C",
}  # fmt: skip
PAGES = {
    "routines/good.md": PUBLISHED | {
        "goal": "relief", "level": "beginner", "body_parts": ["calf"], "stop_rule": STOP, "schedule": {"per_day": 1}, "schedule_note": "N",
        "sections": [{"title": "Part 1", "intro": "I", "cautions": [NOTED], "steps": [STEP]}], "cautions": [NOTED],
        "use_modes": [{"context": "warm_up", "schedule": {"per_day": 1}, "profile": "warm_up", "note": "N"}], "video": VIDEO,
        "conditions": ["calf-cramp"], "instead": [NOTED], "cramp_now": True,
    },
    "programmes/good.md": PUBLISHED | {"level": "beginner", "body_parts": ["calf"], "stop_rule": STOP, "phases": [PHASE]},
    "articles/good.md": PUBLISHED | {
        "references": [REFERENCE], "kind": "encyclopedia", "takeaway": "T", "claims": [{"text": "Text.", "references": ["known-2020"]}],
        "conditions": ["calf-cramp"], "claims_sourced": True,
    },
    "points/calf-middle.md": {
        "name": "Calf", "side": "back", "body_part": "calf", "muscle": "soleus", "find": "F", "press": "P", "move": "still",
        "effort_of_ten": "5-6", "tools": [{"component": "strap"}], "plain_words": ["calf"], "cautions": [NOTED], "picture": "leg",
    },
    "conditions/calf-cramp.md": {
        "name": "Cramp", "synonyms": ["cramp"], "body_parts": ["calf"], "symptoms": ["S"], "red_flags": ["R"],
        "overlaps": ["other-cramp"], "cautions": [NOTED], "references": [{"key": "known-2020", "title": "A paper"}], "body": "Text [@known-2020].",
    },
    "exercises/calf-press.md": {
        "name": "Press", "exercise": EXERCISE, "dosage": {"reps": 8}, "progressions": [{"direction": "harder", "how": "M", "to_exercise": "calf-rise"}], "source": "S", "licence": "L",
    },
}  # fmt: skip
LISTS = {
    "muscles.yaml": [{"slug": "soleus", "name": "Soleus", "latin": "L", "body_part": "calf", "facts": "F"}],
    "people.yaml": [{"slug": "ada", "name": "Ada", "credentials": "Demo", "licence": "L", "profile": "https://example.com",
                     "about": "A", "demo": True}],
    "tool-care.yaml": [{"slug": "strap", "name": "Strap", "cautions": [NOTED]}],
    "body-parts.yaml": [{"slug": "calf", "name": "Calf", "plain_words": ["calf"], "picture": "leg", "area": True}],
}  # fmt: skip
FILES = {**PAGES, **LISTS}
OTHERS = {
    "routines/other.md": PAGES["routines/good.md"] | {"related": [], "video": None},
    "conditions/other-cramp.md": PAGES["conditions/calf-cramp.md"] | {"overlaps": []},
    "exercises/calf-rise.md": PAGES["exercises/calf-press.md"] | {"progressions": []},
}  # fmt: skip
LONG, NAME = "x" * 70_000, "not-there"
REFERRING = {
    "body_parts", "conditions", "points", "muscles", "helping_muscles", "overlaps", "body_part", "muscle", "routines",
    "to_exercise", "references",
}  # fmt: skip


def write(folder, name, content):
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    if name.endswith(".yaml"):
        file.write_text(yaml.safe_dump(content, sort_keys=False))
        return
    front = {field: value for field, value in content.items() if field != "body"}
    file.write_text(
        f"---\n{yaml.safe_dump(front, sort_keys=False)}---\n{content.get('body', '')}\n"
    )


def good_pack(folder):
    for name, content in {**FILES, **OTHERS}.items():
        write(folder, name, content)
    media = folder / "media" / "media.json"
    media.parent.mkdir()
    media.write_text(json.dumps({"leg": {"alt": "A leg"}}))
    return folder


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return good_pack(tmp_path_factory.mktemp("broken"))


@pytest.fixture(scope="module")
def shop(pack):
    """A shop that has all of the good pack, so that a file can be looked at by itself."""
    whole, problems = read(pack)
    assert problems == []
    return Around(words=whole.words, places={"calf"}, entries=set(whole.documents))


@pytest.fixture
def look(tmp_path, shop):
    """Check a pack of one file."""

    def looked_at(name, content):
        write(tmp_path, name, content)
        return check(tmp_path, shop)

    return looked_at


def places(value, where=()):
    """Give the way to every field of a document."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()  # fmt: skip
    for name, inner in pairs:
        yield (*where, name)
        yield from places(inner, (*where, name))


def broken(content, where, change):
    """Give the content with one field changed."""
    made = json.loads(json.dumps(content))
    holder = made
    for name in where[:-1]:
        holder = holder[name]
    change(holder, where[-1])
    return made


def put(value):
    return lambda holder, name: holder.__setitem__(name, value)


def wrong_values(where, value):
    """Give values that a field cannot have, each with a name for the kind of mistake."""
    yield "a list of lists", [[["x"]]]
    yield "names and values", {"no-such-name": {"deep": 1}}
    if isinstance(value, str):
        yield "too long", LONG
        yield "a control character", "a\x00b"
    if where[-1] in DOSE and isinstance(value, str | int) and not isinstance(value, bool):
        yield "too much", 10**9
        if where[-1] not in {"tempo", "load", "sides", "load_side"}:
            yield "not a number", "many"
        if where[-1] in {"sets", "reps", "hold_seconds", "per_day", "days_a_week", "weeks", "effort_of_ten"}:  # fmt: skip
            yield "backwards", "9-2"
            yield "nothing", 0
    if isinstance(value, bool):
        yield "not a truth value", "perhaps"
    elif isinstance(value, str) and (where[-1] in REFERRING or (len(where) > 1 and where[-2] in REFERRING)):  # fmt: skip
        yield "an unknown name", NAME


def test_the_pack_that_is_broken_is_a_good_one(pack):
    assert check(pack) == []


@pytest.mark.parametrize("name", FILES)
def test_every_field_with_a_value_that_it_cannot_have_is_named(look, name):
    told = 0
    for where in places(FILES[name]):
        if where == ("body",):
            continue
        value = FILES[name]
        for part in where:
            value = value[part]
        for mistake, wrong in wrong_values(where, value):
            found = look(name, broken(FILES[name], where, put(wrong)))
            mine = [problem for problem in found if problem.file == name]
            assert mine, (name, where, mistake)
            for problem in mine:
                assert problem.line, (where, mistake, problem)
                assert problem.reason, (where, mistake)
            fields = [problem.field for problem in mine]
            way = ".".join(map(str, where))
            assert any(field.startswith(way) or way.startswith(field) for field in fields), (way, mistake, fields)  # fmt: skip
            told += 1
    assert told > 10


@pytest.mark.parametrize("name", FILES)
def test_a_field_too_many_and_a_field_too_few_are_named_or_allowed(look, name):
    for where in places(FILES[name]):
        less = look(name, broken(FILES[name], where, lambda holder, field: holder.pop(field)))  # fmt: skip
        assert all(problem.line and problem.field and problem.reason for problem in less)
        if isinstance(where[-1], str) and where != ("body",):
            more = broken(FILES[name], where, lambda holder, _: holder.__setitem__("no-such-field", 1))  # fmt: skip
            said = [str(problem) for problem in look(name, more)]
            assert any("no-such-field" in one and "not permitted" in one for one in said), where


MISSING = {
    "routines/good.md": "title summary author review picture goal level body_parts sections stop_rule",
    "programmes/good.md": "title summary author review picture level body_parts phases stop_rule",
    "articles/good.md": "title summary author review picture kind",
    "points/calf-middle.md": "name side body_part find press", "conditions/calf-cramp.md": "name red_flags",
    "exercises/calf-press.md": "name exercise",
}  # fmt: skip


@pytest.mark.parametrize("name", MISSING)
def test_what_is_required_is_asked_for_by_its_name(look, name):
    for field in MISSING[name].split():
        less = {key: value for key, value in FILES[name].items() if key != field}

        found = look(name, less)

        assert (field, "Field required") in {(one.field, one.reason) for one in found}


BYTES = {
    "nothing": b"", "no front": b"Text", "half a front": b"---\ntitle: A\n", "a tab": b"---\n\ttitle: A\n---\n",
    "a number": b"---\n5\n---\n", "a list": b"---\n- a\n---\n", "not utf-8": b"---\ntitle: \xff\n---\n",
    "a nul": b"---\ntitle: a\x00\n---\n", "nested": b"---\n" + b"[" * 5000 + b"\n---\n",
    "a number that is too long": b"---\nsets: " + b"9" * 5000 + b"\n---\n",
    "itself": b"---\n&a title: *a\n---\n", "a loop": b"---\ntitle: &a [*a]\n---\n", "a name twice": b"---\ntitle: A\ntitle: B\n---\n",
    "an object": b"---\ntitle: !!python/object:os.system {}\n---\n", "a list as a name": b"---\n[a, b]: c\n---\n",
    "a surrogate": b'---\ntitle: "\\ud800"\n---\n', "nul in quotes": b'---\ntitle: "\\0"\n---\n', "a number as a name": b"---\n5: a\n---\n",
    "infinity": b"---\nsections: .inf\n---\n", "nobody": b"---\nnull: a\n---\n", "too large": b"---\n# " + b"x" * 2_100_000 + b"\n---\n",
    "control in the text": b"---\ntitle: A\n---\n\x07\n", "merge": b"---\n<<: 5\n---\n",
}  # fmt: skip


@pytest.mark.parametrize("content", BYTES.values(), ids=BYTES.keys())
@pytest.mark.parametrize("name", ["routines/good.md", "muscles.yaml"])
def test_a_file_that_is_no_document_at_all_is_named(pack, name, content):
    (pack / name).write_bytes(content)
    try:
        found = check(pack)
    finally:
        write(pack, name, FILES[name])

    if content or name.endswith(".md"):
        assert any(problem.file == name and problem.reason for problem in found)


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
def test_however_the_bytes_are_damaged_it_is_told_and_never_raised(pack, data):
    name = data.draw(st.sampled_from(sorted(FILES)))
    whole = (pack / name).read_bytes()
    first, last = sorted(data.draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
    middle = data.draw(st.binary(max_size=6) | st.sampled_from([b"---\n", b"- ", b": ", b"{", b'"', b"&a ", b"*a", b"!!int ", b"?"]))  # fmt: skip
    (pack / name).write_bytes(whole[:first] + middle + whole[last:])
    try:
        for problem in check(pack):
            assert problem.file
            assert problem.reason
    finally:
        write(pack, name, FILES[name])


@pytest.mark.parametrize(
    "content", ["{", "[]", "5", '{"leg": 5}', '{"leg": {}}', "[" * 9000, "\ud800"]
)
def test_broken_facts_of_pictures_are_named(tmp_path, content):
    good_pack(tmp_path)
    (tmp_path / "media/media.json").write_bytes(content.encode("utf-8", "surrogatepass"))

    assert "media/media.json" in {problem.file for problem in check(tmp_path)}


@pytest.mark.parametrize("name", FILES)
def test_one_broken_file_keeps_everything_out(db, tmp_path, name):
    good_pack(tmp_path)
    content = FILES[name]
    write(tmp_path, name, [{"slug": "A B"}] if isinstance(content, list) else content | {"name": [], "title": []})  # fmt: skip

    with pytest.raises(PackRefused):
        import_(db, tmp_path)

    assert service.all_documents(db) == []
    assert service.body_parts(db) == []
    assert not any(vocabulary.everything(db).values())


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path):
    good_pack(tmp_path)
    (tmp_path / "routines" / "folder.md").mkdir()

    assert any("cannot be read" in problem.reason for problem in check(tmp_path))
    assert read(tmp_path)[0].documents
