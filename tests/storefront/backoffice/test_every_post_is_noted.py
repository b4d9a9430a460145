"""Whatever form a member sends, the audit log has it: by the view itself, or by the frame."""

import pytest

from storefront import database
from storefront.backoffice import desk
from storefront.staff import roles
from storefront.staff.models import AuditEntry
from storefront.staff.roles import Rule
from tests.storefront.backoffice.at_the_desk import signed_in


def noted(db):
    return [(entry.who, entry.action, entry.about) for entry in db.query(AuditEntry)]


@pytest.fixture
def room(app, monkeypatch):
    """A room with a view that notes what it does, one that forgets to, and one that fails."""
    made = desk.room("trial", "storefront.trial")

    def careful():
        with database.transaction() as db:
            desk.audit(db, "thing.done", "THING-1", pieces=2)
        return "done"

    views = {"careful": careful, "forgetful": lambda: "done", "broken": lambda: 1 / 0}
    rules = {f"trial.{name}": Rule(roles.KEEPERS) for name in views}
    monkeypatch.setattr(roles, "TABLE", roles.TABLE | rules)
    for name, view in views.items():
        path = f"/backoffice/trial/{name}"
        made.add_url_rule(path, endpoint=name, view_func=view, methods=["GET", "POST"])
    app.register_blueprint(made)


def test_what_a_view_notes_is_noted_once_in_its_own_words(app, db, room):
    signed_in(app, "keeper").post("/backoffice/trial/careful")

    assert noted(db) == [("keeper@example.org", "thing.done", "THING-1")]
    assert db.query(AuditEntry).one().facts == {"pieces": 2}


def test_what_a_view_forgets_the_frame_notes(app, db, room):
    signed_in(app, "keeper").post("/backoffice/trial/forgetful")

    assert noted(db) == [("keeper@example.org", "trial.forgetful", "/backoffice/trial/forgetful")]  # fmt: skip


def test_what_a_role_was_refused_is_noted(app, db, room):
    signed_in(app, "packer").post("/backoffice/trial/careful")

    assert noted(db) == [("packer@example.org", "refused: trial.careful", "/backoffice/trial/careful")]  # fmt: skip


def test_what_failed_or_was_only_looked_at_is_not_noted(app, db, room):
    keeper = signed_in(app, "keeper")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert keeper.post("/backoffice/trial/broken").status_code == 500
    keeper.get("/backoffice/trial/forgetful")

    assert noted(db) == []


def test_a_form_from_another_site_changes_and_notes_nothing(app, db, room):
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "null"}):  # fmt: skip
        answer = signed_in(app, "keeper").post("/backoffice/trial/careful", headers=headers)
        assert answer.status_code == 403

    assert noted(db) == []


def test_every_room_of_the_backoffice_has_this_frame(app):
    rooms = {name: made for name, made in app.blueprints.items() if "_backoffice_" in name}

    assert rooms
    for name, made in rooms.items():
        assert desk._write_down in made.after_request_funcs[None], name
        assert desk._enter in made.before_request_funcs[None], name
