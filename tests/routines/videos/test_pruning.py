"""What nothing leads to any more goes, and nothing else."""

import json
import os
import shutil
from datetime import timedelta

from routines.videos import film, pruning, service, store, tracks, uploads
from routines.videos.models import Part, Upload, VideoAsset
from storefront import clock, database
from tests.makers import both
from tests.routines.videos.conftest import VTT
from tests.routines.videos.test_derive import run

LONG_AGO = 30  # days


def make(app, settings, state, *, ready_days=LONG_AGO) -> None:
    """Make a revision of a film with its files, which are as old as it."""
    at = clock.now() - timedelta(days=ready_days)
    facts = {"original": "a.mp4", "master": "master.mp4", "size_bytes": 1, "checksum": "0f" * 32, "duration_ms": 2000}  # fmt: skip
    with app.app_context(), database.transaction() as db:
        made = uploads.begin(db, "film", now=at, state=state, ready_at=at if state == "ready" else None, **facts)  # fmt: skip
        made.parts = [Part(position=0, kind="mp4", name="90.mp4", state="done")]
        uploads.add_captions(db, made, "en")
        folder, stem = store.of(made, settings), film.public_stem(made)
    public = store.public(settings)
    for file in (folder / "90.mp4", folder / "hls/90/init.mp4", folder / "captions.vtt",
                 public / f"{stem}-poster-640.jpg", public / f"{stem}-preview.mp4"):  # fmt: skip
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")
    age(folder)


def age(path) -> None:
    then = (clock.now() - timedelta(days=LONG_AGO)).timestamp()
    for one in (path, *path.rglob("*")):
        os.utime(one, (then, then))


def there(settings) -> set[str]:
    """Name the folders of revisions, and whose public files are there."""
    folders = {one.name for one in (store.gated(settings) / "_uploads/film").iterdir()}
    public = {one.name.split("-")[1] for one in store.public(settings).glob("film-r*")}
    return folders | {f"public {one}" for one in public}


def prune(app, *arguments) -> dict[str, bool]:
    """Tell what was found, and whether it was removed."""
    answer = run(app, "prune", "--json", *arguments)
    assert answer.exit_code == 0, answer.output
    return {one["name"]: one["removed"] for one in json.loads(answer.output)}


@both
def test_replaced_revisions_are_shown_and_removed_when_asked(app, settings):
    for state in ("ready", "failed", "deriving", "ready", "failed", "deriving"):
        make(app, settings, state)
    everything = there(settings)

    assert prune(app) == {"_uploads/film/r1": False, "_uploads/film/r2": False}
    assert there(settings) == everything
    assert prune(app, "--remove") == {"_uploads/film/r1": True, "_uploads/film/r2": True}

    assert there(settings) == everything - {"r1", "r2", "public r1", "public r2"}
    with app.app_context():
        db = database.session()
        assert [one.revision for one in reversed(uploads.everything(db))] == [3, 4, 5, 6]
        assert service.film_of(db, VideoAsset(slug="film", file="")).file == "r4/90.mp4"
    assert prune(app, "--remove") == {}


def test_what_was_replaced_a_moment_ago_stays(app, settings):
    make(app, settings, "ready")
    make(app, settings, "ready", ready_days=6)

    assert prune(app, "--remove") == {}
    assert list(prune(app, "--days", "5")) == ["_uploads/film/r1"]


def test_killed_in_the_middle_it_goes_on_the_next_time(app, settings, monkeypatch):
    make(app, settings, "ready")
    make(app, settings, "ready")
    whole = shutil.rmtree

    def killed(folder):
        whole(folder / "hls")
        age(folder)
        raise SystemExit(137)

    monkeypatch.setattr(pruning.shutil, "rmtree", killed)
    assert run(app, "prune", "--remove").exit_code == 137
    assert there(settings) == {"r1", "r2", "public r2"}
    with app.app_context():
        assert database.session().query(Upload.revision).all() == [(2,)]
    monkeypatch.undo()

    assert prune(app, "--remove") == {"_uploads/film/r1": True}
    assert there(settings) == {"r2", "public r2"}


def test_a_revision_that_is_needed_again_meanwhile_stays(app, settings):
    make(app, settings, "ready")
    make(app, settings, "ready")
    with app.app_context():
        now = clock.now()
        [found] = pruning.left_over(database.session(), settings, now)
        with database.transaction() as db:
            db.delete(uploads.find(db, "film"))

        assert not pruning.remove(settings, found, now)

    assert "r1" in there(settings)


def test_replaced_words_and_what_was_cut_off_go_once_they_are_old(app, settings):
    make(app, settings, "ready")
    folder, gated = store.of(uploads_of(app), settings), store.gated(settings)
    with app.app_context():
        name = tracks.put(settings, "film", VTT, tracks.wish("captions", "", ""))
    left = {gated / ".incoming/abc", folder / ".90.mp4.abc.part", folder.parent / "r9/90.mp4", gated / "film.mp4"}  # fmt: skip
    for file in left:
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"x")
    assert prune(app, "--remove") == {}

    age(gated)

    inside = "_uploads/film"
    assert prune(app, "--remove") == dict.fromkeys(
        [f"{inside}/r9", f"{inside}/r1/captions.vtt", ".incoming/abc", f"{inside}/r1/.90.mp4.abc.part"], True
    )  # fmt: skip
    assert {one.name for one in folder.iterdir()} == {"90.mp4", "hls", name}
    assert (gated / "film.mp4").is_file()  # a routine may name it


def uploads_of(app) -> Upload:
    with app.app_context():
        return uploads.find(database.session(), "film")
