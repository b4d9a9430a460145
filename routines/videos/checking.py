"""Whether everything that films need is there: files, playlists, captions."""

import posixpath
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from routines.library import embeds
from routines.videos import captions, files, service, uploads
from routines.videos.film import Film
from routines.videos.models import VideoAsset
from storefront.public import Invalid, NotFound, Settings, objects


def problems(db: Session, settings: Settings) -> list[str]:
    """List what is missing or wrong, each as a sentence."""
    found = []
    for asset in db.scalars(select(VideoAsset).options(joinedload(VideoAsset.required)).order_by(VideoAsset.slug)).unique():  # fmt: skip
        found += [f"{asset.slug}: {sentence}" for sentence in _of(db, asset, settings)]
    failed = [one for one in uploads.everything(db) if one.state == "failed"]
    return found + [f"{one.slug}, revision {one.revision}: {one.message}" for one in failed]


def _of(db: Session, asset: VideoAsset, settings: Settings) -> Iterator[str]:
    film = service.film_of(db, asset)
    if asset.embed:
        if set(asset.opens_for) != {"open"}:
            yield embeds.NOT_GATED
        return
    if film is None:
        yield "there is no film yet: nothing was uploaded, or it is not ready."
        return
    for name in _names(film):
        if not _is_there(settings, film.folder + name):
            yield f"{name} is missing in the gated store."
        elif name.endswith(".vtt"):
            yield from _words(settings, film, name)
        elif name.endswith(".m3u8"):
            yield from _playlist(settings, film, name)


def _names(film: Film) -> list[str]:
    sizes, words = [one.name for one in film.sizes], [one.name for one in film.words]
    names = [film.file, *sizes, *words, film.chapters, film.playlist]
    return [name for name in dict.fromkeys(names) if name]


def _is_there(settings: Settings, name: str) -> bool:
    if settings.delivery == "s3":
        return objects.store(settings).has(objects.GATED + name)
    try:
        files.stored(settings, name)
    except NotFound:
        return False
    return True


def _words(settings: Settings, film: Film, name: str) -> Iterator[str]:
    try:
        raw = files.read_text(settings, film.folder + name).encode()
        captions.checked(raw, film.duration_ms)
    except Invalid as problem:
        yield f"{name}: {problem.detail}"


def _playlist(settings: Settings, film: Film, name: str) -> Iterator[str]:
    """Look at what a playlist names: relative, and there."""
    text = files.read_text(settings, film.folder + name)
    base = name.rpartition("/")[0]
    named = [
        line.strip() for line in text.split("\n") if line.strip() and not line.startswith("#")
    ]
    for one in dict.fromkeys(named):
        place = film.place(posixpath.normpath(f"{base}/{one}"))
        if place is None:
            yield f"{name} names {one[:80]}, which is no relative name of a playlist or segment."
        elif not _is_there(settings, place):
            yield f"{one} of {name} is missing in the gated store."
        elif one.endswith(".m3u8"):
            yield from _playlist(settings, film, f"{base}/{one}")
