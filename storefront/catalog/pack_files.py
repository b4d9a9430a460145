"""The files of a catalogue pack: closed models, so that a misspelt field is an error and not a loss."""

import json
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from storefront.errors import Invalid

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Sku = Annotated[str, Field(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)*$", max_length=40)]
Line = Annotated[str, Field(min_length=1, max_length=400)]
Whole = Annotated[int, Field(ge=0, le=2**31 - 1, strict=True)]
Positive = Annotated[int, Field(ge=1, le=1000, strict=True)]


class Closed(BaseModel):
    """A table of a file: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CollectionFile(Closed):
    """A shelf."""

    slug: Slug
    name: Annotated[str, Field(min_length=1, max_length=120)]
    summary: str = Field("", max_length=400)
    position: Whole = 0


class ComponentFile(Closed):
    """A part that routines ask for."""

    slug: Slug
    name: Annotated[str, Field(min_length=1, max_length=120)]
    note: str = Field("", max_length=400)


class Brings(Closed):
    """A component inside a variant."""

    slug: Slug
    quantity: Positive = 1


class Holds(Closed):
    """A variant inside a kit."""

    sku: Sku
    quantity: Positive = 1


class Question(Closed):
    """A question that buyers ask, and its answer."""

    ask: Line
    answer: Annotated[str, Field(min_length=1, max_length=2000)]


class VariantFile(Closed):
    """One thing to buy; a kit has parts and no stock of its own."""

    sku: Sku
    name: Annotated[str, Field(min_length=1, max_length=120)]
    options: dict[str, str] = {}
    price_minor: Whole
    weight_grams: Whole = 0
    stock: Whole | None = None
    components: tuple[Brings, ...] = ()
    kit: tuple[Holds, ...] = ()


class ProductFile(Closed):
    """One product page and its variants."""

    slug: Slug
    name: Annotated[str, Field(min_length=1, max_length=160)]
    summary: str = Field("", max_length=400)
    position: Whole = 0
    collections: tuple[Slug, ...] = ()
    actions: tuple[Literal["press", "stretch", "roll"], ...] = ()
    pressure: Literal["light", "medium", "firm"] | None = None
    description: str = ""
    pictures: tuple[Slug, ...] = ()
    tax_category: Literal["standard", "reduced", "zero"] = "standard"
    search_terms: tuple[Line, ...] = ()
    not_for: str = ""
    care: str = ""
    facts: dict[str, str] = {}
    questions: tuple[Question, ...] = ()
    variants: Annotated[tuple[VariantFile, ...], Field(min_length=1)]


class CollectionsFile(Closed):
    """The file collections.toml."""

    collections: tuple[CollectionFile, ...]


class ComponentsFile(Closed):
    """The file components.toml."""

    components: tuple[ComponentFile, ...]


class Pack(Closed):
    """A whole catalogue, or what is to be added to one."""

    collections: tuple[CollectionFile, ...] = ()
    components: tuple[ComponentFile, ...] = ()
    products: tuple[ProductFile, ...] = ()


class SeedFile(Pack):
    """A shop in one file: goods, counted stock, and where the content pack lies."""

    stock: dict[Sku, Whole] = {}
    routines: str = ""  # a folder, from where the file lies


@dataclass(frozen=True)
class Known:
    """What a shop has already, so that files may point at it."""

    collections: Collection[str] = ()
    components: Collection[str] = ()
    skus: Mapping[str, bool] = field(default_factory=dict)  # SKU to whether it is a kit
    pictures: Collection[str] | None = None  # None where nobody knows them


NOTHING = Known()

Model = TypeVar("Model", bound=BaseModel)


def read(folder: Path) -> Pack:
    """Read a catalogue folder.

    Raises:
        Invalid: names the file, the field and the reason of everything that is wrong.
    """
    pack = Pack(
        collections=_file(folder / "collections.toml", CollectionsFile).collections,
        components=_file(folder / "components.toml", ComponentsFile).components,
        products=tuple(_file(path, ProductFile) for path in sorted((folder / "products").glob("*.toml"))),
    )  # fmt: skip
    wrong = problems(pack, Known(pictures=_pictures(folder.parent / "media" / "media.json")))
    if wrong:
        raise Invalid("\n".join(wrong))
    return pack


def _pictures(manifest: Path) -> Collection[str] | None:
    return json.loads(manifest.read_text("utf-8")).keys() if manifest.is_file() else None


def read_seed(path: Path, known: Known) -> SeedFile:
    """Read a shop in one file; it may point at what the shop has already.

    Raises:
        Invalid: names the file, the field and the reason of everything that is wrong.
    """
    seed = _file(path, SeedFile)
    wrong = [*problems(seed, known), *_stock_problems(seed, known)]
    if seed.routines and not (path.parent / seed.routines).is_dir():
        wrong.append(f"routines: there is no folder {seed.routines!r} beside the file")
    if wrong:
        raise Invalid("\n".join(f"{path.name}: {line}" for line in wrong))
    return seed


def _file(path: Path, model: type[Model]) -> Model:
    try:
        return model.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        message = f"{path.name}: cannot be read ({error.strerror})"
        raise Invalid(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path.name}: {error}"
        raise Invalid(message) from error
    except ValidationError as error:
        lines = [
            f"{path.name}: {'.'.join(map(str, wrong['loc']))}: {wrong['msg']}"
            for wrong in error.errors()
        ]
        raise Invalid("\n".join(lines)) from error


def problems(pack: Pack, known: Known = NOTHING) -> list[str]:
    """List what one file says of another that is not so."""
    components = {*known.components, *(each.slug for each in pack.components)}
    shelves = {*known.collections, *(each.slug for each in pack.collections)}
    kits = kits_of(pack, known)
    found: list[str] = []
    seen: set[str] = set()
    for product in pack.products:
        where = f"{product.slug}.toml"
        found += [f"{where}: collections: there is no {slug!r}" for slug in product.collections if slug not in shelves]  # fmt: skip
        if known.pictures is not None:
            found += [f"{where}: pictures: media.json has no {name!r}" for name in product.pictures if name not in known.pictures]  # fmt: skip
        for index, variant in enumerate(product.variants):
            at = f"{where}: variants.{index}"
            if variant.sku in seen:
                found.append(f"{at}.sku: {variant.sku!r} is used twice")
            seen.add(variant.sku)
            found += [f"{at}.components: there is no {each.slug!r}" for each in variant.components if each.slug not in components]  # fmt: skip
            found += [f"{at}.kit: there is no {each.sku!r}" for each in variant.kit if each.sku not in kits]  # fmt: skip
            found += [f"{at}.kit: {each.sku!r} is a kit itself" for each in variant.kit if kits.get(each.sku)]  # fmt: skip
            if variant.kit and variant.stock is not None:
                found.append(f"{at}.stock: a kit has no stock of its own")
    return found


def kits_of(pack: Pack, known: Known = NOTHING) -> dict[str, bool]:
    """Tell of every SKU whether it is a kit."""
    own = {v.sku: bool(v.kit) for product in pack.products for v in product.variants}
    return {**known.skus, **own}


def _stock_problems(seed: SeedFile, known: Known) -> list[str]:
    kits = kits_of(seed, known)
    unknown = [f"stock: there is no {sku!r}" for sku in seed.stock if sku not in kits]
    return unknown + [f"stock: {sku!r} is a kit and has no stock of its own" for sku in seed.stock if kits.get(sku)]  # fmt: skip
