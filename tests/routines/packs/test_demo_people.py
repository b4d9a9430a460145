"""Whoever signs a routine of the demo pack is one of its people, so that their page lists it."""

from pathlib import Path

import frontmatter
import pytest
import yaml

FOLDER = Path(__file__).parents[3] / "config/demo"
PEOPLE = {one["slug"]: one["name"] for one in yaml.safe_load((FOLDER / "people.yaml").read_text())}  # fmt: skip


@pytest.mark.parametrize("path", sorted((FOLDER / "routines").glob("*.md")), ids=lambda path: path.stem)  # fmt: skip
def test_a_routine_is_signed_by_people_of_the_pack(path):
    document = frontmatter.load(path)

    for signed in (document["author"], document["review"]["by"]):
        assert PEOPLE[signed["slug"]] == signed["name"]
