"""Find pages and load them from files."""

from pathlib import Path

import frontmatter
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.errors import Invalid, NotFound
from storefront.pages.models import InfoPage

FIRST = "help"  # the page that leads to the others


def find_page(db: Session, slug: str) -> InfoPage:
    """Find one page.

    Raises:
        NotFound: there is none of that name.
    """
    page = db.get(InfoPage, slug)
    if page is None:
        raise NotFound
    return page


def all_pages(db: Session) -> list[InfoPage]:
    """List the pages by title."""
    return list(db.scalars(select(InfoPage).order_by(InfoPage.title)))


def load(db: Session, folder: Path) -> int:
    """Write the Markdown files of a folder, each named by its slug, and tell how many.

    Raises:
        Invalid: a file has no title.
    """
    files = sorted(folder.glob("*.md"))
    for file in files:
        post = frontmatter.loads(file.read_text("utf-8"))
        title = str(post.metadata.get("title") or "")
        if not title:
            message = f"{file.name}: title: is missing"
            raise Invalid(message)
        page = db.get(InfoPage, file.stem) or InfoPage(slug=file.stem)
        page.title, page.body = title, post.content
        page.summary = str(post.metadata.get("summary") or "")
        db.add(page)
    db.flush()
    return len(files)
