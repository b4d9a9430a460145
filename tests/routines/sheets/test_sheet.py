"""The sheet on one page, as a page to print and as PDF."""

import pytest

from routines.library import service
from routines.sheets import printed
from routines.sheets.sheet import sheet
from routines.toolbox.service import component_names
from storefront import web
from storefront.database import session
from storefront.documents import typeset
from tests.routines.made import needs_tool, publish_routine, step_of


@pytest.fixture
def page(app, client):
    with app.app_context():
        publish_routine(
            session(), "calf",
            step_of("press", dosage={"duration_seconds": 45, "sides": "each"}, tools=[needs_tool("t-handle")],
                    cautions=[{"when": "It tingles", "then": "Let go."}]),
            cautions=[{"when": "You are ill", "then": "Rest."}],
            schedule={"per_day": 2, "days_a_week": 6, "rest_days": 1, "weeks": 6},
        )  # fmt: skip
    return lambda name="sheet": client.get(f"/routines/calf/{name}")


def test_the_sheet_has_steps_doses_cautions_and_boxes_for_each_day(page):
    text = page().text

    for words in ("45 seconds each side", "It tingles", "You are ill", "Twice a day, 6 days a week, 1 day of rest"):  # fmt: skip
        assert words in text
    assert text.count('class="tick"></span><span class="tick">') == 7 * 6
    assert "<svg" in text


def test_the_pdf_is_one_accessible_page(page):
    pytest.importorskip("typst")
    response = page("sheet.pdf")

    assert response.content_type == "application/pdf"
    assert response.data.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in response.data
    assert 'filename="calf.pdf"' in response.headers["Content-Disposition"]


def test_every_demo_routine_fits_on_one_page(demo_app):
    pytest.importorskip("typst")
    with demo_app.test_request_context():
        db = session()
        names = component_names(db)
        for card in service.of_kind(db, "routine"):
            routine = service.find_routine(db, card.slug).document
            content = printed.data(
                sheet(db, routine, names), web.absolute("/play"), "1 May 2026"
            )
            assert typeset.pages(printed.TEMPLATE, printed.on_one_page(content)) == 1, card.slug


def test_words_of_a_routine_are_never_code_of_the_typesetter(app, client):
    pytest.importorskip("typst")
    with app.app_context():
        publish_routine(session(), "calf", step_of(title="#panic() $x$ *a* \\", start="#read(\"/etc/passwd\")"))  # fmt: skip

    assert client.get("/routines/calf/sheet.pdf").status_code == 200
