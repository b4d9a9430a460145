"""The demo's follow-along films: their files are there, and say what the routine's timeline says."""

import json
import re
import struct
from pathlib import Path

import pytest
import yaml

from routines.library import timeline
from routines.library.documents import Routine
from routines.videos import checking, files, store
from storefront import database

DEMO = Path(__file__).parents[3] / "config/demo"
MEDIA = DEMO / "media"
MOST = {"clip": 60_000, "film": 3_000_000, "preview": 120_000}
STAMP = re.compile(r"(\d\d):(\d\d):(\d\d)\.(\d{3})")


def document(file: Path) -> Routine:
    head = file.read_text("utf-8").split("\n---", 1)[0].removeprefix("---")
    return Routine.model_validate({**yaml.safe_load(head), "body": ""})


ROUTINES = {file.stem: document(file) for file in sorted((DEMO / "routines").glob("*.md"))}
FILMS = {slug: one for slug, one in ROUTINES.items() if one.video and one.video.chapters}
CLIPS = json.loads((MEDIA / "clips.json").read_text("utf-8"))
NAMED = {step.exercise.clip: slug for slug, one in ROUTINES.items() for part in one.sections
         for step in part.steps if step.exercise.clip}  # fmt: skip


def boxes(data: bytes):
    """Give the boxes of an MP4 by name, those of `moov` as well."""
    at = 0
    while at + 8 <= len(data):
        size, name = struct.unpack(">I4s", data[at : at + 8])
        yield name, data[at + 8 : at + size]
        if name == b"moov":
            yield from boxes(data[at + 8 : at + size])
        at += size


def seconds(file: Path) -> float:
    """Tell how long a film is: its head says so, or the index of each of its fragments."""
    found = list(boxes(file.read_bytes()))
    scale, length = struct.unpack(">II", dict(found)[b"mvhd"][12:20])
    return length / scale if length else sum(lasting(box) for name, box in found if name == b"sidx")  # fmt: skip


def lasting(index: bytes) -> float:
    """Add up a fragment index of the first track (ISO 14496-12, 8.16.3); others last as long."""
    version, track, scale = index[0], *struct.unpack(">II", index[4:12])
    entries = index[32 if version else 24 :]
    lengths = [struct.unpack(">I", entries[at + 4 : at + 8])[0] for at in range(0, len(entries), 12)]  # fmt: skip
    return sum(lengths) / scale if track == 1 else 0.0


def cues(file: Path) -> list[tuple[float, float, str]]:
    """Read WebVTT strictly: a head, then blocks of a line of times and words."""
    head, *blocks = file.read_text("utf-8").strip().split("\n\n")
    assert head == "WEBVTT"
    found = []
    for block in blocks:
        times, words = block.split("\n", 1)
        begin, end = (
            int(h) * 3600 + int(m) * 60 + int(s) + int(ms) / 1000
            for h, m, s, ms in STAMP.findall(times)
        )
        found.append((begin, end, words))
    return found


def test_at_least_24_steps_move_and_four_routines_have_a_film():
    assert sum(bool(step.exercise.clip) for one in ROUTINES.values() for part in one.sections
               for step in part.steps) >= 24  # fmt: skip
    assert len(FILMS) >= 4


def test_every_clip_is_named_and_every_named_clip_is_there():
    assert set(NAMED) == set(CLIPS)


@pytest.mark.parametrize("name", sorted(CLIPS))
def test_a_clip_is_light_and_its_playlist_and_words_are_of_it(name):
    facts, film = CLIPS[name], MEDIA / f"{name}.mp4"
    length = facts["duration_ms"] / 1000
    playlist = (MEDIA / f"{name}.m3u8").read_text()

    assert film.stat().st_size <= MOST["clip"]
    assert facts["alt"]
    assert (facts["width"], facts["height"]) == (480, 320)
    assert 2 <= length <= 6.5
    assert float(re.search(r"#EXTINF:([\d.]+)", playlist)[1]) == pytest.approx(length, abs=0.1)
    ranges = [(int(size), int(at)) for size, at in re.findall(r"(\d+)@(\d+)", playlist)]
    assert all(at + size <= film.stat().st_size for size, at in ranges)
    assert set(re.findall(r"[\w-]+\.mp4", playlist)) == {film.name}
    assert cues(MEDIA / f"{name}.vtt") == [(0, pytest.approx(length, abs=0.001), facts["alt"])]


FOR_READERS_ALONE = {"hip-opener", "lower-back-ease"}


@pytest.mark.parametrize("slug", sorted(FILMS))
def test_a_film_is_as_long_as_its_routine_and_light(slug):
    video, film = FILMS[slug].video, MEDIA / "gated" / FILMS[slug].video.file
    total = timeline.total_seconds(timeline.expand(FILMS[slug]))

    assert video.duration_ms == total * 1000
    assert seconds(film) == pytest.approx(total, abs=0.5)
    assert film.stat().st_size <= MOST["film"]
    also_for_addresses = () if slug in FOR_READERS_ALONE else ("email",)
    assert video.opens_for == ("newsletter", *also_for_addresses, "owns", "member")


@pytest.mark.parametrize("slug", sorted(FILMS))
def test_hls_of_a_film_is_the_whole_of_its_mp4_in_ranges(slug):
    video = FILMS[slug].video
    playlist = MEDIA / "gated" / video.hls / "master.m3u8"
    text, data = playlist.read_text(), (MEDIA / "gated" / video.file).read_bytes()

    head, *pieces = [(int(at), int(size)) for size, at in re.findall(r"(\d+)@(\d+)", text)]

    assert set(re.findall(r"[\w./-]+\.mp4", text)) == {f"../{video.file}"}
    assert data[: head[1]].count(b"moov") == 1
    at = head[1]
    for begin, size in pieces:
        assert begin == at
        assert [name for name, _ in boxes(data[begin : begin + size])][-2:] == [b"moof", b"mdat"]  # fmt: skip
        at += size
    assert at == len(data)
    lengths = [float(one) for one in re.findall(r"#EXTINF:([\d.]+)", text)]
    assert sum(lengths) * 1000 == pytest.approx(video.duration_ms, abs=500)
    assert len(lengths) == len(pieces)


def test_no_file_of_the_films_is_missing(demo_app):
    with demo_app.app_context():
        found = checking.problems(database.session(), demo_app.extensions["storefront"].settings)  # fmt: skip

    assert found == []


def test_a_pack_that_is_brought_again_replaces_what_it_has_changed(settings, tmp_path):
    film = tmp_path / "pack/film.mp4"
    film.parent.mkdir()
    film.write_bytes(b"one")
    assert (files.bring_in(film.parent, settings), files.bring_in(film.parent, settings)) == (1, 0)  # fmt: skip
    film.write_bytes(b"two")

    assert files.bring_in(film.parent, settings) == 1

    assert (store.gated(settings) / "film.mp4").read_bytes() == b"two"


@pytest.mark.parametrize("slug", sorted(FILMS))
def test_a_chapter_begins_and_ends_with_its_step(slug):
    wanted, at = [], 0
    for segment in timeline.expand(FILMS[slug]):
        begin, at = at, at + (segment.seconds or 0)
        if wanted and wanted[-1][2] == segment.step_key:
            wanted[-1][1] = at
        elif segment.kind != "end":
            wanted.append([begin, at, segment.step_key, segment.title])

    found = cues(MEDIA / "gated" / FILMS[slug].video.chapters)

    assert found == [(begin, end, title) for begin, end, _, title in wanted]


@pytest.mark.parametrize("slug", sorted(FILMS))
def test_captions_follow_each_other_and_tell_every_cue_of_the_steps(slug):
    total = timeline.total_seconds(timeline.expand(FILMS[slug]))

    told = cues(MEDIA / "gated" / FILMS[slug].video.captions)

    assert all(begin < end <= total for begin, end, _ in told)
    assert all(
        before[1] <= after[0] + 0.001 for before, after in zip(told, told[1:], strict=False)
    )
    words = " ".join(line for _, _, line in told)
    for part in FILMS[slug].sections:
        for step in part.steps:
            assert step.exercise.title in words
    assert "[Three short tones, one long tone]" in words


@pytest.mark.parametrize("slug", sorted(FILMS))
def test_a_preview_is_short_light_and_public(slug):
    preview = MEDIA / FILMS[slug].video.preview

    assert preview.stat().st_size <= MOST["preview"]
    assert seconds(preview) <= 6.05
    assert not (MEDIA / "gated" / preview.name).exists()
    assert b"soun" not in preview.read_bytes()
