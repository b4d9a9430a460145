"""The example of nginx writes nothing into its log that opens something."""

import re
from pathlib import Path

import pytest

from storefront import tokens

FILE = Path(__file__).parents[2] / "config/nginx.conf.example"


def logged(path):
    """Play the map of nginx: the first pattern that fits, else the address as it is."""
    patterns = re.findall(r'"~(\^.+)" "\$before\*\*\*\$after"', FILE.read_text())
    assert len(patterns) == 2
    for pattern in patterns:
        found = re.match(pattern.replace("(?<", "(?P<").replace("(?P<=", "(?<="), path)
        if found:
            return f"{found['before']}***{found['after'] or ''}"
    return path


@pytest.mark.parametrize(
    "place",
    [
        "/newsletter/confirm/{}",
        "/newsletter/leave/{}/reason",
        "/account/sign-in/link/{}",
        "/share/{}",
        "/plans/{}/2",
        "/shop/gated/{}/hip/hls/segment1.m4s",
    ],
)
def test_what_opens_something_is_left_out_of_the_log(place):
    for _ in range(50):
        for secret in (tokens.key(), tokens.Signer(["k" * 32]).sign("x", tokens.key())):
            assert logged(place.format(secret)) == place.format("***")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/routines/hamstring-cramps-press-and-stretch/play",
        "/orders/7K3M-92QX",
        "/static/fonts/bricolage-grotesque-5.3.0.woff2",
        "/membership/gift/look",
    ],
)
def test_all_other_addresses_are_logged_as_they_are(path):
    assert logged(path) == path


def test_what_follows_a_question_mark_is_never_logged():
    said = re.search(r"log_format storefront (.+);", FILE.read_text())[1]

    assert not re.search(r"\$(request|request_uri|args|query_string|http_referer)\b", said)
