"""Every question that the shop asks its plugins; `storefront.plugins` asks them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pluggy
from sqlalchemy import Select
from sqlalchemy.orm import Session

from storefront.answers import (
    DeskLink,
    DeskPlace,
    FirstSession,
    Job,
    MenuItem,
    NewsletterBlock,
    NewsletterItem,
    NewsletterLink,
    PackedGoods,
    PackingNote,
    PageSection,
    ProductFacet,
    ReaderFacts,
    SearchDocument,
)  # fmt: skip

if TYPE_CHECKING:
    import click
    from flask import Blueprint

    from storefront.catalog.listing import ProductListing
    from storefront.customers.visitor import Visitor
    from storefront.held import Holding

__all__ = [
    "DeskLink", "DeskPlace", "FirstSession", "Job", "MenuItem", "NewsletterBlock",
    "NewsletterItem", "NewsletterLink", "PackedGoods", "PackingNote", "PageSection", "ProductFacet",
    "ReaderFacts", "SearchDocument", "Spec", "hookimpl",
]  # fmt: skip

NAME = "storefront"
hookspec = pluggy.HookspecMarker(NAME)
hookimpl = pluggy.HookimplMarker(NAME)


class Spec:
    """The questions."""

    @hookspec
    def blueprints(self) -> "list[Blueprint]":
        """Give the blueprints to register below the shop's prefix."""

    @hookspec
    def commands(self) -> "list[click.Command]":
        """Give commands for `storefront` and `flask storefront`."""

    @hookspec
    def jobs(self) -> dict[str, Job]:
        """Give work that the worker does each minute: a name, and what does it at a moment."""

    @hookspec
    def desk_places(self) -> list[DeskPlace]:
        """Give places for the staff: their path, who may come, and links for the menu."""

    @hookspec
    def load_demo(self, db: Session, folder: Path) -> str:
        """Fill the demo content from its folder and say in one line what was loaded."""

    @hookspec
    def menu_items(self) -> list[MenuItem]:
        """Give links for the main menu."""

    @hookspec
    def home_sections(self, db: Session, visitor: "Visitor") -> list[PageSection]:
        """Give parts of the home page."""

    @hookspec
    def product_sections(
        self, db: Session, visitor: "Visitor", product: "ProductListing"
    ) -> list[PageSection]:
        """Give parts of a product page."""

    @hookspec
    def product_facts(
        self, db: Session, components: dict[str, frozenset[str]]
    ) -> dict[str, str]:
        """Give one short fact for product cards: product slug to text, from its components."""

    @hookspec
    def product_facets(
        self, db: Session, components: dict[str, frozenset[str]]
    ) -> list[ProductFacet]:
        """Give groups for the shop's filter; all published products are named with their components."""

    @hookspec
    def cart_notes(
        self, db: Session, visitor: "Visitor", skus: Sequence[str]
    ) -> list[PageSection]:
        """Give parts of the cart page."""

    @hookspec
    def bought_for(self, db: Session, slugs: Sequence[str]) -> dict[str, str]:
        """Name what lines of a cart or an order were put there for: slug of a routine to its title."""

    @hookspec
    def order_notes(self, db: Session, skus: Sequence[str]) -> list[PageSection]:
        """Give parts of the order page once it is paid."""

    @hookspec
    def account_sections(self, db: Session, visitor: "Visitor") -> list[PageSection]:
        """Give parts of the first page of an account; its owner has proven the address."""

    @hookspec
    def privacy_holdings(self) -> "list[Holding]":
        """Say what tables of the plugin keep about an address, and what erasing does to them."""

    @hookspec
    def packing_notes(self, db: Session, lines: Sequence[PackedGoods]) -> list[PackingNote]:
        """Say under which heading packed goods belong, and where to begin with each."""

    @hookspec
    def search_documents(self, db: Session) -> list[SearchDocument]:
        """Give what search should find."""

    @hookspec
    def plant_canaries(self, db: Session, word: Callable[..., str]) -> list[str]:
        """Plant a word in everything gated or private, in a shop made for the leak check."""

    @hookspec
    def sitemap_entries(self, db: Session) -> list[str]:
        """Give public paths for the sitemap, below the shop's prefix."""

    @hookspec
    def newsletter_items(self, db: Session, since: datetime | None) -> list[NewsletterItem]:
        """Give what an issue may carry: published since a moment, or all that is published."""

    @hookspec
    def newsletter_blocks(
        self, db: Session, references: Sequence[str], facts: Sequence[ReaderFacts]
    ) -> dict[ReaderFacts, list[NewsletterBlock]]:
        """Show things to readers of each kind, in the revision that is named; unknown ones are left out."""

    @hookspec
    def newsletter_secrets(
        self, db: Session, references: Sequence[str]
    ) -> dict[str, tuple[str, ...]]:
        """Give words and names that no letter and no archive may hold, for the check before sending."""

    @hookspec(firstresult=True)
    def reader_clause(self, kind: str, value: str) -> Select[str] | None:
        """Give the addresses of readers of a kind, as a statement for segments; None for another's kind."""

    @hookspec
    def newsletter_topics(self, db: Session) -> list[tuple[str, str]]:
        """Give topics that readers may say to care about: value and label, in order."""

    @hookspec
    def reader_choices(self, db: Session) -> dict[str, list[tuple[str, str]]]:
        """Give the values that a kind of segment can have: value and label."""
