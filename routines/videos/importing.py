"""Taking a film in: its file whole or not at all, its captions checked, its routine told."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from routines.library import publishing
from routines.library import service as library
from routines.library.documents import Routine
from routines.library.films import Language, Video
from routines.library.pieces import Clause, Slug
from routines.videos import captions as words
from routines.videos import replacing, service, store, tools, uploads
from routines.videos.models import Upload
from routines.videos.probe import Facts, probe
from storefront.public import Invalid, Settings, transaction

SLUG: TypeAdapter[str] = TypeAdapter(Slug)
LANGUAGE: TypeAdapter[str] = TypeAdapter(Language)


@dataclass(frozen=True)
class Wish:
    """What a film shall be called, and what is spoken in it."""

    slug: str
    language: str


def wish(slug: str, language: str) -> Wish:
    """Read what somebody wrote.

    Raises:
        Invalid: a field is not what it should be; each has its sentence.
    """
    wrong = {}
    for field, value, kind, sentence in (
        ("slug", slug, SLUG, "Small letters, digits and single hyphens, 80 at most."),
        ("language", language, LANGUAGE, "A language is written en or pt-BR."),
    ):
        try:
            kind.validate_python(value)
        except ValidationError:
            wrong[field] = sentence
    if wrong:
        raise Invalid(fields=wrong)
    return Wish(slug, language)


def for_routine(
    settings: Settings, slug: str, stream: IO[bytes], original: str, captions: bytes, *, title: str | None,
    language: str, opens_for: Sequence[Clause] | None, now: datetime, replaces: bool = False,
) -> str:  # fmt: skip
    """Take a film for a published routine, which is published anew with it; give the film's name.

    Raises:
        NotFound: there is no such routine.
        Invalid: the file or its captions cannot be used, or it would replace a film unasked; nothing has changed.
    """
    with transaction() as db:
        routine = library.find_routine(db, slug).document
        name = routine.video.slug if routine.video else f"{slug[:67]}-follow-along"
        there = None if replaces else replacing.replaced(db, name)
    wish(name, language)
    if there:
        raise Invalid(
            f"As {name} this would replace {there} for everybody. Say --replace to let it."
        )
    received = receive(settings, stream)
    with Received(received):
        keep(
            settings, name, received, original, captions,
            language=language, by="", now=now, replaces=replaces,
        )  # fmt: skip
    with transaction() as db:
        _publish(db, slug, name, title, opens_for)
    return name


class Received:
    """Removes what came in, unless it was taken."""

    def __init__(self, received: tuple[Path, int, str]) -> None:
        self._file = received[0]

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, *_: object) -> None:
        """Remove the file where it still is."""
        self._file.unlink(missing_ok=True)


def receive(settings: Settings, stream: IO[bytes]) -> tuple[Path, int, str]:
    """Write a stream to the disk, and give the file, its size and checksum.

    Raises:
        Invalid: it is empty, or larger than allowed.
    """
    file = store.incoming(settings)
    return (file, *store.take(stream, file, settings.video_max_bytes))


def keep(
    settings: Settings, slug: str, received: tuple[Path, int, str], original: str, captions: bytes, *,
    language: str, by: str, now: datetime, replaces: bool = False,
) -> int:  # fmt: skip
    """Keep a film that has come in as the next revision, and give the number of its row.

    Where it would replace a film that is there, nothing is made of it before somebody lets it, unless that is said.

    Raises:
        Invalid: it is no film, or its captions do not fit; nothing has changed.
    """
    file, size, checksum = received
    facts = _measure(file, settings)
    text = words.checked(captions, facts.duration_ms if facts else 0) if captions else ""
    noted: dict[str, Any] = {
        "original": "".join(one for one in original if one.isprintable())[-160:], "size_bytes": size,
        "checksum": checksum, "language": language, "by": by, "master": store.master_name(original),
    }  # fmt: skip
    with transaction() as db:
        upload = uploads.begin(db, slug, now=now, **noted)
        folder = store.of(upload, settings)
        _lay_down(folder, file, upload, text)
        if text:
            uploads.add_captions(db, upload, language)
        if facts:
            uploads.measured(db, upload, facts, to_store=settings.delivery == "s3")
        else:
            upload.message = tools.MISSING
        if not replaces and replacing.replaced(db, slug):
            replacing.hold(db, upload)
        return upload.id


def _measure(file: Path, settings: Settings) -> Facts | None:
    """Measure a film; None where that has to wait."""
    try:
        return probe(file, settings)
    except tools.NoTools:
        return None


def _lay_down(folder: Path, file: Path, upload: Upload, captions: str) -> None:
    """Put the files of a revision in place; what an undone transaction left there is replaced."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.replace(file, folder / upload.master)
    if captions:
        (folder / uploads.CAPTIONS).write_text(captions, "utf-8")


def _publish(
    db: Session, slug: str, name: str, title: str | None, opens_for: Sequence[Clause] | None
) -> None:
    """Let a routine name its film; what it says of one already stays unless told."""
    found = library.find_routine(db, slug)
    video = found.document.video or Video(slug=name, title=title or found.document.title)
    told: dict[str, Any] = {
        "title": title,
        "opens_for": tuple(opens_for) if opens_for else None,
    }
    video = video.model_copy(update={field: value for field, value in told.items() if value})
    if video.embed:
        message = "This routine shows a film of another site. Take that out of its text first."
        raise Invalid(message)
    document: Routine = found.document.model_copy(update={"video": video})
    publishing.publish(db, "routine", slug, document, is_checked=True)
    service.store(db, found.id, video)
