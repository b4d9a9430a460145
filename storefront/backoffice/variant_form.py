"""What the form of a variant asks, and how it becomes the data of its file."""

from collections.abc import Sequence
from typing import Any

from storefront.backoffice import product_form, promotion_form
from storefront.backoffice.fields import Field, Part
from storefront.backoffice.typed import Typed
from storefront.catalog import drafts
from storefront.catalog.kinds import Attribute
from storefront.catalog.models import Component, Variant

MOST = 1000
NEW = (
    Field("sku", "SKU", most=40, hint="Capitals, digits and dashes. It stays for ever."),
    Field("price", "Price", "amount", hint="With the tax, as buyers pay it."),
)
PRICE = (
    Field("price", "Price", "amount"),
    Field("announced", "Show it as a reduction", "check", hint="Beside the lowest price of the 30 days before."),
)  # fmt: skip
BLOCK = (Field("reason", "Why it is not sold", hint="Buyers read it."),)
PREORDER = (
    Field("limit", "Pieces to sell before they arrive", "number"),
    Field("ships_from", "They ship from", "date", hint="Buyers are told this day."),
    Field(
        "until", "Sell them until", "moment", optional=True, hint="Empty: to the day they ship."
    ),
)


def parts(
    components: Sequence[Component], attributes: Sequence[Attribute], *, is_new: bool
) -> list[Part]:
    """List what is asked of a variant."""
    first = [
        Field("name", "Name", most=120, hint="What tells it from its sisters, such as Medium."),
        Field("slug", "Name in its address", most=80, optional=True, hint="Made of its name when it is left empty."),
        Field("options", "Options", "area", rows=2, optional=True, hint="One in a line, such as Colour: Sand."),
        Field("weight_grams", "Weight", "number", unit="g"),
    ]  # fmt: skip
    found = [Part("Variant", [*(NEW if is_new else ()), *first])]
    if attributes:
        own = product_form.asked(attributes, optional=True)
        found.append(Part("Where it differs from its product", own))
    brought = [
        Field(f"component.{each.slug}", each.name, "number", optional=True)
        for each in components
    ]
    if brought:
        found.append(
            Part("What it brings", brought, hint="How many of each part that routines ask for.")
        )
    held = Field(
        "kit", "A kit holds", "area", rows=3, optional=True,
        hint="A SKU and how many of it in a line. Empty: this is no kit.",
    )  # fmt: skip
    return [*found, Part("Kit", [held])]


def values(variant: Variant) -> dict[str, str]:
    """Give a variant as the form shows it."""
    data = drafts.variant_data(variant)
    found = {name: str(data[name]) for name in ("name", "slug", "weight_grams")}
    found["options"] = product_form.pair_lines(data["options"])
    found |= {f"component.{each['slug']}": str(each["quantity"]) for each in data["components"]}
    found["kit"] = "\n".join(f"{each['sku']} {each['quantity']}" for each in data["kit"])
    return found | product_form.attribute_values(data["attributes"])


def read(
    form: Typed, components: Sequence[Component], attributes: Sequence[Attribute]
) -> dict[str, Any]:
    """Read the data of a variant."""
    brought = {
        each.slug: form.whole(f"component.{each.slug}", most=MOST) for each in components
    }
    return {
        "name": form.text("name"), "slug": form.text("slug") or None, "options": form.pairs("options"),
        "weight_grams": form.whole("weight_grams") or 0,
        "components": [{"slug": slug, "quantity": n} for slug, n in brought.items() if n],
        "attributes": product_form.read_attributes(form, attributes),
        "kit": [{"sku": sku, "quantity": n} for sku, n in kit(form).items()],
    }  # fmt: skip


def kit(form: Typed) -> dict[str, int]:
    """Read what a kit holds, by SKU; the same SKU twice is summed."""
    return promotion_form.counted(form, "kit", "a SKU", "ROLL-MINI-M")
