"""What every page needs: the visitor, limits, cookies, addresses and errors."""

import contextlib
import html
import os
import re

import pytest
import redis
from flask import request
from sqlalchemy import text
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
)

import storefront
from storefront import web
from storefront.customers.visitor import HostUser
from storefront.errors import TooMany
from storefront.extension import Storefront
from storefront.settings import Settings
from tests.makers import both, make_product


@pytest.fixture
def redis_url():
    url = os.environ.get("TEST_REDIS_URL")
    if url is None:
        pytest.skip("TEST_REDIS_URL is not set")
    redis.Redis.from_url(url).flushdb()
    return url


@pytest.mark.parametrize(
    "wish",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/\r\nSet-Cookie: a=b",
     "/%0d%0a\n", "\\\\evil.example", "", None, "evil.example", "/a\x00b", "http://[", " /shop"],
)  # fmt: skip
def test_a_wish_that_leads_elsewhere_is_not_followed(wish):
    assert web.local_url(wish, "/cart") == "/cart"


def test_a_wish_inside_the_shop_is_followed():
    assert (
        web.local_url("/routines/calf-loosener?profile=short#gate", "/")
        == "/routines/calf-loosener?profile=short#gate"
    )


def test_a_limit_counts_each_client_apart_and_says_when_to_return(app):
    with app.test_request_context("/"):
        for _ in range(3):
            web.limit("try", "3/hour", "client a")

        with pytest.raises(TooMany) as refused:
            web.limit("try", "3/hour", "client a")
        web.limit("try", "3/hour", "client b")

    assert 0 < refused.value.retry_after_seconds <= 3600


def test_two_web_machines_share_a_limit_in_redis(settings, redis_url):
    shared = settings.model_copy(update={"redis_url": redis_url})
    machines = [storefront.create_app(shared), storefront.create_app(shared)]

    for machine in machines:
        with machine.test_request_context("/"):
            web.limit("try", "2/hour", "client")

    with machines[0].test_request_context("/"), pytest.raises(TooMany):
        web.limit("try", "2/hour", "client")


def test_the_shop_sells_while_redis_is_away(settings):
    away = settings.model_copy(update={"redis_url": "redis://127.0.0.1:1"})
    with storefront.create_app(away).test_request_context("/"):
        web.limit("try", "1/hour", "client")
        web.limit("try", "1/hour", "client")


@pytest.mark.parametrize(
    ("trusted", "header", "expected"),
    [(0, "9.9.9.9", "127.0.0.1"), (1, "1.1.1.1, 9.9.9.9", "9.9.9.9"), (2, "1.1.1.1, 9.9.9.9", "1.1.1.1"),
     (2, "9.9.9.9", "127.0.0.1"), (1, "", "127.0.0.1")],
)  # fmt: skip
def test_only_trusted_proxies_say_who_the_client_is(settings, trusted, header, expected):
    app = storefront.create_app(settings.model_copy(update={"trusted_proxies": trusted}))
    with app.test_request_context(
        "/", headers={"X-Forwarded-For": header}, environ_base={"REMOTE_ADDR": "127.0.0.1"}
    ):
        assert web.client_address() == expected


def test_a_forged_cookie_makes_nobody_somebody(app):
    with app.test_request_context(
        "/", headers={"Cookie": f"{web.PASS}=eyJlbWFpbCI6ImFuYUBleGFtcGxlLm9yZyJ9.x.y"}
    ):
        visitor = web.visitor()

    assert visitor.email is None
    assert visitor.personal


def test_an_address_in_a_letter_never_comes_from_the_request(app):
    with app.test_request_context("/", headers={"Host": "evil.example"}):
        assert request.host == "evil.example"
        assert web.absolute("/orders/1") == "http://localhost/orders/1"


def test_a_host_tells_its_own_user(settings):
    from flask import Flask

    host = Flask("host")
    host.secret_key = "the host's own"
    Storefront(
        host, settings=settings, visitor_from=lambda: HostUser("Ana@Example.org", is_staff=True)
    )
    with host.test_request_context("/"):
        visitor = web.visitor()

    assert (visitor.email, visitor.email_scope, visitor.is_staff) == (
        "ana@example.org",
        "verified",
        True,
    )


def test_a_busy_database_is_told_as_such_and_retried_later(app, client, monkeypatch):
    def busy(*_, **__):
        raise OperationalError("SELECT secret_table", {}, Exception("database is locked"))

    monkeypatch.setattr("storefront.catalog.pages.find_product", busy)

    answer = client.get("/shop/mini-foam-roller")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert b"secret_table" not in answer.data


def test_a_database_that_is_away_is_told_to_somebody_with_a_cart_too(app, client, monkeypatch):
    def away(*_, **__):
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    client.post("/cart/lines", data={"sku": "NOTHING", "quantity": "1"})
    with app.test_request_context("/"):
        client.set_cookie(web.CART, web.shop().signer.sign(web.CART, "somebody's"))
    monkeypatch.setattr("storefront.database.session", away)

    answer = client.get("/cart")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


@pytest.mark.parametrize("path", ["/nothing-here", "/media/missing.jpg", "/routines/none"])
def test_an_unknown_address_while_the_database_is_away_is_tried_again_later(tmp_path, path):
    app = storefront.create_app(
        Settings(
            storefront_data=tmp_path, database_url=f"sqlite:///{tmp_path}/never/made.sqlite3",
            secret_key="a test key of more than 32 characters",
        )
    )  # fmt: skip

    answer = app.test_client().get(path)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


@pytest.mark.parametrize("host", ["x" * 300, "a" * 64 + ".example"])
def test_a_host_that_can_be_no_name_is_refused(client, host):
    answer = client.get("/", headers={"Host": host})

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (IntegrityError("INSERT", {}, Exception("NOT NULL")), 500),
        (ProgrammingError("SELECT", {}, Exception("no such table")), 500),
        (DataError("INSERT", {}, Exception("out of range")), 422),
        (OverflowError("Python int too large"), 422),
    ],
    ids=lambda each: str(each) if isinstance(each, int) else type(each).__name__,
)
def test_only_input_that_does_not_fit_is_told_as_such(app, monkeypatch, fault, status):
    def fail(*_, **__):
        raise fault

    monkeypatch.setattr("storefront.catalog.pages.find_product", fail)

    assert app.test_client().get("/shop/mini-foam-roller").status_code == status


@both
def test_input_that_a_read_refuses_is_told_to_somebody_with_a_cart_too(
    app, client, db, monkeypatch
):
    """PostgreSQL answers nothing more in a transaction that has failed; the page asks for the cart."""

    def refused(session, *_, **__):
        with contextlib.suppress(DBAPIError):
            session.execute(text("SELECT nothing FROM nowhere"))
        raise DataError("SELECT", {}, Exception("out of range"))

    make_product(db)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    monkeypatch.setattr("storefront.catalog.pages.find_product", refused)

    assert client.get("/shop/mini-foam-roller").status_code == 422


def test_a_missing_slash_is_put_in_on_the_same_host(client):
    answer = client.get("/shop?sort=price", headers={"Host": "evil.example"})

    assert (answer.status_code, answer.headers["Location"]) == (308, "/shop/?sort=price")


def test_other_settings_make_another_version_of_every_page(settings):
    versions = {
        storefront.create_app(settings.model_copy(update=changed))
        .extensions["storefront"]
        .version
        for changed in ({}, {"shop_name": "Another"}, {"low_stock": 9})
    }
    same = storefront.create_app(
        settings.model_copy(update={"secret_key": "another key, as long as needed"})
    )

    assert len(versions) == 3
    assert same.extensions["storefront"].version in versions


def test_a_question_mark_in_the_path_is_not_a_query(client):
    first, second = client.get("/shop/?a?"), client.get("/shop%3Fa%3F")

    assert second.status_code == 404
    assert first.headers["ETag"] != second.headers.get("ETag")


def test_our_own_fault_is_a_plain_page_without_inner_details(app, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("inner detail")

    monkeypatch.setattr("storefront.catalog.pages.find_product", broken)
    app.config["PROPAGATE_EXCEPTIONS"] = False

    answer = app.test_client().get("/shop/mini-foam-roller")

    assert answer.status_code == 500
    assert b"inner detail" not in answer.data
    assert b"says whether it went through" in answer.data
    with app.app_context():
        assert web.settings().support_email in answer.text
    assert 'href="/static/storefront/style.css?v=' in answer.text


def test_a_script_of_a_page_comes_whole_and_once(client):
    address = re.search(r'src="(/static/storefront/js/shop\.js\?v=\w+)"', client.get("/").text)[
        1
    ]

    whole = client.get(address)
    assert whole.mimetype == "text/javascript"
    assert "immutable" in whole.headers["Cache-Control"]
    assert "import" not in whole.text
    assert "data-cart-open" in whole.text
    again = client.get(address, headers={"If-None-Match": whole.headers["ETag"]})
    assert again.status_code == 304


def test_a_static_file_without_its_version_comes_as_it_was_written(client):
    with client.get("/static/storefront/js/shop.js") as written:
        assert 'import "./cart.js";' in written.text
    for path in ("js/none.js", "js/../../caching.py", "..%2fcaching.py"):
        assert client.get(f"/static/storefront/{path}?v=1").status_code == 404


@pytest.mark.parametrize("path", ["/", "/nothing", "/api/v1/nothing", "/cart"])
def test_every_answer_of_ours_carries_the_protecting_headers(client, path):
    headers = client.get(path).headers

    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(1, "a minute"), (60, "a minute"), (61, "about 2 minutes"), (2252, "about 38 minutes"),
     (3600, "about 60 minutes"), (7201, "about 3 hours"), (86_400, "about 24 hours"), (172_801, "about 3 days")],
)  # fmt: skip
def test_a_wait_is_told_as_people_count_it(seconds, told):
    assert TooMany(seconds).detail == f"Please try again in {told}."


GATE = "/routines/calf?profile=short#gate"


def asked_too_often(app, client, data, **headers):
    shop = app.extensions["storefront"]
    shop.settings = shop.settings.model_copy(update={"limit_signup_client": "1/hour"})
    for _ in range(2):
        page = client.post("/newsletter", data=data, headers=headers)
    assert page.status_code == 429
    return page.text


def test_who_asked_too_often_keeps_what_was_typed_and_finds_the_way_back(app, client):
    typed = {"email": 'ana"<b>@example.org', "source": "gate", "next": GATE}

    page = asked_too_often(app, client, typed)

    forms = re.findall(r'<form[^>]*action="/newsletter".*?</form>', page, re.DOTALL)
    [form] = [one for one in forms if "Try again" in one]
    sent = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="(.*?)"', form)}  # fmt: skip
    assert sent == typed
    assert f'href="{GATE}"' in form


@pytest.mark.parametrize(
    ("came", "back"),
    [("http://localhost/shop?q=a", "/shop?q=a"), ("http://evil.example/x", None),
     ("http://localhost//evil.example", None), ("http://[", None)],
)  # fmt: skip
def test_the_way_back_is_the_page_that_sent_it_and_never_leaves_the_shop(
    app, client, came, back
):
    page = asked_too_often(app, client, {"email": "ana@example.org"}, Referer=came)

    found = re.search(r'href="([^"]*)"[^>]*>Back to where', page)
    assert (found[1] if found else None) == back
