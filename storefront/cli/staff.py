"""`user` and `signin-link`: who may work in the backoffice, from the machine itself."""

import click
from flask.cli import with_appcontext

from storefront import clock, database
from storefront.backoffice import sign_in_links
from storefront.cli.group import group
from storefront.cli.orders import JSON, show
from storefront.customers.service import canonical_email
from storefront.errors import NotFound
from storefront.staff import audit, codes, members, passkeys, sessions
from storefront.staff.models import ROLES

EMAIL = click.option("--email", required=True, help="The member's address.")
NOBODY = "No active member has this address."


@group.group("user")
def user() -> None:
    """Say who works in the backoffice."""


@user.command("create")
@EMAIL
@click.option("--role", required=True, type=click.Choice(ROLES), help="What they may do.")
@with_appcontext
def create(email: str, role: str) -> None:
    """Make a member; they sign in with a mailed code, or by `signin-link`."""
    with database.transaction() as db:
        made = members.invite(db, email, role, clock.now(), by=audit.OPERATOR)
        audit.note(db, audit.OPERATOR, "member.invited", made.email, role=role)
        address = made.email
    click.echo(f"{address} is {role} now.")


@user.command("list")
@JSON
@with_appcontext
def list_users(as_json: bool) -> None:
    """List everybody who works here or has worked here."""
    rows = [
        {"email": one.email, "role": one.role, "active": one.is_active,
         "since": clock.written(one.created_at), "invited_by": one.invited_by}
        for one in members.everybody(database.session())
    ]  # fmt: skip
    show(rows, as_json)


@user.command("deactivate")
@EMAIL
@with_appcontext
def deactivate(email: str) -> None:
    """End a member's access at once."""
    with database.transaction() as db:
        found = members.by_email(db, canonical_email(email))
        if found is None:
            raise NotFound(NOBODY)
        members.deactivate(db, found.id, by_id=None)
        audit.note(db, audit.OPERATOR, "member.deactivated", found.email)
        address = found.email
    click.echo(f"{address} is out.")


@user.command("forget-passkeys")
@EMAIL
@with_appcontext
def forget_passkeys(email: str) -> None:
    """Forget the passkeys of a member who has lost them; a mailed code signs them in again."""
    with database.transaction() as db:
        found = members.by_email(db, canonical_email(email))
        if found is None:
            raise NotFound(NOBODY)
        count = passkeys.remove_all(db, found.id)
        sessions.end_all(db, found.id)
        audit.note(db, audit.OPERATOR, "passkeys.forgotten", found.email, count=count)
    click.echo(f"{count} passkeys are forgotten, and every device is signed out.")


@group.command("signin-link")
@EMAIL
@with_appcontext
def sign_in_link(email: str) -> None:
    """Print an address that signs a member in, once, within 15 minutes."""
    with database.transaction() as db:
        found = members.active(db, canonical_email(email))
        if found is None:
            raise NotFound(NOBODY)
        wish_id = codes.make(db, found.email, clock.now()).id
        audit.note(db, audit.OPERATOR, "link.printed", found.email)
    click.echo(sign_in_links.link_of(wish_id))
