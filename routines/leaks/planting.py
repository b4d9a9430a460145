"""A film behind the gate with a canary in every file, and everything an author has not published."""

from datetime import timedelta
from pathlib import Path
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from routines.access import shares
from routines.library import service as library
from routines.library.films import Video
from routines.library.models import Entry
from routines.library.publishing import publish
from routines.programmes.models import Enrolment
from routines.studio import service as studio
from routines.videos import service as videos
from routines.videos import store
from storefront.public import Settings, clock, tokens

FILM = "leak-film"
ROUTINE = "leak-routine"
FILES = (
    f"{FILM}.mp4", f"{FILM}.captions.vtt", f"{FILM}.descriptions.vtt", f"{FILM}/master.m3u8",
    f"{FILM}/360/segment-1.m4s",
)  # fmt: skip
# Where somebody would look who guesses well: below a grant of their own making, or among the pictures.
GUESSES = tuple(
    f"{place}/{name}" for name in FILES for place in (f"/gated/x/{FILM}", "/gated/x", "/media")
)
AUTHOR = "author@example.org"
SOON = timedelta(days=9)


class MakeWord(Protocol):
    """Makes a canary word for a place."""

    def __call__(self, where: str, *, is_film: bool = False) -> str:
        """Give a word that was never used before."""


def plant(db: Session, settings: Settings, word: MakeWord) -> list[str]:
    """Plant, and give the names and addresses by which somebody could guess what was planted."""
    film = _film(store.gated(settings), word)
    document = library.find_routine(db, _any_routine(db)).document
    document = document.model_copy(update={"title": "A routine with a film", "video": film})
    publish(db, "routine", ROUTINE, document, is_checked=True)
    entry = db.scalars(select(Entry).where(Entry.slug == ROUTINE)).one()
    videos.store(db, entry.id, film)
    _enrol(db, word)
    _share(db, word)
    return [ROUTINE, FILM, *GUESSES, *_drafts(db, word)]


def _any_routine(db: Session) -> str:
    """Name a published routine, to be copied."""
    published = select(Entry.slug).where(Entry.kind == "routine", Entry.revision_number > 0)
    return db.scalars(published.order_by(Entry.position)).first() or ""


def _film(folder: Path, word: MakeWord) -> Video:
    """Write the files of a film, a canary in each; the name of one is a canary too."""
    (folder / FILM / "360").mkdir(parents=True)
    small = f"{word('name of a file', is_film=True)}.mp4"
    # A film is never read here, only handed out: its bytes may be anything.
    _write(folder / f"{FILM}.mp4", word("film", is_film=True))
    _write(folder / small, word("small film", is_film=True))
    for kind in ("captions", "descriptions"):
        said = word(f"{kind} of a film", is_film=True)
        cue = f"WEBVTT\n\n00:00.000 --> 00:04.000\n{said}\n"
        (folder / f"{FILM}.{kind}.vtt").write_text(cue, "utf-8")
    playlist = word("playlist", is_film=True)
    master = f"#EXTM3U\n# {playlist}\n#EXT-X-STREAM-INF:BANDWIDTH=90000\n360/video.m3u8\n"
    (folder / FILM / "master.m3u8").write_text(master, "ascii")
    segments = "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nsegment-1.m4s\n#EXT-X-ENDLIST\n"
    (folder / FILM / "360" / "video.m3u8").write_text(segments, "ascii")
    _write(folder / FILM / "360" / "segment-1.m4s", word("segment"))
    return Video.model_validate({
        "slug": FILM, "title": "The whole routine", "file": f"{FILM}.mp4", "captions": f"{FILM}.captions.vtt",
        "duration_ms": 5000, "opens_for": ["newsletter", "owns", "member"], "hls": FILM,
        "renditions": [{"file": small, "height": 360}],
        "tracks": [{"kind": "descriptions", "file": f"{FILM}.descriptions.vtt", "language": "en", "label": "Described"}],
    })  # fmt: skip


def _write(file: Path, word: str) -> None:
    """Repeat a word, so that the first, the last and any range hold it."""
    file.write_text(f"{word} " * 64, "ascii")


def _drafts(db: Session, word: MakeWord) -> list[str]:
    """Plant what is written, what waits for a review and what is scheduled."""
    slugs = []
    for state in ("draft", "in_review", "scheduled"):
        for kind in ("routine", "article"):
            slug, title = (
                f"{state}-{kind}".replace("_", "-"),
                word(f"title of a {state} {kind}"),
            )
            raw = {"title": title, "summary": word(f"summary of a {state} {kind}")}
            draft = studio.create(db, kind, title, slug, AUTHOR, clock.now(), raw)
            draft.state = state
            draft.publish_at = clock.now() + SOON if state == "scheduled" else None
            draft.note = word(f"note at a {state} {kind}")
            slugs.append(slug)
    return slugs


def _enrol(db: Session, word: MakeWord) -> None:
    """Plant somebody who follows a programme."""
    programme = db.scalars(select(Entry).where(Entry.kind == "programme")).first()
    if programme is None:
        return
    email = f"{word('address of a follower')}@example.org"
    db.add(
        Enrolment(
            id=tokens.key(), entry_id=programme.id, revision=programme.revision_number,
            routine_revisions={}, email=email, zone="UTC", started_at=clock.now(),
            changed_at=clock.now(), shifts=[],
        )
    )  # fmt: skip


def _share(db: Session, word: MakeWord) -> None:
    """Plant a link to the film: for whom it was made, and by whom."""
    by = f"{word('address of who made a link')}@example.org"
    note = word("note at a link")
    shares.make(db, shares.video_key(FILM), days=9, by=by, now=clock.now(), note=note)
