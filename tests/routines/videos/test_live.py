"""How many films an account plays at once, whoever comes first."""

import threading
from datetime import timedelta

from routines.videos import live
from routines.videos.grants import Grant
from routines.videos.models import LiveGrant
from storefront import clock, database
from tests.makers import both


def use(app, device: str, at, *, meanwhile=lambda: None) -> None:
    """Use a grant for the first time, of an account that may play one film at a time."""
    grant = Grant("film", "ana", at + timedelta(hours=1))
    with app.app_context(), database.transaction() as db:
        live.open_(db, grant, device, 1, at)
        meanwhile()


@both
def test_two_first_uses_at_once_leave_no_more_films_open_than_allowed(app):
    now = clock.now()
    second = threading.Thread(target=use, args=(app, "tv", now + timedelta(seconds=1)))
    waited = []

    def let_the_second_try():
        second.start()
        second.join(0.5)
        waited.append(second.is_alive())

    use(app, "phone", now, meanwhile=let_the_second_try)
    second.join(10)

    with app.app_context():
        rows = database.session().query(LiveGrant).order_by(LiveGrant.opened_at)
        assert [(row.device, row.closed_at is None) for row in rows] == [("phone", False), ("tv", True)]  # fmt: skip
    assert waited == [True]
