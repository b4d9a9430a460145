"""A visit: somebody with a sore calf finds the routine, follows it and takes a sheet along."""

import re

import pytest


@pytest.fixture
def visit(demo_app):
    return demo_app.test_client()


def main_of(page) -> str:
    assert page.status_code == 200
    return page.text[page.text.index("<main") : page.text.index("</main>")]


def link(text: str, words: str) -> str:
    """Find where the first link with these words leads."""
    for address, inside in re.findall(
        r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', text, re.DOTALL
    ):
        if words in re.sub(r"<[^>]+>", "", inside):
            return address
    raise AssertionError(f"There is no link that says {words}.")


def test_from_home_to_following_the_calf_routine_in_three_presses(visit):
    home = main_of(visit.get("/"))
    calf = main_of(visit.get(link(home, "Calf")))
    routine = main_of(visit.get(link(calf, "Calf loosener")))
    player = main_of(visit.get(link(routine, "Start follow-along")))

    assert "Press the calf with two hands" in player
    assert "Left side: 30 seconds" in player
    assert "data-player" in player

    sheet = main_of(visit.get(link(routine, "One page to print")))
    assert "30 seconds each side" in sheet
    assert "QR code" in sheet


def test_a_cramp_at_night_takes_one_press_from_home(visit):
    home = main_of(visit.get("/"))

    player = visit.get(link(home, "Cramp now"))

    text = main_of(player)
    assert (player.status_code, player.request.path) == (200, "/cramp-now")
    assert "Straighten the leg, toes towards you" in text
    assert "call 112" in text


def test_who_owns_a_roller_sees_what_is_missing_and_buys_just_that(visit):
    visit.post("/toolbox", data={"tool": ["mini-roller", "strap"]})
    routine = main_of(visit.get("/routines/hamstring-cramps-press-and-stretch"))

    form = re.search(
        r'<form method="post" action="/cart/lines".*?</form>', routine, re.DOTALL
    ).group()
    skus = re.findall(r'name="sku\[\]" value="(.*?)"', form)

    assert routine.count("In your kit") == 2
    assert len(skus) == 2
    assert not {"ROLL-MINI-M", "STRAP-200"} & set(skus)


def test_a_programme_leads_to_its_routines_and_an_article_to_its_sources(visit):
    routines = main_of(visit.get("/routines/"))
    programmes = main_of(visit.get(link(routines, "Programmes")))
    programme = main_of(visit.get(link(programmes, "Glutes for hamstrings")))
    finder = main_of(visit.get(link(programme, "Glute finder")))
    assert "2 sets × 10 each side" in finder

    library = main_of(visit.get("/library/"))
    article = main_of(visit.get(link(library, "Leg cramps")))
    assert re.search(r'href="#source-[a-z0-9-]+"', article)
