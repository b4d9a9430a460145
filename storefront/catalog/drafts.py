"""A product as a form changes it: the data of its file, held to the very rules of a catalogue pack."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from storefront.catalog import pack as packs
from storefront.catalog import pack_checks
from storefront.catalog.models import Product, Variant
from storefront.catalog.pack_checks import Known
from storefront.catalog.pack_models import MakerFile, Pack, ProductFile, VariantFile
from storefront.errors import Invalid, ShopError

MAKERS = ("maker", "responsible")
SAME = (
    "slug", "name", "summary", "position", "actions", "pressure", "description", "pictures",
    "tax_category", "search_terms", "not_for", "care", "facts", "attributes", "questions",
    "is_physical", "published_at", "unpublished_at",
)  # fmt: skip
PATTERNS = {
    "a-z0-9": "Small letters, digits and single dashes, please.",
    "A-Z0-9": "Capitals, digits and single dashes, please.",
    "A-Z]{2}": "Two capital letters, such as DE.",
    "@": "This is no mail address.",
}


class DraftFile(ProductFile):
    """A product that is being made: it may have no variant yet."""

    variants: tuple[VariantFile, ...] = ()


class ChangedMeanwhile(ShopError):
    """Raised when somebody else has saved since a form was opened."""

    status = 409
    code = "changed_meanwhile"
    title = "Somebody else has saved meanwhile"


@dataclass
class Draft:
    """What a product's file would say, and who it names as makers."""

    product: dict[str, Any]
    makers: dict[str, dict[str, str]] = field(default_factory=dict)  # maker, responsible


def of(product: Product) -> Draft:
    """Give a product as its file would say it."""
    data = {name: getattr(product, name) for name in SAME}
    data["collections"] = [each.slug for each in product.collections]
    data["type"] = product.type_slug
    data["spare_for"] = [each.slug for each in product.spare_for]
    data["variants"] = [variant_data(each) for each in product.variants]
    known = {"maker": product.maker, "responsible": product.responsible}
    makers = {name: dict(told) for name, told in known.items() if told}
    data["safety"] = safety(makers, product.warnings, product.lot_marking)
    return Draft(data, makers)


def safety(
    makers: Mapping[str, object], warnings: Iterable[str], lot_marking: str
) -> dict[str, Any] | None:
    """Give the table of safety; a product without a maker has none."""
    if "maker" not in makers:
        return None
    named: dict[str, Any] = {name: name for name in MAKERS if name in makers}
    return named | {"warnings": list(warnings), "lot_marking": lot_marking}


def variant_data(variant: Variant) -> dict[str, Any]:
    """Give a variant as its product's file would say it."""
    return {
        "sku": variant.sku, "name": variant.name, "slug": variant.slug, "options": dict(variant.options),
        "price_minor": variant.price_minor, "weight_grams": variant.weight_grams,
        "attributes": dict(variant.attributes),
        "components": [{"slug": each.component_slug, "quantity": each.quantity} for each in variant.components],
        "kit": [{"sku": each.item.sku, "quantity": each.quantity} for each in variant.kit_items],
    }  # fmt: skip


def mark(data: Mapping[str, Any], *, besides: Collection[str] = ("variants",)) -> str:
    """Name a state of a draft, to notice that somebody else has saved."""
    kept = {name: value for name, value in data.items() if name not in besides}
    whole = json.dumps(kept, sort_keys=True, default=str)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def state(draft: Draft) -> str:
    """Name the state of a whole product, without its variants."""
    return mark({**draft.product, "makers": draft.makers})


def checked(
    db: Session, draft: Draft, *, asks_safety: bool, pictures: Collection[str] | None = None
) -> Pack:
    """Hold a draft to the rules of a pack.

    Raises:
        Invalid: with a sentence for each field.
    """
    made, wrong = problems(db, draft, asks_safety=asks_safety, pictures=pictures)
    if made is None:
        raise Invalid(" ".join(_capital(each) for each in wrong.values()), fields=wrong)
    return made


def problems(
    db: Session, draft: Draft, *, asks_safety: bool, pictures: Collection[str] | None = None
) -> tuple[Pack | None, dict[str, str]]:
    """Give a draft as a pack, or None, and what is wrong with it by field."""
    wrong: dict[str, str] = {}
    makers = tuple(_maker(name, told, wrong) for name, told in draft.makers.items())
    file = _file(draft.product, wrong)
    known = replace(packs.known(db), asks_safety=asks_safety, pictures=pictures)
    if file is not None and all(makers):
        made = Pack(products=(file,), makers=tuple(each for each in makers if each))
        wrong |= dict(_lines(file, made, known))
        return (None if wrong else made), wrong
    return None, wrong


def _maker(name: str, told: Mapping[str, str], wrong: dict[str, str]) -> MakerFile | None:
    try:
        return MakerFile.model_validate({**told, "slug": name})
    except ValidationError as error:
        wrong |= {f"{name}.{each['loc'][0]}": _sentence(each) for each in error.errors()}
        return None


def _file(data: Mapping[str, Any], wrong: dict[str, str]) -> DraftFile | None:
    try:
        return DraftFile.model_validate(data)
    except ValidationError as error:
        for each in error.errors():
            wrong[".".join(map(str, each["loc"]))] = _sentence(each)
        return None


def _lines(file: ProductFile, made: Pack, known: Known) -> Iterable[tuple[str, str]]:
    for line in pack_checks.of_product(file, made, known, set()):
        where, _, why = line.partition(": ")
        yield where, f"{_capital(why)}."


def _sentence(error: Any) -> str:
    """Say what is wrong with a field as people do."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "string_too_short":
        return "Fill this in."
    if kind == "string_too_long":
        return f"At most {context['max_length']} characters, please."
    if kind == "string_pattern_mismatch":
        told = (text for part, text in PATTERNS.items() if part in context["pattern"])
        return next(told, "This cannot be used.")
    return f"{error['msg']}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
