"""Whatever is written into an address of the routines, the answer is a page: never an error of ours."""

from urllib.parse import quote

import pytest

R = "/routines/calf-loosener"
PLACES = {
    "/toolbox/plan": ("routine", "region", "programme", "stand_ins"),
    "/toolbox": ("next",), "/check": ("x",), "/cramp-now": ("profile",), "/routines/": ("page", "tool"),
    "/plans/new": ("routine", "given_by", "days"), f"{R}/calendar": ("start", "day", "time", "zone"),
    f"{R}/calendar.ics": ("start", "day", "time", "weeks", "zone", "remind"),
    R: ("revision",), f"{R}/play": ("revision", "profile"), f"{R}/sheet": ("revision",), f"{R}/sheet.pdf": ("revision",),
    f"/api/v1{R}/timeline": ("profile",),
}  # fmt: skip
NAMED = (
    "/body/{}", "/points/{}", "/conditions/{}", "/people/{}", "/programmes/{}", "/routines/{}", "/routines/{}/play",
    "/programmes/{}/mine", "/programmes/{}/asked", "/programmes/x/mine/{}", "/programmes/x/stop/{}", "/plans/{}",
    "/plans/x/{}", "/plans/manage/{}", "/feeds/body/{}.xml", "/feeds/tools/{}.json", "/api/v1/routines/{}",
    "/gated/{}/x/x", "/studio/drafts/{}", "/studio/published/{}/x/retire", "/share/{}", "/studio/seen/{}",
)  # fmt: skip
TEXTS = (
    "", "-1", "0", "99999999999999999999", "9" * 4500, "\N{SUPERSCRIPT TWO}", "\N{ARABIC-INDIC DIGIT THREE}", "\0",
    "'\"><script>", "%", "../../etc/passwd", "x" * 3000, "NaN", "[1]", "a\r\nb: c",
)  # fmt: skip


@pytest.mark.parametrize(("place", "names"), PLACES.items())
def test_no_text_in_a_query_breaks_a_page(demo_app, place, names):
    client = demo_app.test_client()
    asked = [{name: text} for name in names for text in TEXTS]
    asked += [{name: [text] * 300} for name in names for text in ("", TEXTS[5])]

    broken = [
        query for query in asked if client.get(place, query_string=query).status_code >= 500
    ]

    assert broken == []


@pytest.mark.parametrize("place", NAMED)
def test_no_name_in_an_address_breaks_a_page(demo_app, place):
    client = demo_app.test_client()
    paths = [place.format(quote(text, safe="")) for text in TEXTS if text]

    assert [path for path in paths if client.get(path).status_code >= 500] == []
