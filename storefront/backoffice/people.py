"""What pages about members show: rows in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from storefront.backoffice import wording
from storefront.staff.models import Passkey, StaffMember, StaffSession

WAYS = {
    "code": "a mailed code", "link": "a mailed link", "passkey": "a passkey",
    "recovery": "a recovery code", "host": "the site around this shop",
}  # fmt: skip


@dataclass(frozen=True)
class Person:
    """A member as a list or a page shows them."""

    id: int
    email: str
    role: str
    is_active: bool
    since: str
    invited_by: str
    seen: str


@dataclass(frozen=True)
class Device:
    """A session as a list shows it."""

    id: int
    name: str
    way: str
    client: str
    began: str
    seen: str
    is_this: bool


@dataclass(frozen=True)
class PasskeyRow:
    """A passkey as a list shows it."""

    id: int
    name: str
    made: str
    used: str


def person(member: StaffMember, seen: str = "") -> Person:
    """Write down what a page shows of a member."""
    return Person(
        id=member.id, email=member.email, role=member.role, is_active=member.is_active,
        since=wording.moment(member.created_at), invited_by=member.invited_by, seen=seen,
    )  # fmt: skip


def persons(members: Sequence[StaffMember], last: Mapping[int, StaffSession]) -> list[Person]:
    """Write down what a list shows of members; `last` is where each was last seen."""
    return [
        person(member, wording.ago(last[member.id].last_seen_at if member.id in last else None))
        for member in members
    ]


def devices(sessions: Sequence[StaffSession], this_id: int | None = None) -> list[Device]:
    """Write down what a list shows of sessions."""
    return [
        Device(
            id=one.id, name=_device(one.agent), way=WAYS[one.way], client=one.client,
            began=wording.moment(one.created_at), seen=wording.ago(one.last_seen_at),
            is_this=one.id == this_id,
        )
        for one in sessions
    ]  # fmt: skip


def passkey_rows(found: Sequence[Passkey]) -> list[PasskeyRow]:
    """Write down what a list shows of passkeys."""
    return [
        PasskeyRow(one.id, one.name, wording.moment(one.created_at), wording.ago(one.used_at))
        for one in found
    ]


def _device(agent: str) -> str:
    """Name browser and system as people do; what a browser says of itself is a hint at most."""
    browsers = {"Edg": "Edge", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
    systems = {
        "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows",
        "Mac OS": "Mac", "Linux": "Linux",
    }  # fmt: skip
    browser = next((name for mark, name in browsers.items() if mark in agent), "")
    system = next((name for mark, name in systems.items() if mark in agent), "")
    return " on ".join(part for part in (browser, system) if part) or agent[:40] or "Unknown"
