"""Members of the staff for tests, and devices that they are signed in on."""

from flask import Flask
from sqlalchemy.orm import Session

from storefront import clock, database, outbox
from storefront.backoffice.entrance import COOKIE, areas
from storefront.settings import Settings
from storefront.staff import members, sessions
from storefront.staff.models import StaffMember


def make_member(db: Session, role: str = "owner", email: str | None = None) -> StaffMember:
    return members.invite(db, email or f"{role}@example.org", role, clock.now())


def signed_in(app: Flask, role: str = "owner", email: str | None = None, *, way: str = "code"):
    """Give a device on which a member with this role has just signed in."""
    with app.app_context(), database.transaction() as db:
        state = app.extensions["storefront"]
        address = email or f"{role}@example.org"
        member = members.by_email(db, address) or make_member(db, role, address)
        key = sessions.begin(
            db, member, way=way, client="127.0.0.1", agent="Test", settings=state.settings,
            now=clock.now(),
        )  # fmt: skip
        value, paths = state.signer.sign(COOKIE, key), areas()
    client = app.test_client()
    for path in paths:
        client.set_cookie(COOKIE, value, path=path)
    return client


def write_letters(app: Flask) -> None:
    """Let the worker write and deliver what waits."""
    with app.app_context():
        outbox.drain(app.extensions["storefront"].outbox_handlers)


def settings_of(app: Flask) -> Settings:
    return app.extensions["storefront"].settings
