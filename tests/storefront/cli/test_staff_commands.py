"""The operator makes the first owner, and gets somebody in whose letters do not arrive."""

import json

import pytest

from storefront import clock
from storefront.errors import Invalid, NotFound
from storefront.staff.models import AuditEntry, Passkey, StaffMember
from tests.storefront.backoffice.at_the_desk import signed_in


@pytest.fixture
def type_(app):
    def typed(*words):
        answer = app.test_cli_runner().invoke(args=["storefront", *words], standalone_mode=False)  # fmt: skip
        if answer.exception:
            raise answer.exception
        return answer.output

    return typed


def test_the_first_owner_is_made_and_listed(type_, db):
    type_("user", "create", "--email", "Ana@Example.org", "--role", "owner")

    (row,) = json.loads(type_("user", "list", "--json"))
    assert (row["email"], row["role"], row["active"]) == ("ana@example.org", "owner", True)
    assert db.query(AuditEntry).one().who == "operator"


def test_the_printed_link_signs_in_once(type_, app):
    type_("user", "create", "--email", "ana@example.org", "--role", "owner")
    path = type_("signin-link", "--email", "ana@example.org").strip().removeprefix("http://localhost")  # fmt: skip
    device, late = app.test_client(), app.test_client()

    assert device.post(path).location == "/backoffice"
    assert device.get("/backoffice").status_code == 200
    assert late.post(path).status_code == 410


def test_a_deactivated_member_gets_no_link(type_, db):
    type_("user", "create", "--email", "ana@example.org", "--role", "owner")
    type_("user", "create", "--email", "bo@example.org", "--role", "packer")
    type_("user", "deactivate", "--email", "bo@example.org")

    assert not db.query(StaffMember).filter_by(email="bo@example.org").one().is_active
    for email in ("bo@example.org", "nobody@example.org"):
        with pytest.raises(NotFound, match="No active member"):
            type_("signin-link", "--email", email)


def test_the_last_owner_stays_for_the_operator_too(type_):
    type_("user", "create", "--email", "ana@example.org", "--role", "owner")

    with pytest.raises(Invalid, match="last owner"):
        type_("user", "deactivate", "--email", "ana@example.org")
    with pytest.raises(Invalid):
        type_("user", "create", "--email", "not an address", "--role", "owner")


def test_a_member_who_has_lost_every_passkey_is_let_in_by_letter_again(type_, app, db):
    type_("user", "create", "--email", "ana@example.org", "--role", "owner")
    ana = db.query(StaffMember).one()
    db.add(Passkey(member_id=ana.id, credential_id="x", public_key="x", name="Lost", created_at=clock.now()))  # fmt: skip
    db.commit()
    device = signed_in(app, email="ana@example.org")

    assert "1 passkeys" in type_("user", "forget-passkeys", "--email", "ana@example.org")

    assert db.query(Passkey).count() == 0
    assert device.get("/backoffice").status_code == 303
