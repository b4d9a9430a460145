"""Mail scanners follow every link of every letter, again and again: nothing may happen by it."""

import re
from urllib.parse import urlsplit

import pytest
from sqlalchemy import event

from storefront import database, web
from storefront.cart import links as cart_links
from storefront.newsletter import links
from storefront.resources import data_folder
from storefront.staff import members
from tests.mailbox import letters
from tests.makers import make_order, make_product, make_reader

ORDER, PROGRAMME, SIGN_IN = "/orders/<number>", "/programmes/<slug>", "/backoffice/sign-in/link/<token>"  # fmt: skip
LEADS_TO = {  # variable of a letter, or letter and variable, to the page that it leads to
    "order_url": ORDER,
    "invoice_url": "/orders/<number>/invoice",
    "answer_url": "/orders/<number>/recalls/<slug>",
    "notice_url": "/recalls/<slug>",
    "leave_url": "/newsletter/leave/<token>",
    "preferences_url": "/newsletter/preferences/<token>",
    "archive_url": "/newsletter/archive/<slug>",
    "stop_url": f"{PROGRAMME}/stop/<token>",
    "base_url": "/",
    "manage_url": "/membership/manage",
    "join_url": "/membership",
    "gift_url": "/membership/gift",
    "back_in_stock leave_url": "/stock/notices/<token>",
    "back_in_stock url": "/shop/<slug>",
    "programme_confirm url": f"{PROGRAMME}/mine/<token>",
    "programme_phase url": f"{PROGRAMME}/mine/<token>",
    "programme_started url": f"{PROGRAMME}/mine/<token>",
    "newsletter_issue block.url": "",  # pages of the site without a token
    "newsletter_issue link.url": "",
    "newsletter_series block.url": "",
    "newsletter_series link.url": "",
    "order_shipped tracking_url": "",  # the carrier's
    "newsletter_confirm link": "/newsletter/confirm/<token>",
    "stock_notice_confirm link": "/stock/notices/<token>",
    "cart_link link": "/cart/restore/<token>",
    "customer_sign_in link": "/account/sign-in/link/<token>",
    "staff_code link": SIGN_IN,
    "staff_invited link": "/backoffice/sign-in",
}
NAMED = re.compile(r"\{\{\s*((?:block\.|link\.)?[a-z_]*(?:url|link))\s*\}\}|\(\s*\"[^\"]*\"\s*,\s*([a-z_]*(?:url|link))\b")  # fmt: skip
ANA = "ana@example.org"


def variables():
    """List every link that a letter's templates write, by letter."""
    for folder in sorted(path for path in (data_folder("templates") / "email").iterdir() if path.is_dir()):  # fmt: skip
        said = "".join((folder / name).read_text("utf-8") for name in ("body.txt", "body.mjml"))
        for found in {name or other for name, other in NAMED.findall(said)}:
            yield folder.name, found


def leads_to(letter, variable):
    return LEADS_TO.get(f"{letter} {variable}", LEADS_TO.get(variable))


def test_it_is_known_where_every_link_of_every_letter_leads(app):
    rules = {rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods}

    unknown = [pair for pair in variables() if leads_to(*pair) is None]

    assert unknown == []
    assert {place for place in LEADS_TO.values() if place} - rules == set()


@pytest.fixture
def mailed(app, client):
    """Let letters be written for real, and give their links by the page that they lead to."""
    with app.app_context(), database.transaction() as db:
        make_reader(db, "reader@example.org")
        make_product(db, stock=0)
        order = make_order(db, email=ANA)
        members.invite(db, "owner@example.org", "owner", order.placed_at)
        number, key = order.number, order.key
    client.post("/newsletter", data={"email": ANA})
    client.post("/stock/notices", data={"sku": "ROLL-MINI-M", "email": ANA})
    client.post("/account/sign-in", data={"email": ANA})
    client.post("/backoffice/sign-in", data={"email": "owner@example.org"})
    client.post("/newsletter/leave", data={"email": "reader@example.org"})
    written = "\n".join(letter["text"] for letter in letters(app))
    with app.test_request_context():
        signer = web.shop().signer
        written += f" http://localhost{cart_links.path(())} "
        written += "http://localhost/membership/manage http://localhost/membership/gift "
        written += f"http://localhost/orders/{number}?key={key} {links.preferences_url('reader@example.org')} "
        written += " ".join(
            f"http://localhost/programmes/x/{part}/{signer.sign(f'programme-{part}', 'gone')}"
            for part in ("mine", "stop")
        )
    return re.findall(r"http://localhost(/\S+)", written)


def test_scanning_every_mailed_link_three_times_changes_nothing(app, mailed):
    urls = app.url_map.bind("localhost")
    with app.app_context():
        engine = database.session().get_bind()
    writes = []
    event.listen(engine, "before_cursor_execute", lambda *said: writes.append(said[2]) if re.match(r"\s*(INSERT|UPDATE|DELETE)", said[2]) else None)  # fmt: skip
    seen = {}
    for path in mailed:
        seen[urls.match(urlsplit(path).path, return_rule=True)[0].rule] = path
        for method in ("GET", "HEAD") * 3:
            answer = app.test_client().open(path, method=method)
            assert answer.status_code in (200, 303, 404, 410, 422), path
            cookies = answer.headers.getlist("Set-Cookie")
            assert all(each.startswith(web.NOTICE) for each in cookies), path
        assert writes == [], (path, writes)

    acting = {place for place in LEADS_TO.values() if place.endswith("<token>")}
    assert acting <= set(seen)
