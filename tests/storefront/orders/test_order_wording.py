"""What is said of an order is true of all its lines."""

from datetime import date

import pytest

from storefront.orders import wording
from storefront.orders.models import OrderLine
from tests.makers import make_order

LATER = date(2027, 3, 1)


@pytest.mark.parametrize(
    ("days", "words"),
    [([None], "We pack it now."), ([LATER], "We send it when it is here."),
     ([None, LATER], "We send what is here, the rest later.")],
)  # fmt: skip
def test_what_has_yet_to_arrive_is_not_packed_now(db, days, words):
    order = make_order(db)
    order.lines = [OrderLine(name="Strap", ships_from=day) for day in days]
    db.expunge(order)

    assert wording.packed(order) == words


def test_an_address_ends_with_the_name_of_its_country(db):
    order = make_order(db)
    order.address = {
        "line1": "Calle 1",
        "postal_code": "28039",
        "city": "Madrid",
        "region": "Madrid",
        "country": "ES",
    }

    assert wording.destination(order)[-1] == "Spain"
    assert "28039 Madrid" in " ".join(wording.destination(order))
