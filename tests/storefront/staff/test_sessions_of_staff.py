"""A session dies at once: by age, idleness, sign-out, another role, deactivation."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from storefront import clock
from storefront.errors import Forbidden, Invalid, NotFound
from storefront.staff import audit, members, sessions
from tests.makers import both
from tests.storefront.backoffice.at_the_desk import make_member


@pytest.fixture
def owner(db):
    return make_member(db, "owner")


def begin(db, member, settings, now=None):
    return sessions.begin(
        db, member, way="code", client="127.0.0.1", agent="Test", settings=settings,
        now=now or clock.now(),
    )  # fmt: skip


def test_a_key_stands_for_its_member_and_no_other_key_does(db, owner, settings):
    key = begin(db, owner, settings)

    assert sessions.find(db, key, settings, clock.now()).email == "owner@example.org"
    assert sessions.find(db, key[:-1], settings, clock.now()) is None
    assert sessions.find(db, "", settings, clock.now()) is None


def test_the_database_does_not_hold_the_key(db, owner, settings):
    key = begin(db, owner, settings)
    kept = sessions.of_member(db, owner.id, settings, clock.now())[0]

    assert key not in str(vars(kept))


@pytest.mark.parametrize("spare", [-1, 1])
def test_a_session_ends_when_it_was_idle_too_long(db, owner, settings, spare):
    now = clock.now()
    key = begin(db, owner, settings, now)
    later = now + timedelta(minutes=settings.staff_idle_minutes, seconds=spare)

    assert (sessions.find(db, key, settings, later) is None) == (spare > 0)


def test_a_session_ends_after_its_hours_however_busy_it_is(db, owner, settings):
    now = clock.now()
    key = begin(db, owner, settings, now)
    end = now + timedelta(hours=settings.staff_session_hours)
    found = sessions.find(db, key, settings, now)
    sessions.seen(db, found.session_id, end)

    assert sessions.find(db, key, settings, end - timedelta(seconds=1)) is not None
    assert sessions.find(db, key, settings, end) is None


def test_only_devices_that_are_still_signed_in_are_listed_and_old_ones_forgotten(
    db, owner, settings
):
    now = clock.now()
    begin(db, owner, settings, now)
    idle = now + timedelta(minutes=settings.staff_idle_minutes)
    old = now + timedelta(hours=settings.staff_session_hours, seconds=1)

    assert len(sessions.of_member(db, owner.id, settings, now)) == 1
    assert sessions.of_member(db, owner.id, settings, idle) == []
    assert sessions.forget_before(db, now) == 0
    assert sessions.forget_before(db, old) == 1


@both
def test_another_role_and_deactivation_end_every_session_at_once(db, owner, settings):
    packer = make_member(db, "packer")
    keys = [begin(db, packer, settings) for _ in range(2)]

    members.change_role(db, packer.id, "author", by_id=owner.id)
    assert [sessions.find(db, key, settings, clock.now()) for key in keys] == [None, None]

    key = begin(db, packer, settings)
    members.deactivate(db, packer.id, by_id=owner.id)
    assert sessions.find(db, key, settings, clock.now()) is None
    members.activate(db, packer.id, by_id=owner.id)
    assert sessions.find(db, key, settings, clock.now()) is None


@both
def test_the_last_owner_stays(db, owner):
    other = make_member(db, "keeper")

    with pytest.raises(Invalid, match="last owner"):
        members.change_role(db, owner.id, "keeper", by_id=other.id)
    with pytest.raises(Invalid, match="last owner"):
        members.deactivate(db, owner.id, by_id=None)

    assert (owner.role, owner.is_active) == ("owner", True)


def test_a_deactivated_owner_is_no_owner_that_stays(db, owner):
    second = make_member(db, "owner", "second@example.org")
    members.deactivate(db, second.id, by_id=owner.id)

    with pytest.raises(Invalid, match="last owner"):
        members.deactivate(db, owner.id, by_id=None)


def test_nobody_changes_their_own_role_or_locks_themselves_out(db, owner):
    make_member(db, "owner", "second@example.org")

    for change in (members.deactivate, members.activate):
        with pytest.raises(Forbidden):
            change(db, owner.id, by_id=owner.id)
    with pytest.raises(Forbidden):
        members.change_role(db, owner.id, "keeper", by_id=owner.id)


def test_a_member_is_asked_for_by_one_spelling_and_once(db, owner):
    with pytest.raises(Invalid):
        members.invite(db, " OWNER@Example.org", "packer", clock.now())
    with pytest.raises(Invalid):
        members.invite(db, "new@example.org", "admin", clock.now())
    with pytest.raises(NotFound):
        members.find(db, 999)


@both
def test_the_audit_log_cannot_be_changed(db, owner, backend):
    entry = audit.note(db, "owner@example.org", "order.refunded", "7K3M-92QX", amount_minor=100)
    db.commit()

    for change in ("UPDATE storefront_audit_entry SET who = 'x'", "DELETE FROM storefront_audit_entry"):  # fmt: skip
        with pytest.raises(Exception, match="only written, never changed"):
            db.execute(text(change))
        db.rollback()

    assert audit.found(db, audit.Wanted(action="order.refunded"))[0].id == entry.id
