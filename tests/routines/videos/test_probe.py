"""What is a film, and what is refused with a sentence."""

from dataclasses import replace

import pytest

from routines.videos import probe, tools
from storefront.errors import Invalid

LIST = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nclip.mp4\n#EXT-X-ENDLIST\n"
CONCAT = "ffconcat version 1.0\nfile clip.mp4\n"


def test_a_film_is_measured(clip, settings):
    facts = probe.probe(clip, settings)

    assert (facts.width, facts.height, facts.codec, facts.has_sound) == (160, 90, "h264", True)
    assert 1900 <= facts.duration_ms <= 2200


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"not a film at all", LIST.encode(), CONCAT.encode(), b"\x00" * 5000]
)  # fmt: skip
def test_what_is_no_film_is_refused(clip, settings, tmp_path, content):
    (tmp_path / "clip.mp4").write_bytes(clip.read_bytes())  # that a list could name
    file = tmp_path / "-other.mp4"
    file.write_bytes(content)

    with pytest.raises(Invalid, match="not a film that can be read"):
        probe.probe(file, settings)


def test_half_a_film_is_refused(clip, settings, tmp_path):
    file = tmp_path / "half.mp4"
    file.write_bytes(clip.read_bytes()[:2000])

    with pytest.raises(Invalid):
        probe.probe(file, settings)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"duration_ms": 241 * 60_000}, "longer than 240 minutes"),
        ({"duration_ms": 100}, "shorter than half a second"),
        ({"duration_ms": 0}, "How long this film is cannot be told"),
        ({"width": 20_000}, "20000 × 90 pixels"),
        ({"height": 8}, "160 × 8 pixels"),
    ],
)
def test_absurd_measures_are_told(settings, fields, sentence):
    facts = replace(probe.Facts(2000, 160, 90, "h264", has_sound=True), **fields)

    wrong = [told for told, is_wrong in probe._rules(facts, settings).items() if is_wrong]

    assert sentence in wrong[0]


def test_a_film_that_was_turned_is_measured_as_it_is_seen():
    stream = {"codec_type": "video", "width": 160, "height": 90, "side_data_list": [{"rotation": -90}]}  # fmt: skip

    facts = probe._facts({"streams": [stream], "format": {"duration": "2.0"}})

    assert (facts.width, facts.height) == (90, 160)


def test_the_cover_of_a_song_is_no_film():
    cover = {"codec_type": "video", "width": 9, "height": 9, "disposition": {"attached_pic": 1}}

    with pytest.raises(Invalid):
        probe._facts({"streams": [cover, {"codec_type": "audio"}], "format": {"duration": "2"}})


def test_without_ffmpeg_it_is_said(clip, settings):
    with pytest.raises(tools.NoTools, match="ffmpeg is not installed"):
        probe.probe(clip, settings.model_copy(update={"ffmpeg": "/nowhere/ffmpeg"}))
