"""What the files of a catalogue say of one another that is not so, and what they leave out."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from storefront import clock
from storefront.catalog import kinds
from storefront.catalog.kinds import Attribute
from storefront.catalog.pack_models import Pack, ProductFile, SeedFile, TypeFile


@dataclass(frozen=True)
class Known:
    """What a shop has already, so that files may point at it."""

    collections: Collection[str] = ()
    components: Collection[str] = ()
    skus: Mapping[str, bool] = field(default_factory=dict)  # SKU to whether it is a kit
    types: Mapping[str, Sequence[Attribute]] = field(default_factory=dict)
    products: Collection[str] = ()
    asks_safety: bool = False  # whether a physical product must say who answers for it
    pictures: Collection[str] | None = None  # None where nobody knows them


NOTHING = Known()
EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
DEEPEST_TREE = 3


def problems(pack: Pack, known: Known = NOTHING) -> list[str]:
    """List what one file says of another that is not so."""
    found = [*_of_tree(pack, known), *_of_types(pack)]
    seen: set[str] = set()
    for product in pack.products:
        found += [
            f"{product.slug}.toml: {line}" for line in of_product(product, pack, known, seen)
        ]
    return found


def of_product(product: ProductFile, pack: Pack, known: Known, seen: set[str]) -> Iterator[str]:
    """List what is wrong with one product, each as its field and why; `seen` are SKUs so far."""
    yield from _of_places(product, pack, known)
    yield from _of_variants(product, pack, known, seen)
    yield from _of_attributes(product, pack, known)
    yield from _of_safety(product, pack, known)


def _of_tree(pack: Pack, known: Known) -> Iterator[str]:
    """A collection hangs below one that is there, and no deeper than three."""
    parents = {each.slug: each.parent for each in pack.collections}
    for each in pack.collections:
        if each.parent and each.parent not in {*parents, *known.collections}:
            yield f"collections.toml: {each.slug}.parent: there is no {each.parent!r}"
        above, depth = each.parent, 1
        while above and depth <= DEEPEST_TREE:
            above, depth = parents.get(above), depth + 1
        if depth > DEEPEST_TREE:
            yield f"collections.toml: {each.slug}.parent: a tree has {DEEPEST_TREE} levels and no ring"


def _of_types(pack: Pack) -> Iterator[str]:
    for each in pack.types:
        slugs = [attribute.slug for attribute in each.attributes]
        for attribute in each.attributes:
            at = f"types.toml: {each.slug}.{attribute.slug}"
            if slugs.count(attribute.slug) > 1:
                yield f"{at}: is there twice"
            if (attribute.kind == "choice") != bool(attribute.choices):
                yield f"{at}.choices: a choice has them, and nothing else does"
            if attribute.unit and attribute.kind != "number":
                yield f"{at}.unit: only a number has a unit"


def _of_places(product: ProductFile, pack: Pack, known: Known) -> Iterator[str]:
    shelves = {*known.collections, *(each.slug for each in pack.collections)}
    products = {*known.products, *(each.slug for each in pack.products)}
    yield from (f"collections: there is no {slug!r}" for slug in product.collections if slug not in shelves)  # fmt: skip
    yield from (f"spare_for: there is no {slug!r}" for slug in product.spare_for if slug not in products)  # fmt: skip
    if product.slug in product.spare_for:
        yield "spare_for: it is no spare part of itself"
    if known.pictures is not None:
        yield from (f"pictures: media.json has no {name!r}" for name in product.pictures if name not in known.pictures)  # fmt: skip
    begins, ends = product.published_at, product.unpublished_at
    if begins and ends and clock.aware(ends) <= clock.aware(begins):
        yield "unpublished_at: lies before published_at"


def _of_variants(
    product: ProductFile, pack: Pack, known: Known, seen: set[str]
) -> Iterator[str]:
    components = {*known.components, *(each.slug for each in pack.components)}
    kits = kits_of(pack, known)
    names = [each.slug for each in product.variants if each.slug]
    for index, variant in enumerate(product.variants):
        at = f"variants.{index}"
        if variant.sku in seen:
            yield f"{at}.sku: {variant.sku!r} is used twice"
        seen.add(variant.sku)
        if names.count(variant.slug or "") > 1:
            yield f"{at}.slug: {variant.slug!r} is used twice"
        yield from (f"{at}.components: there is no {each.slug!r}" for each in variant.components if each.slug not in components)  # fmt: skip
        yield from (f"{at}.kit: there is no {each.sku!r}" for each in variant.kit if each.sku not in kits)  # fmt: skip
        yield from (f"{at}.kit: {each.sku!r} is a kit itself" for each in variant.kit if kits.get(each.sku))  # fmt: skip
        if variant.kit and variant.stock is not None:
            yield f"{at}.stock: a kit has no stock of its own"
        if variant.kit and variant.preorder:
            yield f"{at}.preorder: a kit has none of its own; its parts may have one"


def _of_attributes(product: ProductFile, pack: Pack, known: Known) -> Iterator[str]:
    if product.type is None:
        if product.attributes or any(each.attributes for each in product.variants):
            yield "attributes: they need a type"
        return
    types = {**known.types, **{each.slug: attributes_of(each) for each in pack.types}}
    if product.type not in types:
        yield f"type: there is no {product.type!r}"
        return
    own = [each.attributes for each in product.variants]
    wrong = kinds.problems(types[product.type], product.attributes, own)
    yield from (f"{where}: {why}" for where, why in wrong)


def attributes_of(file: TypeFile) -> list[Attribute]:
    """Read the attributes of a type as its file gives them."""
    return [Attribute.read(each.model_dump()) for each in file.attributes]


def _of_safety(product: ProductFile, pack: Pack, known: Known) -> Iterator[str]:
    """What can be held in a hand says who made it, and who answers for it in the EU."""
    if product.safety is None:
        if product.is_physical and known.asks_safety:
            yield "safety: is missing: a physical product names its maker (GPSR)"
        return
    makers = {each.slug: each.country for each in pack.makers}
    for name in ("maker", "responsible"):
        slug = getattr(product.safety, name)
        if slug and slug not in makers:
            yield f"safety.{name}: makers.toml has no {slug!r}"
    responsible = makers.get(product.safety.responsible or "")
    if responsible and responsible not in EU:
        yield "safety.responsible: has to be in the European Union"
    if makers.get(product.safety.maker, "DE") not in EU and not product.safety.responsible:
        yield "safety.responsible: is missing: the maker is outside the European Union"


def kits_of(pack: Pack, known: Known = NOTHING) -> dict[str, bool]:
    """Tell of every SKU whether it is a kit."""
    own = {v.sku: bool(v.kit) for product in pack.products for v in product.variants}
    return {**known.skus, **own}


def stock_problems(seed: SeedFile, known: Known) -> list[str]:
    """List what the counted stock of a seed file says that is not so."""
    kits = kits_of(seed, known)
    unknown = [f"stock: there is no {sku!r}" for sku in seed.stock if sku not in kits]
    return unknown + [f"stock: {sku!r} is a kit and has no stock of its own" for sku in seed.stock if kits.get(sku)]  # fmt: skip
