"""Whose turn it is among the parts of a film."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from routines.library.films import Video
from routines.library.models import Entry
from routines.videos import service, uploads
from routines.videos.models import Part, Upload
from storefront import clock, database
from tests.makers import both
from tests.routines.made import needs_tool, publish_routine, step_of
from tests.storefront.backoffice.counted import statements


@pytest.fixture
def upload(db) -> Upload:
    """A film of two parts that are being made."""
    facts = {"original": "a.mp4", "master": "master.mp4", "size_bytes": 1, "checksum": "x"}
    made = uploads.begin(db, "film", now=clock.now(), **facts)
    made.state = "deriving"
    made.parts = [Part(position=at, kind="mp4", name=f"{at}.mp4", state="working") for at in (0, 1)]  # fmt: skip
    db.commit()
    return made


@both
def test_a_film_is_ready_with_its_last_part(db, upload):
    first, last = (part.id for part in upload.parts)
    uploads.done(db, first, 1, clock.now())
    assert upload.state == "deriving"

    uploads.done(db, last, 1, clock.now())

    assert upload.state == "ready"


@both
def test_pages_that_were_kept_are_stale_once_a_film_is_ready(db, upload):
    first, last = (part.id for part in upload.parts)
    before = database.content_revision(db)
    uploads.done(db, first, 1, clock.now())
    assert database.content_revision(db) == before

    uploads.done(db, last, 1, clock.now())

    assert database.content_revision(db) == before + 1


@both
def test_a_routine_shows_its_newest_film_that_is_ready(app, db):
    publish_routine(db, "ham", step_of(tools=[needs_tool("strap"), needs_tool("mat")]))
    entry_id = db.query(Entry.id).scalar()
    service.store(db, entry_id, Video(slug="film", title="Film"))
    assert service.named(db, "film")[1] is None
    for state in ("ready", "ready", "deriving", "failed"):
        facts = {"original": "a.mp4", "master": "master.mp4", "size_bytes": 1, "checksum": "x"}
        made = uploads.begin(db, "film", now=clock.now(), state=state, **facts)
        made.parts = [Part(position=at, kind="mp4", name=f"{at}.mp4", height=at) for at in (360, 540)]  # fmt: skip
        uploads.add_captions(db, made, "en")
        db.commit()
    db.expunge_all()
    found = []

    cost = statements(app, lambda: found.extend(service.of_entry(db, entry_id)))

    asset, film = found
    assert cost == 1
    assert {need.component for need in asset.required} == {"strap", "mat"}
    assert [size.name for size in film.sizes] == ["r2/360.mp4", "r2/540.mp4"]
    assert film.captions.name == "r2/captions.vtt"
    assert film == service.film_of(db, asset)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_two_parts_that_end_at_once_end_one_after_the_other(db, upload):
    first, last = (part.id for part in upload.parts)
    with Session(db.get_bind()) as other:
        uploads.done(other, first, 1, clock.now())
        with pytest.raises(OperationalError), database.transaction() as mine:
            mine.execute(text("SET LOCAL lock_timeout = 50"))
            uploads.done(mine, last, 1, clock.now())
        other.commit()


@both
def test_a_part_that_ends_its_maker_each_time_is_given_up_and_the_next_film_is_made(db, upload):
    facts = {"original": "b.mp4", "master": "master.mp4", "size_bytes": 1, "checksum": "y"}
    later = uploads.begin(db, "later", now=clock.now(), state="deriving", **facts)
    later.parts = [Part(position=0, kind="mp4", name="0.mp4")]
    db.commit()

    taken = [uploads.claim(db, clock.now() + uploads.LEASE * 2 * time) for time in range(1, 14)]

    assert [part.upload_id for part in taken] == [upload.id] * 12 + [later.id]
    assert (upload.state, later.state) == ("failed", "deriving")
    assert "was ended each time" in upload.message
