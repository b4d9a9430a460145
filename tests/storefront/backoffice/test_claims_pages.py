"""Codes in boxes at the desk: made and shown once, counted, and revoked by batch."""

import re

from sqlalchemy import select

from storefront.ownership.models import ClaimCode
from tests.makers import make_product
from tests.storefront.backoffice.at_the_desk import signed_in


def test_a_keeper_makes_codes_prints_them_once_and_revokes_the_batch(app, db):
    make_product(db, components=("roller",))
    db.commit()
    client = signed_in(app, "keeper")
    sent = {"sku": "ROLL-MINI-M", "count": "2", "batch": "first"}

    page = client.post("/backoffice/claims", data=sent)

    assert len(re.findall(r"\w{4}(?:-\w{4}){3}", page.text)) >= 2
    assert page.text.count("<svg") >= 2
    listed = client.get("/backoffice/claims").text
    assert "first" in listed
    assert not re.search(r"\w{4}(?:-\w{4}){3}<", listed)
    client.post("/backoffice/claims/revoke", data={"old": "first", "because": "lost"})
    assert all(row.revoked_at for row in db.scalars(select(ClaimCode)))


def test_what_cannot_be_made_is_said_beside_its_field(app):
    client = signed_in(app, "keeper")
    for sent in ({}, {"sku": "NONE", "count": "1", "batch": "b"}, {"count": "x" * 900}):
        assert client.post("/backoffice/claims", data=sent).status_code == 422
    assert client.post("/backoffice/claims/revoke", data={"old": "none"}).status_code == 422
