"""The pages of codes: a link shows, a button acts, and nothing is learnt from a wrong one."""

import re

import pytest
from sqlalchemy import event

from storefront import clock, database, web
from storefront.cli.commands import group
from storefront.orders.models import OrderLine
from storefront.ownership import claims, service
from tests.mailbox import letters, link
from tests.makers import make_order, make_product, note_owner, proven

ANA, BO = "ana@example.org", "bo@example.org"


@pytest.fixture
def code(app):
    with app.app_context(), database.transaction() as db:
        make_product(db, components=("roller",))
        return claims.make(db, "ROLL-MINI-M", 1, "first", clock.now())[0]


def owned(app, email):
    with app.app_context():
        return service.owned_components(database.session(), email, clock.now())


def test_looking_at_a_code_takes_nothing(app, client, code):
    proven(client, ANA)

    page = client.post("/claim/look", data={"code": code.lower()})

    assert (page.status_code, f"Take it for {ANA}" in page.text) == (200, True)
    assert owned(app, ANA) == frozenset()
    assert client.post("/claim/look", data={"code": "x"}).status_code == 404


def test_no_page_tells_a_code_on_nor_stays_in_a_cache(app, client, code):
    client.post("/claim", data={"code": code})  # a stranger: the device keeps it
    pages = [client.get("/claim"), client.head("/claim"), client.get("/claims")]
    pages += [client.post("/claim/look", data={"code": each}) for each in (code, "x")]

    for page in pages:
        assert page.headers["Cache-Control"] == "private, no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "First, an address that is yours" in pages[0].text


def test_no_address_of_the_shop_holds_a_code(app, client, code):
    with app.app_context():
        place, _, secret = claims.address(code, web.settings()).partition("#")

    assert (place, secret) == (
        "http://localhost/claim",
        code,
    )  # a browser sends nothing behind "#"
    assert client.get(f"/claim/{code}").status_code == 404
    told = [rule.rule for rule in app.url_map.iter_rules() if "code" in rule.arguments]
    assert told == []


def test_the_list_of_codes_names_their_tools_in_one_statement(app, client, code):
    with app.app_context(), database.transaction() as db:
        for each in (code, *claims.make(db, "ROLL-MINI-M", 2, "second", clock.now())):
            claims.claim(db, each, ANA, clock.now())
        engine = db.get_bind()
    proven(client, ANA)
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append("FROM storefront_component" in " ".join(statement.split()))

    event.listen(engine, "before_cursor_execute", note)
    page = client.get("/claims").text
    event.remove(engine, "before_cursor_execute", note)

    assert len(re.findall(r"/claims/\d+/give", page)) == 3
    assert sum(asked) == 1


def test_a_proven_address_takes_it_and_gives_it_away(app, client, code):
    proven(client, ANA)
    assert client.post("/claim", data={"code": code}).location == "/claims"
    assert owned(app, ANA) == {"roller"}
    [row] = re.findall(r'action="(/claims/\d+/give)"', client.get("/claims").text)

    page = client.post(row)
    [given] = re.findall(r"<strong>(\w{4}(?:-\w{4}){3})</strong>", page.text)
    other = app.test_client()
    proven(other, BO)
    other.post("/claim", data={"code": given})

    assert (owned(app, ANA), owned(app, BO)) == (frozenset(), {"roller"})
    assert client.post(row).status_code == 404


def test_a_stranger_is_led_through_proving_an_address_and_back(app, client, code):
    assert client.post("/claim", data={"code": code}).location == "/claim"
    page = client.get("/claim").text
    assert 'name="next" value="/claim"' in page
    client.post(
        "/newsletter",
        data={"email": ANA, "wish": "address", "source": "claim", "next": "/claim"},
    )

    assert client.post(link(letters(app)[0])).location == "/claim"
    again = client.get("/claim").text
    assert f"Take it for {ANA}" in again
    client.post("/claim", data={"code": re.search(r'name="code" value="(\w+)"', again)[1]})

    assert owned(app, ANA) == {"roller"}


@pytest.mark.parametrize("text", ["wrong", "x" * 9000, "a\r\nBcc: b", "\x00", ""])
def test_a_wrong_code_is_refused_like_one_that_was_taken(client, code, text):
    proven(client, ANA)
    client.post("/claim", data={"code": code})

    taken, wrong = (client.post("/claim", data={"code": each}) for each in (code, text))

    assert (taken.status_code, wrong.status_code) in {(404, 404), (404, 400), (404, 422)}
    assert "opens nothing" in taken.text


def test_tries_are_limited(app, client, code):
    state = app.extensions["storefront"]
    state.settings = state.settings.model_copy(update={"limit_claim_client": "2/hour"})

    answers = [client.post("/claim", data={"code": "x"}).status_code for _time in range(3)]

    assert answers == [404, 404, 429]


def test_a_buyer_gives_a_line_away_after_proving_the_address(app, client):
    with app.app_context(), database.transaction() as db:
        order = make_order(db, state="paid", paid_at=clock.now(), email=ANA)
        order.lines.append(
            OrderLine(
                sku="A", name="Strap", quantity=1, unit_price_minor=2400, total_minor=2400,
                tax_basis_points=0, tax_minor=0, components=["strap"],
            )
        )  # fmt: skip
        note_owner(db, order)
        url, key, line = f"/orders/{order.number}/give", order.key, order.lines[0].id
    assert client.post(url, data={"key": key, "line": line}).status_code == 403
    proven(client, ANA)
    assert "Strap" in client.get(f"{url}?key={key}").text

    page = client.post(url, data={"key": key, "line": line})
    [given] = re.findall(r"<strong>(\w{4}(?:-\w{4}){3})</strong>", page.text)
    other = app.test_client()
    proven(other, BO)
    other.post("/claim", data={"code": given})

    assert (owned(app, ANA), owned(app, BO)) == (frozenset(), {"strap"})
    assert client.post(url, data={"key": key, "line": "x"}).status_code == 404


def test_the_operator_prints_codes_once_and_takes_a_batch_back(app, db, tmp_path):
    make_product(db, components=("roller",))
    db.commit()
    run = app.test_cli_runner().invoke
    sheet = tmp_path / "sheet.html"

    made = run(group, ["claims", "make", "--sku", "ROLL-MINI-M", "--count", "2", "--batch", "b1", "--csv", "--sheet", str(sheet)])  # fmt: skip

    first, one, _two = made.output.strip().splitlines()
    assert (first, sheet.read_text().count("<svg")) == ("code,address", 2)
    assert one.endswith("/claim#" + one.split(",")[0])
    assert "2 made, 0 taken" in run(group, ["claims", "list"]).output
    revoked = run(group, ["claims", "revoke", "--batch", "b1", "--because", "a box was lost"])
    assert "2 revoked" in revoked.output
