"""Making what an upload needs, part by part: what is done stays done, whoever is cut off."""

import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from routines.videos import recipes, store, tools, uploads
from routines.videos.film import public_stem
from routines.videos.models import Part, Upload
from routines.videos.probe import probe
from storefront.public import Invalid, Settings, clock, objects, session, transaction

log = logging.getLogger(__name__)

TELL_SECONDS = 2  # how often progress is written down
Tell = Callable[[str, int], None]  # the name of a part, and its per cent


@dataclass(frozen=True)
class Task:
    """One part to make, with all that is needed for it, so that no row is held meanwhile."""

    part_id: int
    kind: str
    name: str
    frame: recipes.Frame
    folder: Path
    master: Path
    public_stem: str
    sizes: tuple[Path, ...]
    duration_ms: int
    has_sound: bool


def work(settings: Settings, *, whatever_lease: bool = False, tell: Tell | None = None) -> int:
    """Make whatever waits, and tell how many parts that were.

    Args:
        settings: those of the shop.
        whatever_lease: also take up what another may still be at.
        tell: hears of progress.

    Raises:
        NoTools: ffmpeg is not there; what waits goes on waiting, and says so.
    """
    look_into(settings)
    made = 0
    while task := _next(settings, whatever_lease=whatever_lease):
        _make(settings, task, tell or (lambda _name, _percent: None))
        made += 1
    return made


def look_into(settings: Settings) -> None:
    """Measure the uploads that nobody could look into yet.

    Raises:
        NoTools: ffprobe is not there.
    """
    for upload_id in uploads.unmeasured(session()):
        upload = session().get_one(Upload, upload_id)
        master = store.of(upload, settings) / upload.master
        try:
            facts = probe(master, settings)
        except tools.NoTools:
            with transaction() as db:
                db.get_one(Upload, upload_id).message = tools.MISSING
            raise
        except Invalid as problem:
            with transaction() as db:
                upload = db.get_one(Upload, upload_id)
                upload.state, upload.message = "failed", problem.detail
            continue
        with transaction() as db:
            upload = db.get_one(Upload, upload_id)
            uploads.measured(db, upload, facts, to_store=settings.delivery == "s3")


def _next(settings: Settings, *, whatever_lease: bool) -> Task | None:
    with transaction() as db:
        part = uploads.claim(db, clock.now(), whatever_lease=whatever_lease)
        return _task(db.get_one(Upload, part.upload_id), part, settings) if part else None


def _task(upload: Upload, part: Part, settings: Settings) -> Task:
    folder = store.of(upload, settings)
    return Task(
        part_id=part.id, kind=part.kind, name=part.name, frame=recipes.Frame(part.width, part.height), folder=folder,
        master=folder / upload.master, public_stem=public_stem(upload),
        sizes=tuple(folder / one.name for one in upload.parts if one.kind == "mp4"),
        duration_ms=upload.duration_ms, has_sound=upload.has_sound,
    )  # fmt: skip


def _make(settings: Settings, task: Task, tell: Tell) -> None:
    """Make one part; whatever goes wrong with it is written down.

    Raises:
        NoTools: ffmpeg is not there.
    """
    try:
        size = _made(settings, task, _teller(task, tell))
    except tools.NoTools:
        with transaction() as db:
            db.get_one(Part, task.part_id).tries = 0
            uploads.failed(db, task.part_id, tools.MISSING)
        raise
    except Exception as error:
        # Programs, disks and stores fail in ways that have no list (those of obstore have no common
        # root). A row that did not tell of it would be taken up every minute for ever.
        log.exception("%s of %s could not be made", task.name, task.public_stem)
        with transaction() as db:
            uploads.failed(db, task.part_id, f"{type(error).__name__}.")
        return
    with transaction() as db:
        uploads.done(db, task.part_id, size, clock.now())
    tell(task.name, 100)


def _made(settings: Settings, task: Task, tell: Callable[[int], None]) -> int:
    """Make one part beside its place, and put it there when it is whole."""
    if task.kind == "store":
        return _to_store(settings, task)
    goal = _goal(settings, task)
    goal.parent.mkdir(parents=True, exist_ok=True)
    draft = store.draft(goal)
    if task.kind == "hls":
        draft.mkdir()
    try:
        tools.make(settings, _recipe(task, draft), task.duration_ms, tell)
        if goal.is_dir():
            shutil.rmtree(goal)
        draft.replace(goal)
    finally:
        shutil.rmtree(draft, ignore_errors=True) if draft.is_dir() else draft.unlink(
            missing_ok=True
        )
    return store.size_of(goal)


def _goal(settings: Settings, task: Task) -> Path:
    if task.kind == "poster":
        return store.public(settings) / f"{task.public_stem}-poster-640.jpg"
    if task.kind == "preview":
        return store.public(settings) / f"{task.public_stem}-preview.mp4"
    return task.folder / task.name


def _recipe(task: Task, draft: Path) -> list[str]:
    if task.kind == "poster":
        return recipes.poster(task.master, draft, task.duration_ms)
    if task.kind == "preview":
        return recipes.preview(task.master, draft, task.frame)
    if task.kind == "mp4":
        return recipes.mp4(task.master, draft, task.frame)
    return recipes.hls(task.sizes, draft, has_sound=task.has_sound)


def _to_store(settings: Settings, task: Task) -> int:
    """Put everything that is delivered into the object store; the master stays here."""
    there = objects.store(settings)
    files = [file for file in sorted(task.folder.rglob("*")) if file.is_file()
             and file != task.master and not file.name.startswith(".")]  # fmt: skip
    for file in files:
        there.put(f"{objects.GATED}{file.relative_to(store.gated(settings))}", file)
    for name in (f"{task.public_stem}-poster-640.jpg", f"{task.public_stem}-preview.mp4"):
        there.put(f"{objects.PUBLIC}{name}", store.public(settings) / name)
    return sum(file.stat().st_size for file in files)


def _teller(task: Task, tell: Tell) -> Callable[[int], None]:
    """Write progress down now and then, in a transaction of its own."""
    last = [0.0]

    def note(percent: int) -> None:
        if time.monotonic() - last[0] < TELL_SECONDS:
            return
        last[0] = time.monotonic()
        with transaction() as db:
            uploads.told(db, task.part_id, percent, clock.now())
        tell(task.name, percent)

    return note
