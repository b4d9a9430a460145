"""Past issues of a demo as a file says them: finished, for the archive only, and sent to nobody."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.errors import Invalid
from storefront.issues import frozen
from storefront.issues.models import Issue, IssueSlot
from storefront.issues.office import Office

BY = "demo"


class SlotFile(BaseModel):
    """One place of an issue: content by its name, words of its own, or both."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["lead", "routine", "article", "tool_tip", "next_phase", "product", "text"]
    reference: str = Field(default="", max_length=110, pattern=r"^([a-z]+:[a-z0-9-]+)?$")
    heading: str = Field(default="", max_length=200)
    text: str = ""


class IssueFile(BaseModel):
    """One issue that went out so many days ago, as far as its readers in the archive know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    list: str
    days_ago: int = Field(ge=1, le=3650)
    subject: str = Field(min_length=1, max_length=200, pattern=r"^[^\r\n]+$")
    preheader: str = Field(default="", max_length=200)
    intro: str = Field(min_length=1, max_length=4000)
    slots: tuple[SlotFile, ...] = Field(min_length=1)


def load(db: Session, file: Path, office: Office, now: datetime) -> int:
    """Put the issues of a file into the archive; one that is there stays as it is. Tell how many are new.

    Raises:
        Invalid: an issue is not as it has to be; nothing is changed.
    """
    if not file.is_file():
        return 0
    told = tomllib.loads(file.read_text("utf-8"))
    wanted = {slug: _read(slug, fields) for slug, fields in told.items()}
    here = {*db.scalars(select(Issue.slug).where(Issue.slug.in_(wanted)))}
    new = {slug: each for slug, each in wanted.items() if slug not in here}
    names = _newest(db, office) if new else {}
    for slug, each in new.items():
        _add(db, slug, each, names, office, now)
    return len(new)


def _read(slug: str, fields: object) -> IssueFile:
    try:
        return IssueFile.model_validate(fields)
    except ValidationError as error:
        wrong = error.errors()[0]
        place = ".".join(map(str, (slug, *wrong["loc"])))
        message = f"{place}: {wrong['msg']}."
        raise Invalid(message) from error


def _newest(db: Session, office: Office) -> dict[str, str]:
    """Give the newest revision of everything that issues may show, by its name."""
    found = office.hooks.newsletter_items(db, None)
    return {one.reference.partition("@")[0]: one.reference for one in found}


def _add(
    db: Session, slug: str, told: IssueFile, names: dict[str, str], office: Office, now: datetime
) -> None:  # fmt: skip
    sent_at = now - timedelta(days=told.days_ago)
    if missing := [
        one.reference for one in told.slots if one.reference and one.reference not in names
    ]:
        message = f"{slug}: there is no {missing[0]}."
        raise Invalid(message)
    slots = [
        IssueSlot(
            position=place, kind=one.kind, reference=names.get(one.reference, ""), heading=one.heading, text=one.text,
        )
        for place, one in enumerate(told.slots)
    ]  # fmt: skip
    issue = Issue(
        list_slug=told.list, period=slug[:20], slug=slug, subject=told.subject, preheader=told.preheader,
        intro=told.intro.strip(), state="done", send_at=sent_at, prepared_at=sent_at, done_at=sent_at, created_at=sent_at,
        total=0, made_by=BY, slots=slots,
    )  # fmt: skip
    db.add(issue)
    db.flush()
    issue.frozen = frozen.freeze(db, issue, office, sent_at).model_dump(mode="json")
