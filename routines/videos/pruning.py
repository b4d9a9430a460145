"""Files of films that nothing leads to any more: found first, and removed only when that is asked for."""

import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from routines.videos import store
from routines.videos.film import MARK, UPLOADS
from routines.videos.models import Upload
from storefront.public import Settings, objects, transaction

REVISION = re.compile(r"r([1-9]\d*)")


@dataclass(frozen=True)
class Left:
    """Something that can go."""

    name: str  # below the gated folder
    why: str
    size_bytes: int
    paths: tuple[Path, ...] = field(repr=False)  # what stands first goes first
    upload_id: int | None = None


def left_over(db: Session, settings: Settings, before: datetime) -> list[Left]:
    """List what no viewer has been able to reach since a moment.

    Routines, however old their edition, name a film and never a revision of it: what is shown is the newest
    that is ready. The files that a routine names itself are not looked at; they stay.
    """
    old = db.scalars(_superseded(before).order_by(Upload.slug, Upload.revision)).all()
    found = [_of(settings, one.slug, one.revision, "a newer revision is shown", one.id) for one in old]  # fmt: skip
    found += _without_a_row(db, settings, before)
    words = (path for one in _shown(db, {one.id for one in old}) for path in _other_words(one, settings))  # fmt: skip
    found += [_file(settings, path, "other words took its place") for path in _older(words, before)]  # fmt: skip
    gated = store.gated(settings)
    cut_off = [*(gated / store.INCOMING).glob("*"), *gated.rglob(".*.part"), *store.public(settings).glob(".*.part")]  # fmt: skip
    return found + [_file(settings, path, "its making was cut off") for path in _older(cut_off, before)]  # fmt: skip


def remove(settings: Settings, left: Left, before: datetime) -> bool:
    """Remove one of them, and tell whether it could still go.

    The row goes first and the folder last: whoever is killed in between leaves a folder without a row,
    which is found the next time.
    """
    if left.upload_id is not None:
        with transaction() as db:
            mine = _superseded(before).where(Upload.id == left.upload_id)
            upload = db.scalars(mine.with_for_update(of=Upload)).first()
            if upload is None:
                return False
            db.delete(upload)
    elif not list(_older(left.paths[-1:], before)):
        return False
    for path in left.paths:
        if settings.delivery == "s3":
            _from_store(settings, path)
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return True


def _superseded(before: datetime) -> Select[Upload]:
    newer = aliased(Upload)
    is_newer = exists().where(
        newer.slug == Upload.slug, newer.revision > Upload.revision, newer.state == "ready", newer.ready_at < before,
    )  # fmt: skip
    return select(Upload).where(Upload.state.in_(("ready", "failed")), is_newer)


def _of(
    settings: Settings, slug: str, revision: int, why: str, upload_id: int | None = None
) -> Left:
    public = store.public(settings)
    folder = store.gated(settings) / UPLOADS / slug / f"r{revision}"
    stem = f"{slug}-r{revision}-{'[0-9a-f]' * MARK}"
    shown = (
        path
        for kind in ("poster-640.jpg", "preview.mp4")
        for path in public.glob(f"{stem}-{kind}")
    )
    there = tuple(path for path in (*shown, folder) if path.exists())
    return Left(f"{UPLOADS}{slug}/r{revision}", why, sum(map(store.size_of, there)), there, upload_id)  # fmt: skip


def _without_a_row(db: Session, settings: Settings, before: datetime) -> Iterator[Left]:
    """Find folders of revisions that were undone, or whose removal was cut off."""
    known = {(slug, revision) for slug, revision in db.execute(select(Upload.slug, Upload.revision))}  # fmt: skip
    folders = (store.gated(settings) / UPLOADS).glob("*/r*")
    for folder in sorted(_older(folders, before)):
        number = REVISION.fullmatch(folder.name)
        if number and folder.is_dir() and (folder.parent.name, int(number[1])) not in known:
            yield _of(settings, folder.parent.name, int(number[1]), "no film knows of it")


def _shown(db: Session, others: Iterable[int]) -> Iterator[Upload]:
    yield from db.scalars(select(Upload).where(Upload.id.not_in(set(others))))


def _other_words(upload: Upload, settings: Settings) -> Iterator[Path]:
    """Find words in the folder of a revision that it does not name any more."""
    named = {one.name for one in upload.tracks}
    for path in sorted(store.of(upload, settings).glob("*.vtt")):
        if path.name not in named:
            yield path


def _file(settings: Settings, path: Path, why: str) -> Left:
    root = store.gated(settings)
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    return Left(name, why, store.size_of(path), (path,))


def _older(paths: Iterable[Path], before: datetime) -> Iterator[Path]:
    """Leave out what was touched since, and links."""
    for path in paths:
        if not path.is_symlink() and path.lstat().st_mtime < before.timestamp():
            yield path


def _from_store(settings: Settings, path: Path) -> None:
    """Remove from the object store what was put there of a file or folder."""
    there, root = objects.store(settings), store.gated(settings)
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_relative_to(root):
            there.remove(f"{objects.GATED}{file.relative_to(root).as_posix()}")
        else:
            there.remove(f"{objects.PUBLIC}{file.name}")
