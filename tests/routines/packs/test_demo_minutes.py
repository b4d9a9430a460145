"""Minutes that the demo pack writes out are those that its timelines have."""

import math
import re
from pathlib import Path

import frontmatter
import pytest

from routines.library.documents import Routine
from routines.library.timeline import expand

FOLDER = Path(__file__).parents[3] / "config/demo/routines"
FILES = {path.stem: frontmatter.load(path) for path in sorted(FOLDER.glob("*.md"))}
SECONDS = {
    slug: sum(part.seconds or 0 for part in expand(Routine.model_validate({**file.metadata, "body": file.content}), "full"))
    for slug, file in FILES.items()
}  # fmt: skip


@pytest.mark.parametrize("slug", FILES)
def test_a_summary_says_the_minutes_of_its_timeline(slug):
    written = re.match(r"(\d+) (minutes|seconds)", FILES[slug]["summary"])

    if written:
        unit = 60 if written[2] == "minutes" else 1
        assert int(written[1]) == math.ceil(SECONDS[slug] / unit)


@pytest.mark.parametrize("slug", FILES)
def test_a_reason_says_the_minutes_of_what_it_leads_to(slug):
    for related in FILES[slug].metadata.get("related", []):
        written = re.search(r"(\d+) minutes", related["reason"])
        if written and related["kind"] == "routine":
            assert int(written[1]) == math.ceil(SECONDS[related["slug"]] / 60), related
