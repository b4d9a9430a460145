"""Whose turn it is among the parts of a film."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from routines.videos import uploads
from routines.videos.models import Part, Upload
from storefront import clock, database
from tests.makers import both


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


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_two_parts_that_end_at_once_end_one_after_the_other(db, upload):
    first, last = (part.id for part in upload.parts)
    with Session(db.get_bind()) as other:
        uploads.done(other, first, 1, clock.now())
        with pytest.raises(OperationalError), database.transaction() as mine:
            mine.execute(text("SET LOCAL lock_timeout = 50"))
            uploads.done(mine, last, 1, clock.now())
        other.commit()
