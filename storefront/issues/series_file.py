"""Series for new readers as a file says them: `[list.series.key]`, stored beside the list."""

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storefront.errors import Invalid
from storefront.issues.models import SeriesLetter


class LetterFile(BaseModel):
    """One letter of a series."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: int = Field(ge=1, le=365)
    subject: str = Field(min_length=1, max_length=200, pattern=r"^[^\r\n]+$")
    intro: str = Field(min_length=1, max_length=4000)
    shows: Literal["words", "begin", "tools"] = "words"
    reference: str = Field(default="", max_length=120, pattern=r"^([a-z]+:[a-z0-9-]+)?$")


def load(db: Session, file: Path) -> int:
    """Keep exactly the letters of a file for the lists that it names; tell how many.

    Raises:
        Invalid: a letter is not as it has to be; nothing is changed.
    """
    if not file.is_file():
        return 0
    told = tomllib.loads(file.read_text("utf-8"))
    wanted = {
        (slug, key): _read(f"{slug}.series.{key}", letter)
        for slug, fields in told.items()
        for key, letter in fields.get("series", {}).items()
    }
    db.execute(
        update(SeriesLetter).where(SeriesLetter.list_slug.in_(list(told))).values(is_on=False)
    )
    for (slug, key), letter in wanted.items():
        _save(db, slug, key, letter)
    return len(wanted)


def _read(name: str, letter: object) -> LetterFile:
    try:
        return LetterFile.model_validate(letter)
    except ValidationError as error:
        wrong = error.errors()[0]
        place = ".".join(map(str, (name, *wrong["loc"])))
        message = f"{place}: {wrong['msg']}."
        raise Invalid(message) from error


def _save(db: Session, slug: str, key: str, letter: LetterFile) -> None:
    """Make a letter or change it; whoever has had it does not get it again."""
    here = select(SeriesLetter).where(SeriesLetter.list_slug == slug, SeriesLetter.key == key)
    found = db.scalar(here)
    if found is None:
        found = SeriesLetter(list_slug=slug, key=key)
        db.add(found)
    for name, value in letter.model_dump().items():
        setattr(found, name, value)
    found.is_on = True
    db.flush()
    db.refresh(found)
