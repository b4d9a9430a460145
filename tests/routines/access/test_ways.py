"""A closed gate says where each way begins and what it costs, the cheapest first."""

from routines.access import ways
from routines.access.decide import Resource, Viewer, decide
from storefront import clock
from storefront.memberships.models import MembershipPlan
from tests.makers import make_product

STRAP = Resource("video:strap", ("newsletter", "email", "owns", "member"), frozenset({"strap"}))


def priced(app, db, resource=STRAP):
    db.commit()
    with app.test_request_context():
        told = decide(Viewer(), resource, clock.now())
        return [way.text for way in ways.priced(db, told, resource, "/x#gate").ways_to_open]


def test_the_cheapest_tool_in_stock_is_named_with_its_price(app, db):
    make_product(db, "strap", sku="S", price_minor=1400, components=("strap",))
    make_product(db, "strap-set", sku="SET", price_minor=2400, components=("strap", "ball"))
    make_product(db, "old-strap", sku="OLD", price_minor=900, stock=0, components=("strap",))

    assert priced(app, db) == [
        "Confirm your address – free",
        "Read the newsletter – free",
        "Buy the strap – €14.00",
    ]


def test_nobody_is_sent_to_buy_what_is_not_there(app, db):
    assert priced(app, db) == ["Confirm your address – free", "Read the newsletter – free"]


def test_a_membership_is_offered_where_one_can_join(app, db):
    db.add(
        MembershipPlan(
            slug="m", name="Monthly", about="", lookup_key="m", amount_minor=900, currency="EUR",
            rhythm="month", trial_days=14, position=1, is_offered=True,
        )
    )  # fmt: skip
    app.view_functions.setdefault(ways.MEMBERSHIP, lambda: "")
    if not any(rule.endpoint == ways.MEMBERSHIP for rule in app.url_map.iter_rules()):
        app.url_map.add(app.url_rule_class("/membership", endpoint=ways.MEMBERSHIP))

    assert priced(app, db)[-1] == "14 days of membership free, then €9.00 a month"
