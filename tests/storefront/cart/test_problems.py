"""What is wrong with a line is data: a kind, a sentence, and presses that mend it."""

from dataclasses import replace

import pytest

from storefront.cart.problems import LineFacts, of_line, told

FINE = LineFacts(
    7, "ROLL", "Roller", left=None, is_sold=True, price_minor=2400, agreed_minor=2400
)


def found(**facts):
    return of_line(replace(FINE, **facts), lambda minor: f"{minor} cents")


@pytest.mark.parametrize("agreed", [2400, None])
def test_a_line_that_is_fine_has_no_problem(agreed):
    assert found(agreed_minor=agreed) == ()


@pytest.mark.parametrize(
    ("facts", "kind", "blocks", "actions"),
    [
        ({"left": 0}, "sold_out", True, ["save", "remove", "tell_me"]),
        ({"left": 2}, "too_few", True, ["take", "save", "remove"]),
        ({"is_sold": False, "left": 0}, "not_sold", True, ["remove"]),
        ({"price_minor": 2500}, "dearer", True, ["accept", "save", "remove"]),
        ({"price_minor": 2300}, "cheaper", False, []),
    ],
)
def test_each_problem_has_its_mends(facts, kind, blocks, actions):
    [problem] = found(**facts)

    assert (problem.kind, problem.blocks, problem.line_id) == (kind, blocks, 7)
    assert [mend.action for mend in problem.mends] == actions


def test_a_line_can_be_short_and_dearer_at_once():
    kinds = [problem.kind for problem in found(left=1, price_minor=2500)]

    assert kinds == ["too_few", "dearer"]


def test_a_mend_says_what_it_does_and_carries_its_number():
    short, dearer = found(left=2, price_minor=2500)

    assert (short.mends[0].label, short.mends[0].value) == ("Take 2", "2")
    assert (dearer.mends[0].label, dearer.mends[0].value) == ("I accept 2500 cents", "2500")
    assert "It was 2400 cents" in dearer.sentence


def test_programs_get_the_same_as_data():
    [short] = told(found(left=2))

    assert (short["kind"], short["sku"]) == ("too_few", "ROLL")
    assert short["mends"][0] == {"action": "take", "label": "Take 2", "value": "2"}
