"""Two who write the same at one moment: the second is told, and never sees a broken page."""

from storefront import database
from storefront.backoffice import desk
from storefront.pricing.models import PriceList
from storefront.staff import roles
from tests.makers import both
from tests.storefront.backoffice.at_the_desk import signed_in


@both
def test_the_second_of_two_is_told_and_nothing_of_it_is_written(app, db, monkeypatch):
    room = desk.room("race", desk.__name__)

    def page():
        with database.transaction() as mine:
            mine.add(PriceList(key="lost", name="Lost"))
            mine.flush()
            mine.expunge_all()
            mine.add(PriceList(key="lost", name="Again"))
        return "written"

    room.add_url_rule("/backoffice/race", view_func=page, endpoint="page", methods=["POST"])
    app.register_blueprint(room)
    monkeypatch.setattr(roles, "TABLE", {**roles.TABLE, "race.page": roles.Rule(roles.OWNER)})

    answer = signed_in(app).post("/backoffice/race")

    assert answer.status_code == 409
    assert "Somebody wrote the same" in answer.text
    assert db.get(PriceList, "lost") is None
