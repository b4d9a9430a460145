"""One draft as a file of a content pack, and back."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from routines.library import vocabulary
from routines.packs.files import FOLDERS, NAME, read
from routines.packs.sources import Problem
from routines.packs.text import page_text
from routines.studio.models import Draft
from routines.studio.typed import Raw
from storefront.public import Invalid

REVIEW = "review: {by: {name: The reviewer to come, credentials: Not reviewed yet}, on: '2000-01-01'}\n"
FRONT = "---\n"


class FileRefused(Invalid):
    """Raised when a file cannot be read as an entry; nothing of it is kept."""

    title = "The file has problems"

    def __init__(self, found: Sequence[Problem]) -> None:
        super().__init__(
            "Nothing of it was taken.",
            fields={"file": "Mend what is listed, then send it again."},
        )
        self.problems = tuple(found)


def file_of(draft: Draft) -> str:
    """Write a draft as Markdown with front matter, whole or not."""
    return page_text(draft.document)


def document_of(db: Session, kind: str, slug: str, content: bytes) -> Raw:
    """Read a file as a document without its review, which is given anew.

    Raises:
        FileRefused: something in it is wrong; each problem has its line and field.
    """
    if not NAME.fullmatch(slug) or len(slug) > 80:
        raise FileRefused([Problem(f"{slug[:80]}.md", None, "", "A file name is made of small letters, digits and single hyphens, 80 at most.")])  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / next(folder for folder, of in FOLDERS.items() if of == kind)
        folder.mkdir()
        (folder / f"{slug}.md").write_bytes(_with_review(content))
        pack, found = read(Path(name), vocabulary.everything(db))
    if found:
        raise FileRefused(found)
    raw = pack.documents[kind, slug].model_dump(mode="json", exclude_defaults=True)
    return {field: value for field, value in raw.items() if field != "review"}


def _with_review(content: bytes) -> bytes:
    """Add a review below the front matter where there is none: it is asked for later."""
    text = content.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
    front, line, rest = text.removeprefix(FRONT).partition(f"\n{FRONT}")
    has_one = any(one.startswith("review:") for one in front.split("\n"))
    if line and text.startswith(FRONT) and not has_one:
        text = f"{FRONT}{front}\n{REVIEW}{FRONT}{rest}"
    return text.encode("utf-8", "surrogateescape")
