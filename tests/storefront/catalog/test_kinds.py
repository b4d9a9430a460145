"""Typed attributes: what cannot be a value is refused with its field, the rest is put into words."""

import pytest

from storefront.catalog import kinds
from storefront.catalog.kinds import Attribute, Spec

DENSITY = Attribute("density", "Density", "number", "kg/m³", required=True)
FOAM = Attribute("material", "Material", "choice", choices=("EVA foam", "EPP foam"))
LATEX = Attribute("latex", "Contains latex", "flag")
NOTE = Attribute("note", "Note", "text")


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        (DENSITY, "84"), (DENSITY, True), (DENSITY, -1), (DENSITY, float("nan")), (DENSITY, 10**9),
        (FOAM, "Stone"), (FOAM, 3), (LATEX, "no"), (LATEX, 0), (NOTE, ""), (NOTE, "x" * 201), (NOTE, None),
    ],
)  # fmt: skip
def test_what_cannot_be_a_value_is_refused(attribute, value):
    assert kinds.wrong_value(attribute, value)


@pytest.mark.parametrize(
    ("attribute", "value", "text"),
    [
        (DENSITY, 84, "84 kg/m³"), (DENSITY, 84.5, "84.5 kg/m³"), (DENSITY, 1830, "1,830 kg/m³"),
        (FOAM, "EVA foam", "EVA foam"), (LATEX, False, "No"), (LATEX, True, "Yes"),
    ],
)  # fmt: skip
def test_a_value_is_written_with_its_unit(attribute, value, text):
    assert not kinds.wrong_value(attribute, value)
    assert kinds.words(attribute, value) == text


def test_what_is_required_may_be_told_by_every_variant():
    assert kinds.problems([DENSITY], {}, [{"density": 84}, {"density": 96}]) == []
    assert [at for at, _ in kinds.problems([DENSITY], {}, [{"density": 84}, {}])] == ["attributes.density"]  # fmt: skip


def test_each_problem_names_its_field():
    wrong = kinds.problems([DENSITY, FOAM], {"density": "x", "colour": "red"}, [{"material": "Stone"}])  # fmt: skip

    assert [at for at, _ in wrong] == [
        "attributes.density", "attributes.colour", "variants.0.attributes.material",
    ]  # fmt: skip


def test_where_variants_differ_each_is_named():
    medium = kinds.specs([DENSITY, LATEX], {"density": 84, "latex": False})
    firm = kinds.specs([DENSITY, LATEX], {"density": 96, "latex": False})

    assert kinds.common([("Medium", medium), ("Firm", firm)]) == (
        Spec("density", "Density", "Medium 84 kg/m³, Firm 96 kg/m³", None, "kg/m³"),
        Spec("latex", "Contains latex", "No", False),
    )
