"""Members: invited, given another role, deactivated; the last owner stays."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.customers.service import canonical_email
from storefront.errors import Forbidden, Invalid, NotFound
from storefront.staff import sessions
from storefront.staff.models import ROLES, StaffMember, StaffSession

LAST_OWNER = "This is the last owner. Make somebody else an owner first."
OWN_ROLE = "Nobody changes their own role or deactivates themselves. Ask another owner."


def everybody(db: Session) -> Sequence[StaffMember]:
    """List all members, those at work first."""
    ordered = select(StaffMember).order_by(StaffMember.is_active.desc(), StaffMember.email)
    return db.scalars(ordered).all()


def find(db: Session, member_id: int) -> StaffMember:
    """Find a member.

    Raises:
        NotFound: there is none.
    """
    found = db.get(StaffMember, member_id)
    if found is None:
        raise NotFound
    return found


def by_email(db: Session, email: str) -> StaffMember | None:
    """Find a member by the canonical spelling of an address."""
    return db.scalar(select(StaffMember).where(StaffMember.email == email))


def active(db: Session, email: str) -> StaffMember | None:
    """Find a member who may sign in."""
    found = by_email(db, email)
    return found if found is not None and found.is_active else None


def invite(db: Session, email: str, role: str, now: datetime, *, by: str = "") -> StaffMember:
    """Make a member.

    Raises:
        Invalid: this is no address, no role, or somebody who is a member already.
    """
    address = canonical_email(email)
    if role not in ROLES:
        raise Invalid(fields={"role": f"Choose one of {', '.join(ROLES)}."})
    if by_email(db, address) is not None:
        raise Invalid(fields={"email": "Somebody with this address is a member already."})
    member = StaffMember(email=address, role=role, invited_by=by, created_at=now)
    db.add(member)
    db.flush()
    return member


def change_role(db: Session, member_id: int, role: str, *, by_id: int | None) -> StaffMember:
    """Give a member another role and sign all their devices out; `by_id` is who asks for it.

    Raises:
        Forbidden: it is their own role.
        Invalid: there is no such role, or this is the last owner.
        NotFound: there is no such member.
    """
    if role not in ROLES:
        raise Invalid(fields={"role": f"Choose one of {', '.join(ROLES)}."})
    owners = _owners(db)
    member = _other(db, member_id, by_id)
    if role != "owner":
        _keep_an_owner(member, owners)
    if member.role != role:
        member.role = role
        sessions.end_all(db, member.id)
    return member


def deactivate(db: Session, member_id: int, *, by_id: int | None) -> StaffMember:
    """End a member's access at once; the record stays, for the history.

    Raises:
        Forbidden: it is themselves.
        Invalid: this is the last owner.
        NotFound: there is no such member.
    """
    owners = _owners(db)
    member = _other(db, member_id, by_id)
    _keep_an_owner(member, owners)
    member.is_active = False
    sessions.end_all(db, member.id)
    return member


def activate(db: Session, member_id: int, *, by_id: int | None) -> StaffMember:
    """Let a member back in.

    Raises:
        Forbidden: it is themselves.
        NotFound: there is no such member.
    """
    member = _other(db, member_id, by_id)
    member.is_active = True
    return member


def end_session(db: Session, member_id: int, session_id: int) -> None:
    """Sign one device of a member out.

    Raises:
        NotFound: the member has no such device signed in.
    """
    found = db.get(StaffSession, session_id)
    if found is None or found.member_id != member_id:
        raise NotFound
    sessions.end(db, session_id)


def _other(db: Session, member_id: int, by_id: int | None) -> StaffMember:
    if member_id == by_id:
        raise Forbidden(OWN_ROLE)
    return find(db, member_id)


def _owners(db: Session) -> set[int]:
    """Lock the owners, in order: two at once cannot take each other's role away."""
    working = select(StaffMember.id).where(StaffMember.role == "owner", StaffMember.is_active)
    return set(db.scalars(working.order_by(StaffMember.id).with_for_update()))


def _keep_an_owner(member: StaffMember, owners: set[int]) -> None:
    if owners == {member.id}:
        raise Invalid(LAST_OWNER)
