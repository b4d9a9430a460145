"""Two at the same moment: one link signs one device in, and one owner always stays."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from storefront import clock, database
from storefront.backoffice.sign_in_links import link_of
from storefront.errors import ShopError
from storefront.staff import codes, members, recovery
from storefront.staff.models import StaffMember, StaffSession
from tests.makers import both
from tests.storefront.backoffice.at_the_desk import make_member

AT_ONCE = 6


def together(app, *calls):
    """Do every call at the same moment, each in a thread and an app context of its own."""
    barrier = Barrier(len(calls))

    def do(call):
        with app.app_context():
            barrier.wait()
            return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(do, calls))


@both
def test_a_link_pressed_on_many_devices_at_once_signs_one_in(app, db):
    make_member(db, "owner")
    with app.test_request_context():
        path = link_of(codes.make(db, "owner@example.org", clock.now()).id).removeprefix("http://localhost")  # fmt: skip
    db.commit()

    answers = together(app, *[lambda: app.test_client().post(path).status_code] * AT_ONCE)

    assert sorted(answers) == [303] + [410] * (AT_ONCE - 1)
    assert db.query(StaffSession).count() == 1


@both
def test_two_owners_who_demote_each_other_leave_one(app, db):
    ids = [make_member(db, "owner", f"owner{number}@example.org").id for number in range(2)]
    db.commit()

    def demote(one, other):
        try:
            with database.transaction() as own:
                members.change_role(own, one, "packer", by_id=other)
        except ShopError:
            return False
        return True

    done = together(app, lambda: demote(*ids), lambda: demote(*reversed(ids)))

    assert sorted(done) == [False, True]
    assert db.query(StaffMember).filter_by(role="owner").count() == 1


@both
def test_a_recovery_code_typed_twice_at_once_works_once(app, db):
    member_id = make_member(db, "owner").id
    code = recovery.renew(db, member_id, clock.now())[0]
    db.commit()

    def use():
        with database.transaction() as own:
            return recovery.use(own, member_id, code, clock.now())

    assert sorted(together(app, *[use] * AT_ONCE)) == [False] * (AT_ONCE - 1) + [True]


@both
def test_codes_guessed_at_once_are_five_at_most(app, db):
    make_member(db, "owner")
    wish_id = codes.make(db, "owner@example.org", clock.now()).id
    db.commit()

    def guess():
        try:
            with database.transaction() as own:
                return codes.by_code(own, wish_id, "000000", clock.now())
        except ShopError:
            return "closed"

    answers = together(app, *[guess] * 12)

    assert (answers.count(False), answers.count("closed")) == (codes.MOST_TRIES, 7)
