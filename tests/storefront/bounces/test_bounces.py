"""What follows from mail that came back: from a folder, and from a provider's webhook."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storefront import clock, database, mail
from storefront.bounces import mailbox, service, webhook
from storefront.bounces.models import Bounce
from storefront.bounces.notices import Notice
from storefront.dispatch.models import Delivery
from storefront.newsletter import service as newsletter
from storefront.newsletter import suppression
from storefront.newsletter.models import Suppression
from storefront.outbox import OutboxRow
from storefront.sent_log import SentLetter
from tests.mailbox import letters
from tests.makers import both, make_reader
from tests.returned import COMPLAINT, nested, report
from tests.storefront.backoffice.at_the_desk import signed_in
from tests.storefront.dispatch.desk import prepared

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANA = "ana@example.org"
SECRET = "a secret of the mail provider"


@pytest.fixture
def settings(settings, tmp_path):
    folder = tmp_path / "came-back"
    (folder / "new").mkdir(parents=True)
    return settings.model_copy(
        update={
            "bounce_maildir": str(folder), "bounce_webhook_secrets": ("postal:" + SECRET, "ses:old")
        }
    )  # fmt: skip


@pytest.fixture
def letter(app):
    """A letter to Ana, who reads the newsletter, left us."""
    with app.app_context(), database.transaction() as db:
        make_reader(db)
        db.add(
            SentLetter(
                message_id="<abc@pressline.example>", letter="newsletter_welcome", key="1", to=ANA,
                subject="x", sent_at=clock.now(), payload=None,
            )
        )  # fmt: skip


def put(settings, raw, name="1.mx"):
    (Path(settings.bounce_maildir) / "new" / name).write_bytes(raw)


def work(app, settings):
    with app.app_context():
        return mailbox.work(settings, NOW)


def why(app, settings, email=ANA):
    with app.app_context():
        return [each["reason"] for each in suppression.reasons(database.session(), email, settings)]  # fmt: skip


def rows(app):
    with app.app_context():
        return database.session().scalar(select(func.count(Bounce.id)))


@both
@pytest.mark.usefixtures("letter")
def test_an_address_that_does_not_exist_is_stopped_for_all_letters(app, settings):
    put(settings, report())

    assert work(app, settings) == {"messages": 1, "new": 1, "unknown": 0}

    assert why(app, settings) == ["hard_bounce"]
    with app.app_context():
        db = database.session()
        assert not newsletter.is_confirmed(db, ANA)
        assert newsletter.is_suppressed(db, ANA, "all", settings=settings)


@pytest.mark.usefixtures("letter")
def test_the_same_report_twice_is_one_row_and_each_file_is_read_once(app, settings):
    put(settings, report())
    put(settings, report(), "2.mx")

    assert work(app, settings)["new"] == 1
    assert work(app, settings)["messages"] == 0
    assert rows(app) == 1


@pytest.mark.usefixtures("letter")
def test_a_complaint_stops_marketing_at_once_and_receipts_still_come(app, settings):
    put(settings, COMPLAINT.format(kind="abuse").encode())
    work(app, settings)

    assert why(app, settings) == ["complaint"]
    with app.app_context():
        assert not newsletter.is_suppressed(database.session(), ANA, "all", settings=settings)


@pytest.mark.usefixtures("letter")
def test_an_automatic_answer_has_no_consequence_and_gets_no_answer(app, settings):
    put(settings, b"From: ana@example.org\nAuto-Submitted: auto-replied\nIn-Reply-To: <abc@pressline.example>\n\nAway")  # fmt: skip
    work(app, settings)

    assert why(app, settings) == []
    with app.app_context():
        assert database.session().scalars(select(OutboxRow)).all() == []
        assert database.session().scalar(select(Bounce.kind)) == "auto_reply"


def test_a_report_about_a_letter_we_never_wrote_stops_nobody(app, settings):
    with app.app_context(), database.transaction() as db:
        make_reader(db)
    put(settings, report())

    assert work(app, settings)["new"] == 1
    assert why(app, settings) == []


def soft(app, settings, number, at):
    notice = Notice("soft", f"n{number}", "", ANA, "4.2.2")
    with app.app_context(), database.transaction() as db:
        return service.take(db, notice, source="webhook", settings=settings, now=at)


@both
def test_four_soft_ones_in_sixty_days_stop_the_newsletters(app, settings):
    for number in range(3):
        soft(app, settings, number, NOW + timedelta(days=number))
    assert why(app, settings) == []

    soft(app, settings, 3, NOW + timedelta(days=3))

    assert why(app, settings) == ["soft_bounces"]


def test_soft_ones_that_lie_apart_or_are_followed_by_a_delivery_do_not_add_up(app, settings):
    for number in range(3):
        soft(app, settings, number, NOW)
    soft(app, settings, 3, NOW + timedelta(days=61))
    soft(app, settings, 4, NOW + timedelta(days=62))
    got_through = Notice("delivered", "d", "", ANA)
    with app.app_context(), database.transaction() as db:
        service.take(db, got_through, source="webhook", settings=settings, now=NOW)
    for number in (5, 6, 7):
        soft(app, settings, number, NOW + timedelta(days=63))

    assert why(app, settings) == []


def test_loose_files_are_read_and_links_are_not_followed(app, settings, tmp_path):
    folder = tmp_path / "loose"
    folder.mkdir()
    (folder / "a.eml").write_bytes(report())
    (tmp_path / "secret").write_text("x")
    (folder / "b.eml").symlink_to(tmp_path / "secret")

    found = work(app, settings.model_copy(update={"bounce_maildir": str(folder)}))

    assert found["messages"] == 1
    assert (folder / "done" / "a.eml").is_file()
    assert (tmp_path / "secret").is_file()


@pytest.mark.usefixtures("letter")
def test_a_file_that_cannot_be_read_stops_none_behind_it(app, settings, monkeypatch):
    put(settings, nested(), "1.mx")
    put(settings, b"x", "2.mx")
    put(settings, report(), "3.mx")
    real = mailbox._bytes

    def refuses(file):
        if file.name == "2.mx":
            raise PermissionError
        return real(file)

    monkeypatch.setattr(mailbox, "_bytes", refuses)

    assert work(app, settings) == {"messages": 2, "new": 2, "unknown": 1}

    assert why(app, settings) == ["hard_bounce"]
    assert [file.name for file in (Path(settings.bounce_maildir) / "new").iterdir()] == ["2.mx"]


# The webhook


@pytest.fixture
def tell(app, settings):
    """Post events as a provider does; what is signed can be spoiled."""
    app.extensions["storefront"].settings = settings

    def post(
        *events, provider="postal", secret=SECRET, at=None, raw=None, spoil=lambda raw: raw
    ):
        body = raw if raw is not None else json.dumps({"events": events}).encode()
        header = {webhook.HEADER: webhook.sign(body, secret, at or clock.now())}
        return app.test_client().post(
            f"/newsletter/bounces/{provider}", data=spoil(body), headers=header
        )

    return post


HARD = {"id": "e1", "type": "bounce", "email": "Ana@Example.org", "status": "5.1.1"}


@pytest.mark.usefixtures("letter")
def test_a_signed_webhook_is_believed_and_the_same_again_changes_nothing(app, settings, tell):
    first, again = tell(HARD), tell(HARD)

    assert (first.status_code, first.json) == (200, {"taken": 1, "new": 1})
    assert (again.status_code, again.json) == (200, {"taken": 1, "new": 0})
    assert why(app, settings) == ["hard_bounce"]


@both
def test_a_complaint_that_names_a_letter_of_an_issue_alone_stops_its_reader(
    app, db, settings, tell
):
    prepared(db, 2)
    with database.transaction() as writing:
        first = select(Delivery).order_by(Delivery.id)
        writing.scalars(first).first().message_id = "<0123@pressline.example>"

    told = {"id": "e9", "type": "complaint", "message_id": "<0123@pressline.example>"}
    assert tell(told).json == {"taken": 1, "new": 1}

    assert why(app, settings, "reader0@example.org") == ["complaint"]
    assert why(app, settings, "reader1@example.org") == []


@pytest.mark.parametrize(
    "how",
    [
        {"secret": "another"}, {"provider": "nobody"}, {"provider": "nobody", "secret": ""},
        {"provider": "ses"}, {"spoil": lambda raw: raw + b" "}, {"spoil": lambda raw: raw.replace(b"ana", b"bob")},
        {"at": datetime(2020, 1, 1, tzinfo=UTC)}, {"at": datetime(2099, 1, 1, tzinfo=UTC)},
    ],
)  # fmt: skip
def test_a_forged_or_old_webhook_is_refused_and_logged_without_names(app, tell, how, caplog):
    answer = tell(HARD | {"email": "ana@example.org"}, **how)

    assert answer.status_code == 400
    assert rows(app) == 0
    assert "ana" not in caplog.text.casefold()


@pytest.mark.parametrize(
    "header", ["", "t=1", "t=,v1=", "t=" + "9" * 40 + ",v1=" + "0" * 64, "v1=ü"]
)
def test_a_broken_signature_is_refused(app, settings, header):
    app.extensions["storefront"].settings = settings
    sent = app.test_client().post(
        "/newsletter/bounces/postal", data=b"{}", headers={webhook.HEADER: header}
    )

    assert sent.status_code == 400


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"[]", b"{}", b'{"events": []}', b'{"events": [1]}', b"\xff\xfe", b'{"events": [{"id": "1"}]}',
        b'{"events": [{"id": "1", "type": "bounce", "email": "no address"}]}', b"[" * 5000,
        b'{"events": [{"id": "1", "type": "bounce", "email": "a@x.org", "message_id": "\\u0000"}]}',
        b'{"events": [{"id": 1, "type": "bounce", "email": "a@x.org"}]}', b'{"events": NaN}',
    ],
)  # fmt: skip
def test_a_body_of_another_shape_is_refused_whole(app, tell, raw):
    assert tell(raw=raw).status_code == 400
    assert rows(app) == 0


def test_one_bad_event_takes_none_of_them(app, tell):
    assert tell(HARD, {"id": "e2", "type": "nonsense", "email": ANA}).status_code == 400
    assert rows(app) == 0


def test_a_new_secret_is_believed_beside_the_old_one(app, settings, tell):
    both_of_them = settings.model_copy(
        update={"bounce_webhook_secrets": (f"postal:{SECRET}", "postal:newer")}
    )
    app.extensions["storefront"].settings = both_of_them

    assert tell(HARD, secret="newer").status_code == 200
    assert tell(HARD).status_code == 200


# What leaves, and the backoffice


@pytest.mark.parametrize(
    ("scope", "leave_url", "goes"),
    [("marketing", "http://x/l", False), ("marketing", "", True), ("all", "", False), ("", "http://x/l", True)],
)  # fmt: skip
def test_a_letter_in_the_outbox_stops_for_who_was_suppressed_since(
    app, settings, scope, leave_url, goes
):
    context = {"leave_url": leave_url, "lists": [], "preferences_url": ""}
    with app.app_context(), database.transaction() as db:
        mail.write(db, "newsletter_welcome", ANA, "1", context, leave_url=leave_url)
        if scope:
            newsletter.suppress(
                db, ANA, scope=scope, reason="manual", source="test", now=NOW, settings=settings
            )  # fmt: skip

    assert bool(letters(app)) == goes


@pytest.mark.usefixtures("letter")
def test_the_staff_see_why_an_address_is_stopped_and_let_it_go_with_their_name(app, settings):
    desk = signed_in(app)
    put(settings, report())
    work(app, settings)

    listed = desk.get("/backoffice/bounces").text
    shown = desk.get("/backoffice/bounces", query_string={"email": ANA}).text
    desk.post("/backoffice/bounces", data={"email": ANA})

    assert ANA in listed
    assert "no such address" in listed
    assert "there is no such address (every letter, codes to sign in and receipts too)" in shown
    assert why(app, settings) == []
    with app.app_context():
        row = database.session().scalar(select(Suppression))
        assert row.released_by == "owner@example.org"
        assert newsletter.is_confirmed(database.session(), ANA)
