"""Members, devices and the log, as an owner meets them; and what asks for a fresh proof."""

import pytest
from sqlalchemy import update

from storefront import clock
from storefront.staff import audit, members, sessions
from storefront.staff.models import AuditEntry, StaffMember, StaffSession
from tests.mailbox import code, letters
from tests.storefront.backoffice.at_the_desk import make_member, signed_in

OWNER = "owner@example.org"


@pytest.fixture
def packer(db):
    made = make_member(db, "packer")
    db.commit()
    return made


def make_stale(db):
    """Let the last proof of every session be an hour old."""
    an_hour = clock.now() - sessions.FRESH_FOR * 6
    db.execute(update(StaffSession).values(proven_at=an_hour))
    db.commit()


def actions(db):
    return [entry.action for entry in db.query(AuditEntry).order_by(AuditEntry.id)]


def test_an_owner_invites_somebody_who_then_signs_in(app, db):
    owner, new = signed_in(app), app.test_client()

    answer = owner.post("/backoffice/members/new", data={"email": "New@Example.org", "role": "packer"})  # fmt: skip
    assert answer.status_code == 303
    assert "packer" in letters(app, "new@example.org")[0]["text"]
    new.post("/backoffice/sign-in", data={"email": "new@example.org"})
    new.post("/backoffice/sign-in/code", data={"code": code(letters(app, "new@example.org")[0])})  # fmt: skip

    assert new.get("/backoffice").status_code == 200
    assert new.get("/backoffice/members").status_code == 403
    assert actions(db) == ["member.invited", "signed_in"]


@pytest.mark.parametrize(
    "sent",
    [{}, {"email": "new@example.org"}, {"email": "x", "role": "packer"}, {"email": OWNER, "role": "packer"},
     {"email": "new@example.org", "role": "god"}, {"email": "a\nb@example.org", "role": "packer"}],
)  # fmt: skip
def test_a_wrong_invitation_is_shown_again_and_changes_nothing(app, db, sent):
    answer = signed_in(app).post("/backoffice/members/new", data=sent)

    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert db.query(StaffMember).count() == 1


def test_another_role_is_shown_first_then_given_and_signs_the_member_out(app, db, packer):
    owner, theirs = signed_in(app), signed_in(app, "packer")
    path = f"/backoffice/members/{packer.id}/role"

    shown = owner.get(f"{path}?role=author")
    assert "from packer to author" in shown.text
    assert theirs.get("/backoffice").status_code == 200
    assert owner.post(path, data={"role": "author"}).status_code == 303

    assert theirs.get("/backoffice").status_code == 303
    assert db.get(StaffMember, packer.id, populate_existing=True).role == "author"
    assert actions(db)[-1] == "member.role"


def test_deactivating_signs_out_and_keeps_out_until_let_back_in(app, db, packer):
    owner, theirs = signed_in(app), signed_in(app, "packer")
    path = f"/backoffice/members/{packer.id}"

    owner.post(f"{path}/deactivate")
    assert theirs.get("/backoffice").status_code == 303
    theirs.post("/backoffice/sign-in", data={"email": packer.email})
    assert letters(app, packer.email) == []

    owner.post(f"{path}/activate")
    theirs.post("/backoffice/sign-in", data={"email": packer.email})
    assert len(letters(app, packer.email)) == 1


def test_nobody_gives_themselves_a_role_by_any_field(app, db, packer):
    for role in ("packer", "keeper", "author"):
        device = signed_in(app, role)
        me = members.by_email(db, f"{role}@example.org")
        db.rollback()
        for path in (
            f"/backoffice/members/{me.id}/role",
            "/backoffice/me",
            "/backoffice/sign-in",
        ):
            device.post(path, data={"role": "owner", "is_staff": "1", "is_active": "1", "email": "x"})  # fmt: skip
        assert db.get(StaffMember, me.id, populate_existing=True).role == role
        db.rollback()

    owner = signed_in(app)
    mine = members.by_email(db, OWNER)
    db.rollback()
    answer = owner.post(f"/backoffice/members/{mine.id}/role", data={"role": "packer"})
    assert answer.status_code == 403
    assert owner.post(f"/backoffice/members/{mine.id}/deactivate").status_code == 403
    assert owner.get("/backoffice/members").status_code == 200


@pytest.mark.parametrize("part", ["", "/role?role=author", "/deactivate"])
def test_a_member_that_is_not_there_is_not_found(app, part):
    owner = signed_in(app)

    for number in ("999", "2147483647", "99999999999999999999", "-1", "x"):
        assert owner.get(f"/backoffice/members/{number}{part}").status_code == 404
        assert owner.post(f"/backoffice/members/{number}{part}").status_code in {404, 405}


def test_what_matters_asks_for_a_fresh_proof_and_leads_back(app, db, packer):
    owner = signed_in(app)
    make_stale(db)
    path = f"/backoffice/members/{packer.id}/role?role=author"

    asked = owner.get(path)
    assert asked.status_code == 303
    assert owner.post(path.partition("?")[0], data={"role": "author"}).location.startswith("/backoffice/fresh")  # fmt: skip
    assert db.get(StaffMember, packer.id, populate_existing=True).role == "packer"
    db.rollback()

    owner.post("/backoffice/fresh", data={"next": path})
    before = owner.get_cookie("storefront_staff", path="/backoffice").value
    answer = owner.post("/backoffice/fresh/code", data={"code": code(letters(app, OWNER)[0])})

    assert answer.location == path
    assert owner.get_cookie("storefront_staff", path="/backoffice").value != before
    assert owner.get(path).status_code == 200


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://localhost/backoffice/members/new", "/backoffice/members/new"),
        (
            "http://localhost/backoffice/me/sessions/end",
            "/backoffice/me",
        ),  # a form's own address
        ("http://localhost/backoffice/none/such", "/backoffice"),
        ("http://localhost/shop/", "/backoffice"),
        ("https://evil.example/backoffice/members", "/backoffice"),
        ("http://localhost//evil.example", "/backoffice"),
        ("", "/backoffice"),
    ],
)
def test_an_old_proof_leads_back_to_a_page_that_can_be_looked_at(app, db, came_from, back):
    owner = signed_in(app)
    make_stale(db)

    answer = owner.post("/backoffice/members/new", headers={"Referer": came_from})

    assert answer.location == f"/backoffice/fresh?next={back}"


def test_a_code_to_sign_in_is_no_fresh_proof_and_the_other_way_round(app, db):
    owner = signed_in(app)
    make_stale(db)
    owner.post("/backoffice/sign-in", data={"email": OWNER})
    assert owner.post("/backoffice/fresh/code", data={"code": code(letters(app, OWNER)[0])}).status_code == 410  # fmt: skip

    owner.post("/backoffice/fresh")
    stranger = app.test_client()
    waiting = owner.get_cookie("storefront_staff_waiting", path="/backoffice").value
    stranger.set_cookie("storefront_staff_waiting", waiting, path="/backoffice")
    digits = code(letters(app, OWNER)[0])

    assert stranger.post("/backoffice/sign-in/code", data={"code": digits}).status_code == 410
    assert stranger.get("/backoffice").status_code == 303


def test_a_fresh_proof_of_one_member_is_none_of_another(app, db, packer):
    owner, theirs = signed_in(app), signed_in(app, "packer")
    make_stale(db)
    theirs.post("/backoffice/fresh")
    waiting = theirs.get_cookie("storefront_staff_waiting", path="/backoffice").value
    owner.set_cookie("storefront_staff_waiting", waiting, path="/backoffice")

    digits = code(letters(app, packer.email)[0])
    assert owner.post("/backoffice/fresh/code", data={"code": digits}).status_code == 410
    assert owner.get("/backoffice/members/new").status_code == 303


def test_one_signs_out_ones_own_devices_and_nobody_elses(app, db, packer):
    mine, phone, theirs = signed_in(app), signed_in(app), signed_in(app, "packer")
    ids = {one.member_id: one.id for one in db.query(StaffSession).order_by(StaffSession.id)}
    db.rollback()

    assert mine.post(f"/backoffice/me/sessions/{ids[packer.id]}/end").status_code == 404
    assert theirs.get("/backoffice").status_code == 200

    phone_id = next(number for member, number in ids.items() if member != packer.id)
    assert mine.post(f"/backoffice/me/sessions/{phone_id}/end").status_code == 303
    assert phone.get("/backoffice").status_code == 303
    mine.post("/backoffice/me/sessions/end")
    assert mine.get("/backoffice").status_code == 303


def test_a_form_that_no_view_notes_is_noted_by_the_frame(app, db):
    signed_in(app, "packer").post("/backoffice/fresh/passkey/options")
    signed_in(app, "packer").post("/backoffice/members/new", data={"email": "x"})

    assert actions(db) == ["passkeys.fresh_options", "refused: members.invite"]


def test_the_log_is_narrowed_by_who_what_about_and_day(app, db):
    for number in range(3):
        audit.note(db, "keeper@example.org", "order.refunded", f"ORDER-{number}", cents=number)
    audit.note(db, "packer@example.org", "order.shipped", "ORDER-9")
    db.commit()
    owner = signed_in(app)

    page = owner.get("/backoffice/audit?who=Keeper@example.org&action=order.refunded").text
    assert page.count("ORDER-") == 3
    assert "ORDER-9" in owner.get("/backoffice/audit?about=ORDER-9").text
    assert "Nothing found" in owner.get("/backoffice/audit?until=2000-01-01").text
    for odd in ("since=x", "since=9999-12-31", "since=0001-01-01", "who=%27%3B--", "action=" + "x" * 900):  # fmt: skip
        assert owner.get(f"/backoffice/audit?{odd}").status_code == 200
    assert owner.get("/backoffice/audit?page=0").status_code == 404


def test_what_people_typed_stands_in_the_log_as_text(app, db):
    audit.note(db, "keeper@example.org", "product.named", "<script>alert(1)</script>")
    db.commit()

    page = signed_in(app).get("/backoffice/audit").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
