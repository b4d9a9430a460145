"""What the routines add to the shop: the answers to its hooks."""

from pathlib import Path

import click
from flask import Blueprint
from sqlalchemy.orm import Session

from routines.library import findable
from routines.packs import service as packs
from routines.packs.commands import commands as pack_commands
from routines.toolbox import service as toolbox
from routines.videos import files
from routines.videos.views import blueprint as videos
from storefront.public import SearchDocument, hookimpl, web


@hookimpl
def blueprints() -> list[Blueprint]:
    """Hang the routines' pages."""
    return [videos]


@hookimpl
def commands() -> list[click.Command]:
    """Add the commands for content packs."""
    return [pack_commands]


@hookimpl
def load_demo(db: Session, folder: Path) -> str:
    """Publish the demo pack, and put its gated files where only the gate reaches them."""
    done = packs.import_(db, folder)
    files.bring_in(folder / "media" / "gated", web.settings())
    return f"{done.entries} routines, programmes and articles, {done.changed} new or changed"


@hookimpl
def product_facts(db: Session, components: dict[str, frozenset[str]]) -> dict[str, str]:
    """Say on product cards how many routines use the tool."""
    return toolbox.facts_for_products(db, components)


@hookimpl
def search_documents(db: Session) -> list[SearchDocument]:
    """Let search find routines, programmes and articles."""
    return findable.search_documents(db)


@hookimpl
def sitemap_entries(db: Session) -> list[str]:
    """Name the public pages of the routines."""
    return findable.sitemap_entries(db)
