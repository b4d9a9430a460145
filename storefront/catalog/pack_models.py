"""The tables of catalogue files: closed models, so that a misspelt field is an error and not a loss."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

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
    parent: Slug | None = None
    was: tuple[Slug, ...] = ()  # names it had before; they lead to it


class AttributeFile(Closed):
    """Something that is told of every product of a type; a number has a unit, a choice its words."""

    slug: Slug
    name: Annotated[str, Field(min_length=1, max_length=80)]
    kind: Literal["number", "choice", "flag", "text"]
    unit: str = Field("", max_length=20)
    choices: tuple[Line, ...] = ()
    required: bool = False


class TypeFile(Closed):
    """A kind of product."""

    slug: Slug
    name: Annotated[str, Field(min_length=1, max_length=120)]
    attributes: tuple[AttributeFile, ...] = ()


class AddressFile(Closed):
    """Who answers for a product: a postal address, a mail address, a country of ISO 3166."""

    name: Annotated[str, Field(min_length=1, max_length=160)]
    address: Annotated[str, Field(min_length=1, max_length=400)]
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class MakerFile(AddressFile):
    """A maker, or the person in the European Union who answers for one."""

    slug: Slug


class SafetyFile(Closed):
    """What the product safety rules ask to be shown."""

    maker: Slug
    responsible: Slug | None = None  # needed where the maker is outside the European Union
    warnings: tuple[Annotated[str, Field(min_length=1, max_length=400)], ...] = ()
    lot_marking: str = Field("", max_length=400)


class PreorderFile(Closed):
    """Pieces that are sold before they arrive."""

    limit: Whole
    ships_from: date
    until: datetime | None = None  # else the beginning of that day


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
    slug: Slug | None = None  # in its address, below the product's; else made of its name
    attributes: dict[Slug, Any] = {}
    preorder: PreorderFile | None = None


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
    type: Slug | None = None
    attributes: dict[Slug, Any] = {}
    spare_for: tuple[Slug, ...] = ()
    was: tuple[Slug, ...] = ()  # names it had before; they lead to it
    published_at: datetime | None = None  # None: at once
    unpublished_at: datetime | None = None
    is_physical: bool = True
    safety: SafetyFile | None = None
    questions: tuple[Question, ...] = ()
    variants: Annotated[tuple[VariantFile, ...], Field(min_length=1)]


class CollectionsFile(Closed):
    """The file collections.toml."""

    collections: tuple[CollectionFile, ...]


class ComponentsFile(Closed):
    """The file components.toml."""

    components: tuple[ComponentFile, ...]


class TypesFile(Closed):
    """The file types.toml."""

    types: tuple[TypeFile, ...]


class MakersFile(Closed):
    """The file makers.toml."""

    makers: tuple[MakerFile, ...]


class Pack(Closed):
    """A whole catalogue, or what is to be added to one."""

    types: tuple[TypeFile, ...] = ()
    makers: tuple[MakerFile, ...] = ()

    collections: tuple[CollectionFile, ...] = ()
    components: tuple[ComponentFile, ...] = ()
    products: tuple[ProductFile, ...] = ()


class PlanFile(Closed):
    """A membership: what it costs, how often, and how long it can be tried."""

    slug: Annotated[Slug, Field(max_length=40)]
    name: Annotated[str, Field(min_length=1, max_length=80)]
    about: str = Field("", max_length=300)
    lookup_key: Annotated[str, Field(pattern=r"^[a-z0-9_]+$", max_length=80)]
    amount_minor: Annotated[int, Field(ge=50, le=99_999_999, strict=True)]
    rhythm: Literal["month", "year"]
    trial_days: Annotated[int, Field(ge=0, le=90, strict=True)] = 14
    position: Whole = 0
    is_offered: bool = True


class PlansFile(Closed):
    """The memberships of a shop."""

    plans: tuple[PlanFile, ...] = ()


class SeedFile(Pack):
    """A shop in one file: goods, counted stock, memberships, and where the content pack lies."""

    stock: dict[Sku, Whole] = {}
    plans: tuple[PlanFile, ...] = ()
    routines: str = ""  # a folder, from where the file lies
