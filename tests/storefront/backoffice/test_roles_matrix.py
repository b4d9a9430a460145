"""Every address of the backoffice is held to the one table of roles."""

import pytest
from sqlalchemy import func, select, update

from storefront.backoffice import desk
from storefront.cli.routes import route_facts
from storefront.database import Base
from storefront.staff import roles
from storefront.staff.models import ROLES, StaffSession
from tests.storefront.backoffice.at_the_desk import signed_in


def backoffice_rules(app):
    """List the staff's rules, those of plugins too, with their names in the table and an address."""
    rooms = {
        name
        for name, made in app.blueprints.items()
        if desk._enter in made.before_request_funcs.get(None, [])
    }
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/backoffice") or rule.endpoint.partition(".")[0] in rooms:
            values = {name: _value(rule, name) for name in rule.arguments}
            path = app.url_map.bind("localhost").build(rule.endpoint, values)
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                yield rule.endpoint.removeprefix(roles.PREFIX), method, path


def _value(rule, name):
    kind = type(rule._converters[name]).__name__
    return 999_999 if kind == "IntegerConverter" else "none-such"


def refused(answer) -> bool:
    """Tell a refusal by role from every other answer."""
    return answer.status_code == 403 and "You work here as" in answer.text


def sent_to_sign_in(answer) -> bool:
    return answer.status_code == 303 and "/backoffice/sign-in?" in answer.location


def test_every_address_of_the_backoffice_stands_in_the_table(app):
    names = {name for name, _, _ in backoffice_rules(app)}

    assert names - set(roles.whole()) == set()
    assert set(roles.whole()) - names == set()


@pytest.mark.parametrize("role", ROLES)
def test_a_role_comes_to_what_the_table_gives_it_and_to_nothing_else(app, role, subtests):
    for name, method, path in backoffice_rules(app):
        rule = roles.whole()[name]
        with subtests.test(name=name, method=method):
            answer = signed_in(app, role).open(path, method=method)

            assert refused(answer) == (role not in rule.roles)
            assert answer.status_code < 500


def test_a_stranger_is_sent_to_sign_in_from_everywhere_else(app, subtests):
    for name, method, path in backoffice_rules(app):
        with subtests.test(name=name, method=method):
            answer = app.test_client().open(path, method=method)

            assert sent_to_sign_in(answer) == (not roles.whole()[name].open)
            assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_program_that_is_not_signed_in_is_told_so(app):
    answer = app.test_client().get("/backoffice", headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json["code"]) == (401, "sign_in_first")


def test_an_address_that_the_table_does_not_have_is_for_nobody(app):
    room = desk.room("unlisted", __name__)
    room.add_url_rule("/backoffice/unlisted", view_func=lambda: "secret", endpoint="page")
    app.register_blueprint(room)

    answer = signed_in(app, "owner").get("/backoffice/unlisted")

    assert refused(answer)
    assert "secret" not in answer.text


def test_other_spellings_of_an_address_get_no_further(app, subtests):
    variants = ("/backoffice/", "//backoffice", "/Backoffice", "/backoffice/.", "/backoffice;x",
                "/backoffice/%2e%2e/backoffice", "/backoffice.json", "/backoffice/home.json")  # fmt: skip
    for path in variants:
        for headers in ({}, {"X-Original-URL": "/"}, {"X-HTTP-Method-Override": "GET"}):
            with subtests.test(path=path, headers=headers):
                answer = app.test_client().get(path, headers=headers)

                assert answer.status_code in {301, 303, 308, 404}
                assert "desk_menu" not in answer.text
                assert "What needs you" not in answer.text


def test_nothing_is_there_for_staff_where_nothing_is(app):
    answer = signed_in(app, "packer").get("/backoffice/none/such")

    assert answer.status_code == 404
    assert "Backoffice" in answer.text


def test_every_answer_is_private_and_bound_by_the_policy(app, subtests):
    for name, method, path in backoffice_rules(app):
        with subtests.test(name=name, method=method):
            answer = signed_in(app, "owner").open(path, method=method)

            assert answer.headers["Cache-Control"] == "private, no-store"
            assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
            assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
)
def test_no_form_of_another_site_is_taken(app, db, headers, subtests):
    owner = signed_in(app, "owner")
    before = counts(db)
    for name, method, path in backoffice_rules(app):
        if method == "POST":
            for kind in ("application/x-www-form-urlencoded", "text/plain", "application/json"):
                with subtests.test(name=name, kind=kind):
                    answer = owner.post(path, headers=headers, data="{}", content_type=kind)

                    assert answer.status_code == 403
    assert counts(db) == before


def test_money_roles_and_ways_to_sign_in_ask_for_a_fresh_proof(app, db, subtests):
    matter = {"members.invite", "members.change_role", "members.deactivate", "members.activate",
              "passkeys.register", "passkeys.remove", "passkeys.renew_codes"}  # fmt: skip
    matter |= {name for name in roles.whole() if name.startswith("money.")}
    owner = signed_in(app, "owner")
    db.execute(update(StaffSession).values(proven_at=None))
    db.commit()
    before = counts(db)

    for name, method, path in backoffice_rules(app):
        if name in matter:
            with subtests.test(name=name, method=method):
                answer = owner.open(path, method=method)

                assert answer.location.startswith("/backoffice/fresh?")
    assert counts(db) | {"storefront_audit_entry": 0} == before | {"storefront_audit_entry": 0}


def test_looking_at_pages_changes_nothing(app, db):
    owner = signed_in(app, "owner")
    before = counts(db)
    for _, method, path in backoffice_rules(app):
        if method == "GET":
            owner.get(path)
            owner.head(path)

    assert counts(db) == before


def test_the_list_of_addresses_says_which_roles_may_come(app):
    facts = {fact.endpoint: fact.roles for fact in route_facts(app)}

    assert facts["storefront_backoffice_members.page"] == ("owner",)
    assert facts["storefront_backoffice_sign_in.page"] == ()
    assert facts["storefront_catalog.home"] == ()


def counts(db) -> dict[str, int]:
    """Count the rows of every table."""
    db.rollback()
    tables = Base.metadata.sorted_tables
    return {table.name: db.scalar(select(func.count()).select_from(table)) for table in tables}
