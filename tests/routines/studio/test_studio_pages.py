"""The studio's pages: what is missing beside its field, the preview for each reader, files, bad input."""

import io

import pytest

from routines.library import service as library
from routines.library import vocabulary
from routines.library.documents import LibraryExercise
from routines.library.pieces import Person
from routines.studio.models import Draft
from routines.videos import service as videos
from storefront import database
from tests.routines.made import publish_routine, step_of
from tests.routines.studio.in_the_studio import (
    STRETCH,
    WHOLE,
    begin,
    fields_of,
    form_of,
    places,
    save,
    whole_draft,
)
from tests.storefront.backoffice.at_the_desk import signed_in

VIDEO = {
    "slug": "calf", "title": "Follow along", "file": "calf.mp4", "captions": "calf.vtt", "poster": "product-roller",
    "duration_ms": 60_000, "opens_for": ["newsletter", "owns", "member"],
}  # fmt: skip


@pytest.fixture
def ana(app):
    return signed_in(app, "author", "ana@example.org")


def document(db):
    db.rollback()
    return db.query(Draft).one().document


def test_an_incomplete_document_is_kept_and_what_it_lacks_stands_beside_the_field(app, db, ana):
    url = begin(ana)
    typed = {"title": "Calf", "sections": [{"steps": [{"dosage": {"sets": "many"}}]}]}
    assert save(ana, url, typed).status_code == 303

    page = ana.get(url).text

    name = "sections-0-steps-0-dosage-sets"
    assert (
        f'<a href="#{name}">Parts 1, Steps 1, Dose, Sets: Write a whole number, or a range such as 3-4.</a>'
        in page
    )
    assert f'id="{name}-error"' in page
    assert 'value="many" id="' + name in page
    assert '<a href="#stop_rule">When to stop: This is missing.</a>' in page
    assert document(db)["sections"][0]["steps"][0]["dosage"] == {"sets": "many"}


def test_a_promise_of_a_cure_is_told_beside_its_field_also_before_the_rest_is_there(app, ana):
    url = begin(ana)
    save(ana, url, {"title": "Calf", "summary": "It cures cramps."})

    assert (
        '<a href="#summary">In one or two sentences: &#34;cures&#34; promises a cure'
        in ana.get(url).text
    )


def test_a_claim_without_a_source_keeps_an_article_from_review(app, db, ana):
    url = begin(ana, "Cramps", "article")
    save(ana, url, {"title": "Cramps", "summary": "About cramps.", "kind": "how-to", "picture": "product-roller",
                    "author": WHOLE["author"], "body": "Stretching prevents cramps."})  # fmt: skip

    answer = ana.post(f"{url}/send")

    assert answer.status_code == 422
    assert "claims an effect on health: cite its source" in answer.text
    assert db.query(Draft).one().state == "draft"


def test_a_button_of_the_form_changes_what_is_shown_and_saves_nothing(app, db, ana):
    url = whole_draft(app, ana)

    answer = save(ana, url, WHOLE | {"summary": "Typed."}, do="add:sections-0-steps")

    assert answer.status_code == 200
    assert "This is not saved yet." in answer.text
    assert 'id="sections-0-steps-1"' in answer.text
    assert ">\nTyped.</textarea>" in answer.text
    assert document(db) == WHOLE


def test_the_form_that_is_shown_is_the_document_that_was_saved(app, db, ana):
    url = whole_draft(app, ana)

    answer = ana.post(url, data=form_of(ana.get(url).text) | {"do": ["save"]})

    assert answer.status_code == 303
    assert document(db) == WHOLE
    assert db.query(Draft).one().version == 2, "nothing was changed, so there is no new version"


def test_exercises_and_people_are_taken_by_name(app, db, ana):
    exercise = LibraryExercise.model_validate({
        "slug": "wall-stretch", "name": "Wall stretch", "dosage": {"hold_seconds": 30},
        "exercise": {"title": "Wall stretch", "action": "stretch", "start_position": "Face a wall."},
    })  # fmt: skip
    person = Person(slug="ada", name="Ada Demo", credentials="Demo author", demo=True)
    with app.app_context(), database.transaction() as session:
        vocabulary.store(session, "exercise", [exercise])
        vocabulary.store(session, "person", [person])
    url = begin(ana)

    save(
        ana,
        url,
        {
            "sections": [{"steps": [{"exercise": {"slug": "wall-stretch"}}]}],
            "author": {"slug": "ada"},
        },
    )

    step = document(db)["sections"][0]["steps"][0]
    assert step["key"] == "wall-stretch"
    assert step["exercise"]["start_position"] == "Face a wall."
    assert step["dosage"] == {"hold_seconds": {"least": 30, "most": 30}}
    assert document(db)["author"]["credentials"] == "Demo author"


def test_keys_are_made_of_titles_and_differ(app, db, ana):
    url = begin(ana)
    save(
        ana,
        url,
        {
            "sections": [
                {
                    "steps": [
                        {"exercise": {"title": "Über roll"}},
                        {"exercise": {"title": "Über roll"}},
                        {"note": "?"},
                    ]
                }
            ]
        },
    )

    assert [step["key"] for step in document(db)["sections"][0]["steps"]] == [
        "uber-roll",
        "uber-roll-2",
        "step-3",
    ]


@pytest.mark.parametrize(
    ("viewer", "opens"),
    [
        ("visitor", False),
        ("owner", True),
        ("subscriber", True),
        ("member", True),
        ("king", False),
    ],
)
def test_the_gate_decides_for_each_kind_of_reader(app, ana, viewer, opens):
    needs = {"component": "strap", "role": "required"}
    raw = WHOLE | {
        "video": VIDEO,
        "sections": [{"title": "Part 1", "steps": [STRETCH | {"tools": [needs]}]}],
    }
    places(app)
    url = begin(ana)
    save(ana, url, raw)

    page = ana.get(f"{url}/page?viewer={viewer}")

    assert page.status_code == 200
    assert ("<video" in page.text, "Open the follow-along" in page.text) == (opens, not opens)
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert 'type="module"' not in page.text


def test_a_gated_file_goes_to_staff_only_and_only_from_its_folder(app, settings, ana):
    folder = settings.storefront_data / "gated"
    folder.mkdir()
    (folder / "calf.mp4").write_bytes(b"film")
    places(app)
    url = begin(ana)
    save(ana, url, WHOLE | {"video": VIDEO})

    with ana.get(f"{url}/video") as answer:
        assert answer.data == b"film"
    assert app.test_client().get(f"{url}/video").status_code == 303
    assert ana.get(f"{url}/video?part=captions").status_code == 404
    save(ana, url, WHOLE | {"video": VIDEO | {"file": "../storefront.sqlite3"}})
    assert ana.get(f"{url}/video").status_code == 404


def test_the_preview_of_what_is_typed_saves_nothing(app, db, ana):
    url = whole_draft(app, ana)

    page = ana.post(f"{url}/page", data=fields_of(WHOLE | {"title": "Typed just now"}))

    assert "Typed just now" in page.text
    assert document(db) == WHOLE


@pytest.mark.parametrize("kind", ["routine", "programme", "article"])
def test_the_preview_of_almost_nothing_is_a_page(app, ana, kind):
    url = begin(ana, "Bare", kind)

    page = ana.get(f"{url}/page")

    assert page.status_code == 200
    assert "Bare" in page.text
    assert "To come" in page.text


def test_the_timeline_counts_both_sides(app, ana):
    url = whole_draft(app, ana)

    page = ana.get(f"{url}/timeline").text

    assert "left" in page
    assert "right" in page
    assert "2 minutes (1:10)" in page
    assert ana.get(f"{url}/timeline?profile=untimed").status_code == 200
    assert ana.get(f"{begin(ana, 'Cramps', 'article')}/timeline").status_code == 404


def bring(device, name, text, kind="routine"):
    content = text if isinstance(text, bytes) else text.encode()
    return device.post(
        "/studio/import", data={"kind": kind, "file": (io.BytesIO(content), name)}
    )


def test_a_draft_taken_along_and_brought_back_is_the_same(app, db, ana):
    url = whole_draft(app, ana)
    file = ana.get(f"{url}/file")
    assert file.headers["Content-Disposition"] == 'attachment; filename="calf-loosener.md"'
    save(ana, url, WHOLE | {"title": "Other"})

    answer = bring(ana, "calf-loosener.md", file.text)

    assert answer.location == url
    assert document(db) == WHOLE
    ana.post(f"{url}/delete")
    assert bring(ana, "calf-loosener.md", file.text).status_code == 303
    assert document(db) == WHOLE


def test_a_broken_file_is_refused_with_line_and_field_and_changes_nothing(app, db, ana):
    url = whole_draft(app, ana)
    text = (
        ana.get(f"{url}/file")
        .text.replace("goal: relief", "goal: glory")
        .replace("level:", "leval:")
    )

    answer = bring(ana, "calf-loosener.md", text)

    assert answer.status_code == 422
    line = text.split("\n").index("goal: glory") + 1
    assert ">goal<" in answer.text
    assert f">{line}<" in answer.text
    assert ">leval<" in answer.text
    assert document(db) == WHOLE


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [("", "x", "routine"), ("a.md", "", "routine"), ("a.md", "---\n[", "routine"), ("a.md", b"\xff\xfe\x00", "routine"),
     ("../../a b.md", "---\na: b\n---\n", "routine"), ("a.md", "---\na: b\n---\n", "king"),
     ("a.md", "---\n- a\n---\n", "article"), ("x" * 300 + ".md", "---\na: b\n---\n", "routine"),
     ("a.md", "---\nreview: 3\ntitle: {a: b}\n---\n", "programme"), ("a.md", "---\na: &a [*a]\n---\n", "routine"),
     ("a.md", "---\ntitle: '\x00'\n---\n", "routine"), (".md", "---\n---\n", "routine")],
)  # fmt: skip
def test_odd_files_are_refused(app, db, ana, name, content, kind):
    assert bring(ana, name, content, kind).status_code == 422
    assert db.query(Draft).count() == 0


@pytest.mark.parametrize(
    "fields",
    [{"kind": "king", "title": "A"}, {"kind": "routine", "title": ""}, {"kind": "routine", "title": "!!"},
     {"kind": "routine", "title": "A", "slug": "../b"}, {"kind": "routine", "title": "A", "slug": "x" * 81}, {}],
)  # fmt: skip
def test_a_draft_without_a_usable_address_is_not_begun(app, db, ana, fields):
    answer = ana.post("/studio/new", data=fields)

    assert answer.status_code == 422
    assert "<title>Error: New draft" in answer.text
    assert db.query(Draft).count() == 0


def test_an_address_that_is_taken_is_told(app, db, ana):
    begin(ana)

    answer = ana.post("/studio/new", data={"kind": "routine", "title": "Calf loosener"})

    assert answer.status_code == 422
    assert "This address is taken." in answer.text


HOSTILE = ("<script>{{ 7 * 7 }}</script>", "'; DROP TABLE routines_draft; --", "\u202e🦶🏽", "9" * 400, "-1", "[call:99]", "x" * 19_000)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_kept_shown_and_harmless(app, ana, text):
    places(app)
    step = step_of("press-calf", title=text, start=text) | {
        "note": text,
        "key": text,
        "dosage": {"sets": text},
    }
    raw = WHOLE | {"title": text, "body": text, "picture": text, "sections": [{"title": text, "steps": [step]}],
                   "video": {"slug": text, "file": text, "duration_ms": text}, "related": [{"kind": text, "slug": text}]}  # fmt: skip
    url = begin(ana)
    assert save(ana, url, raw).status_code == 303

    for path in (
        "",
        "/page",
        "/preview",
        "/review",
        "/history",
        "/compare",
        "/timeline",
        "/file",
        "/video",
    ):
        answer = ana.get(url + path)
        assert answer.status_code in {200, 404}, path
        assert "<script>{{" not in answer.text or path == "/file"
    assert ana.get("/studio").status_code == 200


@pytest.mark.parametrize(
    "fields",
    [{}, {"seen": "x"}, {"seen": "2", "do": "explode"}, {"seen": "2", "do": "up:sections-99-steps-1"}, {"seen": "-1"},
     {"seen": "2", "do": "preview:king"}, {"seen": "2", "sections-0-steps-0-exercise": "x", "sections": "y"},
     {"seen": "2", "a-" * 300: "x"}, {"seen": "9" * 30}, {"seen": "2", "title-0": "x", "sections-0-0-0": "x"}],
)  # fmt: skip
def test_a_form_that_no_browser_would_send_never_breaks_anything(app, ana, fields):
    url = whole_draft(app, ana)

    for path in (
        "",
        "/page",
        "/approve",
        "/schedule",
        "/send-back",
        "/restore/1",
        "/restore-published/1",
    ):
        answer = ana.post(url + path, data=fields)
        assert answer.status_code < 500, (path, fields)


@pytest.mark.parametrize("path", ["/compare?old=x", "/compare?old=0", "/compare?new=99999999999999999999", "/compare?old=77",
                                  "/page?viewer=%00", "/timeline?profile=%F0", "/preview?viewer=" + "x" * 3000])  # fmt: skip
def test_odd_addresses_are_answered(app, ana, path):
    url = whole_draft(app, ana)

    assert ana.get(url + path).status_code in {200, 404, 422}


def test_a_draft_in_review_is_not_deleted_under_the_reviewer(app, db, ana):
    url = whole_draft(app, ana)
    ana.post(f"{url}/send")

    assert ana.post(f"{url}/delete").status_code == 409
    ana.post(f"{url}/take-back")
    assert ana.post(f"{url}/delete").status_code == 303
    assert db.query(Draft).count() == 0


def test_another_routines_gated_file_cannot_be_opened_by_a_draft(app, db, ana):
    publish_routine(db, "gated-one", video=VIDEO | {"slug": "gated", "opens_for": ["member"]})
    videos.store(db, 1, library.find_routine(db, "gated-one").document.video)
    db.commit()
    url = whole_draft(app, ana, WHOLE | {"video": VIDEO | {"opens_for": ["open"]}})

    assert "This belongs to the film of the routine gated-one." in ana.get(url).text
    assert ana.post(f"{url}/send").status_code == 422
