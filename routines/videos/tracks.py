"""Words of a film that is there already: added, or put in place of others, without sending the film again."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from routines.library import publishing
from routines.library import service as library
from routines.library.documents import Routine
from routines.library.films import Track, Video
from routines.videos import captions, importing, service, store
from routines.videos.film import UPLOADS
from routines.videos.models import TRACK_KINDS, Upload, UploadTrack
from storefront.public import (
    Invalid,
    Settings,
    guards,
    objects,
    raise_content_revision,
    transaction,
)

NOT_HERE = "There is no film here that words could go with: nothing was uploaded, or it is on another site."


@dataclass(frozen=True)
class Wish:
    """What words are; an empty language is that of the film, an empty label is made of kind and language."""

    kind: str = "captions"
    language: str = ""
    label: str = ""

    def label_in(self, language: str, spoken: str) -> str:
        """Name the words in a player's menu."""
        kind = self.kind.capitalize()
        return self.label or (kind if language == spoken else f"{kind} ({language})")


def wish(kind: str, language: str, label: str) -> Wish:
    """Read what somebody wrote.

    Raises:
        Invalid: a field is not what it should be; each has its sentence.
    """
    wrong = {}
    if kind not in TRACK_KINDS:
        wrong["kind"] = f"Choose one of {', '.join(TRACK_KINDS)}."
    if language:
        try:
            importing.wish("film", language)
        except Invalid as problem:
            wrong |= problem.fields
    if wrong:
        raise Invalid(fields=wrong)
    return Wish(kind, language, guards.printable(label).strip())


def put(settings: Settings, slug: str, raw: bytes, wanted: Wish) -> str:
    """Give a film words, in place of those of their kind and language, and tell the name of their file.

    Raises:
        NotFound: there is no such film.
        Invalid: the words do not fit, or the film's files are not here; nothing has changed.
    """
    if not raw:
        raise Invalid(fields={"captions": "Choose a WebVTT file."})
    with transaction() as db:
        upload = db.scalars(_newest(slug).with_for_update()).first()
        if upload is not None:
            return _to_upload(db, settings, upload, raw, wanted)
        return _to_routine(db, settings, slug, raw, wanted)


def of(db: Session, slug: str) -> Sequence[UploadTrack]:
    """List the words of the revision that new ones would go to."""
    upload = db.scalars(_newest(slug)).first()
    return upload.tracks if upload else ()


def _newest(slug: str) -> Select[Upload]:
    """Look for the newest revision that is shown or will be."""
    mine = select(Upload).where(Upload.slug == slug, Upload.state.not_in(("failed", "held")))
    return mine.order_by(Upload.revision.desc()).limit(1)


def _to_upload(
    db: Session, settings: Settings, upload: Upload, raw: bytes, wanted: Wish
) -> str:
    language = wanted.language or upload.language
    text, name = _named(raw, upload.duration_ms, wanted.kind, language)
    _lay(settings, f"{UPLOADS}{upload.slug}/r{upload.revision}/{name}", text)
    same = (one for one in upload.tracks if (one.kind, one.language) == (wanted.kind, language))
    track = next(same, None)
    if track is None:
        track = UploadTrack(kind=wanted.kind, language=language)
        upload.tracks.append(track)
    elif track.name != name:
        _replaced(store.of(upload, settings) / track.name)
    track.name, track.label = name, wanted.label_in(language, upload.language)
    db.flush()
    raise_content_revision(db)  # what is said in a film is a page
    return name


def _to_routine(db: Session, settings: Settings, slug: str, raw: bytes, wanted: Wish) -> str:
    """Publish the routine that names the film's files anew, with these words."""
    asset = service.find(db, slug)
    owner = service.routine_of(db, slug)
    found = library.find_routine(db, owner[0]) if owner else None
    video = found.document.video if found else None
    if found is None or video is None or not video.file:
        raise Invalid(NOT_HERE)
    language = wanted.language or video.language
    text, inside = _named(raw, asset.duration_ms, wanted.kind, language)
    name = f"{slug}-{inside}"
    _lay(settings, name, text)
    video = video.model_copy(update=_said(video, name, language, wanted))
    document: Routine = found.document.model_copy(update={"video": video})
    publishing.publish(db, "routine", found.slug, document, is_checked=True)
    service.store(db, found.id, video)
    return name


def _said(video: Video, name: str, language: str, wanted: Wish) -> dict[str, Any]:
    """Tell what changes in what a routine says of its film."""
    if wanted.kind == "chapters":
        return {"chapters": name}
    if wanted.kind == "captions" and language == video.language:
        return {"captions": name}
    label = wanted.label_in(language, video.language)
    fresh = Track.model_validate({"kind": wanted.kind, "file": name, "language": language, "label": label})  # fmt: skip
    kept = [one for one in video.tracks if (one.kind, one.language) != (fresh.kind, language)]
    return {"tracks": (*kept, fresh)}


def _named(raw: bytes, duration_ms: int, kind: str, language: str) -> tuple[str, str]:
    """Check words, and name their file by what is in it: the old one stays whole while somebody reads it."""
    text = captions.checked(raw, duration_ms)
    digest = hashlib.sha256(f"{language}\n{text}".encode()).hexdigest()
    return text, f"{kind}-{digest[:12]}.vtt"


def _replaced(old: Path) -> None:
    """Note when words were replaced: their file stays for a while for whoever has its address."""
    if old.is_file():
        os.utime(old)


def _lay(settings: Settings, name: str, text: str) -> None:
    """Put words where they are delivered from."""
    goal: Path = store.gated(settings) / name
    goal.parent.mkdir(parents=True, exist_ok=True)
    draft = store.draft(goal)
    draft.write_text(text, "utf-8")
    draft.replace(goal)
    if settings.delivery == "s3":
        objects.store(settings).put(f"{objects.GATED}{name}", goal)
