"""The picture of the body that a pack brings."""

import json

import pytest

from routines.library import service, vocabulary
from routines.library.documents import BodyPart
from routines.packs.files import read
from routines.packs.service import export, import_
from routines.packs.text import write_places, write_words
from tests.makers import both
from tests.routines.made_words import point_of

CALF = BodyPart(slug="calf", name="Calf", area=True)
MAP = {"back": {"picture": "bodymap-back", "spots": {"calf-middle": [41, 80.5]}, "regions": {"calf": [60, 80]}},
       "front": {"picture": "bodymap-front", "regions": {"calf": [58, 81]}}}  # fmt: skip


@pytest.fixture
def pack(tmp_path):
    folder = tmp_path / "pack"
    write_places(folder, [CALF])
    write_words(folder, {"point": {"calf-middle": point_of()}})
    (folder / "media").mkdir()
    pictures = {name: {"alt": "A person"} for name in ("bodymap-back", "bodymap-front")}
    (folder / "media" / "media.json").write_text(json.dumps(pictures))
    (folder / "body-map.json").write_text(json.dumps(MAP))
    return folder


@both
def test_points_and_places_lie_where_the_map_says(db, pack, tmp_path):
    import_(db, pack)

    spot = vocabulary.find(db, "point", "calf-middle").spot
    assert (spot.picture, spot.side, spot.x, spot.y) == ("bodymap-back", "back", 41, 80.5)
    assert [spot.side for spot in service.places(db)[0].spots] == ["back", "front"]
    assert import_(db, pack).changed == 0
    export(db, tmp_path / "out")
    again, problems = read(tmp_path / "out")
    assert problems == []
    assert list(again.places) == service.body_parts(db)
    assert again.words["point"] == vocabulary.terms(db, "point")


def test_a_map_without_its_picture_places_nothing(pack):
    (pack / "media" / "media.json").write_text(json.dumps({"bodymap-front": {"alt": "A"}}))

    found, problems = read(pack)

    assert problems == []
    assert found.words["point"]["calf-middle"].spot is None
    assert [spot.side for spot in found.places[0].spots] == ["front"]


@pytest.mark.parametrize(
    ("side", "words"),
    [
        ({"picture": "x", "spots": {"elbow": [1, 2]}}, "back.spots.elbow: There is no point named elbow."),
        ({"picture": "x", "regions": {"moon": [1, 2]}}, "back.regions.moon: There is no place on the body named moon."),
        ({"picture": "x", "spots": {"calf-middle": [101, 2]}}, "back.spots.calf-middle.0"),
        ({"picture": "x", "spots": {"calf-middle": [1]}}, "back.spots.calf-middle.1"),
        ({"picture": "No Slug"}, "back.picture"),
        ({"spots": {}}, "back.picture"),
        ({"picture": "x", "colour": "red"}, "back.colour"),
        ([], "back"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_map_is_told_by_field(pack, side, words):
    (pack / "body-map.json").write_text(json.dumps({"back": side}))

    _, problems = read(pack)

    assert [problem.file for problem in problems] == ["body-map.json"]
    assert words in str(problems[0])


@pytest.mark.parametrize("text", ["", "{", "[]", '{"left": {}}', "\x00", "7"])
def test_what_is_no_map_is_refused(pack, text):
    (pack / "body-map.json").write_text(text)

    _, problems = read(pack)

    assert problems
    assert {problem.file for problem in problems} == {"body-map.json"}
