"""What plugins answer with: the values that the questions in `hooks` give and take."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storefront.staff.roles import Rule

Job = Callable[[datetime], dict[str, int]]


@dataclass(frozen=True)
class PageSection:
    """A part of a page: a template, its place among the others and what it is given."""

    key: str
    template: str
    order: int = 50
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class MenuItem:
    """A link in the main menu."""

    label: str
    endpoint: str
    order: int = 50


@dataclass(frozen=True)
class DeskLink:
    """A link in the menu of the backoffice, under the heading of its group."""

    label: str
    endpoint: str
    group: str


@dataclass(frozen=True)
class DeskPlace:
    """Pages of a plugin that the staff's sign-in leads to, below one path of their own."""

    path: str  # below the shop's prefix, such as "/studio"
    rules: (
        "Mapping[str, Rule]"  # whole endpoint to who may come; one that is missing is refused
    )
    links: tuple[DeskLink, ...] = ()


@dataclass(frozen=True)
class SearchDocument:
    """One thing that search finds; the text is public, gated text never gets here."""

    kind: str  # "product", "routine", "article", ...
    slug: str
    title: str
    summary: str
    body: str
    url: str  # path below the shop's prefix
    terms: str = ""  # plain words and usual misspellings
    picture: str = ""  # media name


@dataclass(frozen=True)
class PackedGoods:
    """A line of a packing slip, as plugins are asked about it."""

    sku: str
    components: tuple[str, ...]  # slugs
    for_routine: str | None  # why it was bought


@dataclass(frozen=True)
class FirstSession:
    """Where to begin with a tool that has just come: printed as a QR code."""

    title: str
    url: str  # path below the shop's prefix


@dataclass(frozen=True)
class PackingNote:
    """What a plugin says about a line of a packing slip: its group, and where to begin."""

    sku: str
    for_routine: str | None = None
    group: str = ""  # the heading to print it under
    first_sessions: tuple[FirstSession, ...] = ()
    film: str = (
        ""  # of a page with a film that owning the goods opens; a path below the shop's prefix
    )


@dataclass(frozen=True)
class ProductFacet:
    """A group of the shop's filter that a plugin brings: its options in order, and which products have them."""

    name: str  # in the address
    label: str
    options: tuple[tuple[str, str], ...]  # value and label
    products: Mapping[str, frozenset[str]]  # product slug to its values


@dataclass(frozen=True)
class NewsletterItem:
    """Something that an issue of the newsletter may carry, in one frozen revision."""

    reference: str  # kind:slug@revision
    kind: str  # of the slot that it fits
    title: str
    summary: str
    url: str  # a path of this shop
    group: str = ""  # the heading it is proposed under, such as a part of the body
    published_at: datetime | None = None
    unsourced: bool = False  # it makes a claim of health without a reference
    topics: tuple[str, ...] = ()  # that readers may care about
    components: frozenset[str] = frozenset()  # that it cannot be done without


@dataclass(frozen=True)
class ReaderFacts:
    """What decides how a reader is shown an issue; the default is nobody in particular."""

    owned: frozenset[str] = frozenset()  # components
    is_member: bool = False
    reads: bool = False  # a confirmed reader of the newsletter


@dataclass(frozen=True)
class NewsletterLink:
    """Where a block of an issue leads."""

    label: str
    url: str  # a path of this shop
    is_main: bool = False


@dataclass(frozen=True)
class NewsletterBlock:
    """What one reader is shown of one thing in an issue; nothing that the gate keeps from them."""

    reference: str
    state: str  # in a word or two, such as "ready" or "locked": names the variant
    title: str
    text: str
    url: str
    notes: tuple[str, ...] = ()  # what is missing, what stands in, why it is open or closed
    links: tuple[NewsletterLink, ...] = ()
    picture: str = ""  # media name
    components: frozenset[str] = frozenset()  # owning one of these may change the block
