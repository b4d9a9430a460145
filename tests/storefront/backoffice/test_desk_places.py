"""Plugins have rooms behind the staff's sign-in, held to the one table of roles."""

import pytest
from flask import Flask

from storefront import Storefront, hooks
from storefront.backoffice import desk
from storefront.errors import RefusedToStart
from storefront.staff import roles
from storefront.staff.roles import Rule
from tests.storefront.backoffice.at_the_desk import signed_in

PAGE = "plants_backoffice_garden.page"


class Garden:
    """A plugin with a place for authors at /garden, one view of which stands in the table."""

    def __init__(self, rules=None):
        self.rules = {PAGE: Rule(roles.AUTHORS)} if rules is None else rules

    @hooks.hookimpl
    def blueprints(self):
        room = desk.room("garden", "plants.garden")
        room.add_url_rule("/garden", "page", lambda: "roses")
        room.add_url_rule("/garden/wild", "wild", lambda: "thistles")
        room.add_url_rule("/garden/form", "form", lambda: "dug", methods=["POST"])
        return [room]

    @hooks.hookimpl
    def desk_places(self):
        links = (hooks.DeskLink("Garden", PAGE, "Write"),)
        return [hooks.DeskPlace("/garden", self.rules, links)]


def app_with(settings, plugin):
    made = Flask(__name__)
    made.secret_key = settings.secret_key
    Storefront(made, settings=settings, plugins=[plugin])
    return made


@pytest.fixture
def garden_app(settings, monkeypatch):
    monkeypatch.setattr(roles, "ADDED", {})
    made = app_with(settings, Garden())
    yield made
    with made.app_context():
        made.extensions["sqlalchemy"].engine.dispose()


def test_the_rows_of_a_plugin_let_its_roles_in_and_nobody_else(garden_app):
    assert signed_in(garden_app, "author").get("/garden").text == "roses"
    assert signed_in(garden_app, "packer").get("/garden").status_code == 403


def test_an_endpoint_that_the_plugin_forgot_is_refused_to_everybody(garden_app):
    answer = signed_in(garden_app, "owner").get("/garden/wild")

    assert answer.status_code == 403
    assert "thistles" not in answer.text


def test_a_stranger_is_sent_to_sign_in_and_back(garden_app):
    answer = garden_app.test_client().get("/garden?bed=2")

    assert answer.location == "/backoffice/sign-in?next=/garden?bed%3D2"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_somebody_who_signed_in_before_the_place_was_there_is_let_in(garden_app):
    device = signed_in(garden_app, "author")
    device.delete_cookie("storefront_staff", path="/garden")
    assert device.get("/garden").status_code == 303

    answer = device.get("/backoffice/sign-in?next=/garden")

    assert answer.location == "/garden"
    assert device.get("/garden").text == "roses"


def test_the_menu_leads_there_only_whom_the_table_lets_in(garden_app):
    assert 'href="/garden"' in signed_in(garden_app, "author").get("/backoffice").text
    assert 'href="/garden"' not in signed_in(garden_app, "packer").get("/backoffice").text


@pytest.mark.parametrize("name", ["storefront_backoffice_members.invite", "members.invite"])
def test_a_plugin_that_changes_the_table_stops_the_start(settings, monkeypatch, name):
    monkeypatch.setattr(roles, "ADDED", {})

    with pytest.raises(RefusedToStart):
        app_with(settings, Garden({name: Rule(roles.EVERYBODY)}))


def test_signing_out_takes_the_key_from_every_place(garden_app):
    device = signed_in(garden_app, "author")

    device.post("/backoffice/sign-out")

    assert device.get("/garden").status_code == 303
