from routines.library import vocabulary
from routines.library.documents import Condition, ToolCare
from routines.toolbox.service import component_names, names_and_words
from tests.makers import both, make_component
from tests.storefront.backoffice.counted import statements

KINDS = ("condition", "tool_care", "point")


@both
def test_names_and_words_come_in_one_statement_as_they_do_in_two(app, db):
    make_component(db, "strap", "Strap")
    make_component(db, "mat", "Mat")
    flags = ("See a doctor.",)
    conditions = [Condition(slug=slug, name=slug, red_flags=flags) for slug in ("tight", "ache")]  # fmt: skip
    vocabulary.store(db, "condition", conditions)
    vocabulary.store(db, "tool_care", [ToolCare(slug="strap", name="Strap")])
    db.commit()
    found = []

    cost = statements(app, lambda: found.extend(names_and_words(db, KINDS)))

    assert cost == 1
    assert found[0] == component_names(db) == {"strap": "Strap", "mat": "Mat"}
    assert found[1] == vocabulary.everything(db, KINDS)
    assert list(found[1]["condition"]) == ["tight", "ache"]
