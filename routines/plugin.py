"""What the routines add to the shop: the answers to its hooks."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click
from flask import Blueprint
from sqlalchemy import Select
from sqlalchemy.orm import Session

from routines.access.commands import content
from routines.account import sections as account
from routines.articles import feed_views, people_views
from routines.articles.views import blueprint as articles
from routines.body.shop_facet import product_facets as body_facets
from routines.body.views import blueprint as body
from routines.leaks import planting
from routines.library import findable
from routines.library.assets import static
from routines.newsletter import audiences
from routines.newsletter import blocks as newsletter
from routines.newsletter import items as newsletter_things
from routines.packs import service as packs
from routines.packs.commands import commands as pack_commands
from routines.pages import sections as page_sections
from routines.pages.api import blueprint as api
from routines.pages.views import blueprint as pages
from routines.plans import upkeep as plan_upkeep
from routines.plans.views import blueprint as plans
from routines.player.views import blueprint as player
from routines.programmes import links as programme_links
from routines.programmes import upkeep
from routines.programmes.mine_views import blueprint as my_programmes
from routines.programmes.models import Enrolment
from routines.programmes.views import blueprint as programmes
from routines.saved import list as saved_list
from routines.saved.models import SavedRoutine
from routines.saved.views import blueprint as saved
from routines.screening.views import blueprint as screening
from routines.sheets.views import blueprint as sheets
from routines.studio import jobs as studio_jobs
from routines.studio.place import PLACE
from routines.studio.rooms import blueprint as studio
from routines.toolbox import packing, sections
from routines.toolbox.plan_views import blueprint as toolbox_pages
from routines.videos import bought, files, share_commands
from routines.videos import jobs as video_jobs
from routines.videos.commands import commands as video_commands
from routines.videos.share_views import blueprint as shares
from routines.videos.transcript_views import blueprint as transcripts
from routines.videos.views import blueprint as videos
from storefront.public import (
    DeskPlace,
    Holding,
    Job,
    MenuItem,
    NewsletterBlock,
    NewsletterItem,
    PackedGoods,
    PackingNote,
    PageSection,
    ProductFacet,
    ProductListing,
    ReaderFacts,
    SearchDocument,
    Visitor,
    events,
    held_by,
    hookimpl,
    web,
)

events.address_proven.connect(saved_list.follow, weak=False)
COMMANDS = (share_commands,)  # add themselves to the group `content`


@hookimpl
def blueprints() -> list[Blueprint]:
    """Hang the routines' pages."""
    return [
        pages,
        body,
        player,
        sheets,
        plans,
        static,
        studio,
        screening,
        toolbox_pages,
        saved,
        programmes,
        my_programmes,
        articles,
        people_views.blueprint,
        feed_views.blueprint,
        videos,
        shares,
        transcripts,
        api,
    ]


@hookimpl
def commands() -> list[click.Command]:
    """Add the commands for content packs, films and what is gated."""
    return [pack_commands, video_commands, content]


@hookimpl
def jobs() -> dict[str, Job]:
    """Open the phases that are due and write their letters; publish drafts at their moment; make films; forget old plans."""
    return {
        "programmes": lambda now: upkeep.run(now, programme_links.office()),
        "studio": studio_jobs.publish_scheduled,
        "videos": video_jobs.run,
        "plans": plan_upkeep.forget_ended,
    }


@hookimpl
def desk_places() -> list[DeskPlace]:
    """Let the staff into the studio, by the rules of the one table."""
    return [PLACE]


@hookimpl
def load_demo(db: Session, folder: Path) -> str:
    """Publish the demo pack, and put its gated files where only the gate reaches them."""
    done = packs.import_(db, folder)
    files.bring_in(folder / "media" / "gated", web.settings())
    return f"{done.entries} routines, programmes and articles, {done.changed} new or changed"


@hookimpl
def menu_items() -> list[MenuItem]:
    """Add the routines to the main menu."""
    return [
        MenuItem("Routines", "routines_library.routine_list", 20),
        MenuItem("Body map", "routines_body.body_page", 30),
        MenuItem("Library", "routines_articles.article_list", 40),
    ]


@hookimpl
def home_sections(db: Session) -> list[PageSection]:
    """Offer the areas of the body and one routine whole on the home page."""
    return page_sections.home_sections(db)


@hookimpl
def product_sections(
    db: Session, visitor: Visitor, product: ProductListing
) -> list[PageSection]:
    """Show on a product's page the routines that use it."""
    return sections.product_section(db, visitor, product)


@hookimpl
def cart_notes(db: Session, visitor: Visitor, skus: Sequence[str]) -> list[PageSection]:
    """Say in the cart what a routine still needs."""
    return sections.cart_notes(db, visitor, skus)


@hookimpl
def bought_for(db: Session, slugs: Sequence[str]) -> dict[str, str]:
    """Name the routines that lines of a cart or an order are for."""
    return packing.titles(db, slugs)


@hookimpl
def order_notes(db: Session, skus: Sequence[str]) -> list[PageSection]:
    """Show on a paid order the routines that it opens."""
    return sections.order_notes(db, skus)


@hookimpl
def account_sections(db: Session, visitor: Visitor) -> list[PageSection]:
    """Show in an account what its owner can do now, saved and follows."""
    return account.account_sections(db, visitor)


@hookimpl
def privacy_holdings() -> list[Holding]:
    """Say what the routines keep about an address."""
    return [
        Holding(SavedRoutine, "Routines you saved", held_by(SavedRoutine.email), "delete"),
        Holding(Enrolment, "Programmes you follow", held_by(Enrolment.email), "delete"),
    ]


@hookimpl
def packing_notes(db: Session, lines: Sequence[PackedGoods]) -> list[PackingNote]:
    """Group goods by routine, lead from each to its first session and to a film that it opens."""
    return bought.with_films(db, packing.notes(db, lines), lines)


@hookimpl
def product_facts(db: Session, components: dict[str, frozenset[str]]) -> dict[str, str]:
    """Say on product cards how many routines use the tool."""
    return sections.product_facts(db, components)


@hookimpl
def product_facets(db: Session, components: dict[str, frozenset[str]]) -> list[ProductFacet]:
    """Let the shop be filtered by body area."""
    return body_facets(db, components)


@hookimpl
def search_documents(db: Session) -> list[SearchDocument]:
    """Let search find routines, programmes and articles."""
    return findable.search_documents(db)


@hookimpl
def plant_canaries(db: Session, word: planting.MakeWord) -> list[str]:
    """Plant a film behind the gate, drafts and an enrolment."""
    return planting.plant(db, web.settings(), word)


@hookimpl
def sitemap_entries(db: Session) -> list[str]:
    """Name the public pages of the routines."""
    return findable.sitemap_entries(db)


@hookimpl
def newsletter_items(db: Session, since: datetime | None) -> list[NewsletterItem]:
    """Propose routines, programmes and articles for an issue."""
    return newsletter_things.items(db, since)


@hookimpl
def newsletter_blocks(
    db: Session, references: Sequence[str], facts: Sequence[ReaderFacts]
) -> dict[ReaderFacts, list[NewsletterBlock]]:
    """Show them to readers of each kind, as the gate decides."""
    return newsletter.blocks(db, references, facts)


@hookimpl
def newsletter_secrets(db: Session, references: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Name the files of gated videos."""
    return newsletter_things.secrets(db, references)


@hookimpl
def reader_clause(kind: str, value: str) -> Select[str] | None:
    """Find who is in which phase of a programme."""
    return audiences.in_phase(value) if kind == "phase" else None


@hookimpl
def newsletter_topics(db: Session) -> list[tuple[str, str]]:
    """Name the areas of the body."""
    return audiences.areas(db)


@hookimpl
def reader_choices(db: Session) -> dict[str, list[tuple[str, str]]]:
    """Name parts of the body and phases of programmes."""
    return audiences.choices(db)
