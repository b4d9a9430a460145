"""The one guard for whatever comes in."""

import pytest
from flask import Flask, request

from storefront import guards
from storefront.errors import CrossSite, Invalid, NotFound
from storefront.settings import Settings

SETTINGS = Settings(base_url="https://shop.example", max_json_depth=5, max_text=1000)
APP = Flask(__name__)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", 1), ("99", 99), ("100", None), ("0", None), ("-1", None), ("1.5", None), ("1e3", None), (" 1", None),
     ("١", None), ("", None), (None, None), ("9" * 40, None), ("NaN", None)],
)  # fmt: skip
def test_only_a_plain_whole_number_within_bounds_is_read(text, expected):
    assert guards.whole(text, least=1, most=99) == expected


@pytest.mark.parametrize("page", ["0", "-1", "1.5", str(10**22), "abc", "10001"])
def test_a_page_that_cannot_exist_is_not_found(page):
    with APP.test_request_context(f"/?page={page}"), pytest.raises(NotFound):
        guards.page_number(request)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_form_from_another_site_is_refused(headers):
    with (
        APP.test_request_context("/", method="POST", headers=headers),
        pytest.raises(CrossSite),
    ):
        guards.check_site(request, SETTINGS)


@pytest.mark.parametrize(
    ("method", "headers"),
    [("GET", {"Sec-Fetch-Site": "cross-site"}), ("POST", {"Sec-Fetch-Site": "same-origin"}),
     ("POST", {"Origin": "https://shop.example"}), ("POST", {})],
)  # fmt: skip
def test_reading_and_forms_of_our_own_are_let_in(method, headers):
    with APP.test_request_context("/", method=method, headers=headers):
        assert guards.check_site(request, SETTINGS) is None


@pytest.mark.parametrize("field", ["a\x00b", "x" * 1001])
def test_text_that_cannot_be_stored_is_refused_by_field(field):
    with APP.test_request_context("/", method="POST", data={"name": field}):
        with pytest.raises(Invalid) as refused:
            guards.check_text(request, SETTINGS)

    assert "name" in refused.value.facts["fields"]


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"a":' * 6 + b"1" + b"}" * 6, b"{", b"NaN", b"\xff\xfe", b'"\\ud800"', b'{"\\u0000": 1}',
     b'{"n": 100000000000000000000000}', b'{"n": -3000000000}', b'"' + b"x" * 2000 + b'"'],
)  # fmt: skip
def test_json_outside_the_bounds_is_refused(body):
    with APP.test_request_context(
        "/", method="POST", data=body, content_type="application/json"
    ):
        with pytest.raises(Invalid):
            guards.json_body(request, SETTINGS)


def test_brackets_inside_text_are_not_nesting():
    body = b'{"name": "[[[[[[[[[[ \\" ]"}'
    with APP.test_request_context(
        "/", method="POST", data=body, content_type="application/json"
    ):
        assert guards.json_body(request, SETTINGS) == {"name": '[[[[[[[[[[ " ]'}


def test_a_foreign_host_name_is_refused_in_production():
    settings = SETTINGS.model_copy(update={"environment": "production"})
    with (
        APP.test_request_context("/", headers={"Host": "evil.example"}),
        pytest.raises(Invalid),
    ):
        guards.check_host(request, settings)
    with APP.test_request_context("/", headers={"Host": "shop.example:443"}):
        assert guards.check_host(request, settings) is None


@pytest.mark.parametrize(
    "body", [b'"' + b'\\"' * 400_000, b'"' * 900_001, b'["' + b"\\" * 900_001]
)
def test_a_string_without_an_end_is_read_once(body):
    """Each step of the scan starts where the one before ended, so the work grows with the body alone."""
    marks = list(guards.JSON_MARKS.finditer(body))

    assert all(
        here.end() == after.start() for here, after in zip(marks, marks[1:], strict=False)
    )
    assert marks[-1].end() == len(body)
    with APP.test_request_context(
        "/", method="POST", data=body, content_type="application/json"
    ):
        with pytest.raises(Invalid):
            guards.json_body(request, SETTINGS)
