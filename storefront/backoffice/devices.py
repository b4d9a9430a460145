"""What sign-in does with the device that asks: limits, the wish it waits for, its session."""

from flask import request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, web
from storefront.backoffice import desk, entrance
from storefront.cookies import drop_cookie, read_cookie, set_cookie
from storefront.customers.service import canonical_email
from storefront.errors import Invalid, LinkExpired
from storefront.staff import audit, codes, members, passkeys, recovery, sessions
from storefront.staff.models import SignInCode, StaffMember

WAITING = "storefront_staff_waiting"
LONGEST_NEXT = 300


def next_url() -> str:
    """Tell where to go on after signing in; it stays in the backoffice."""
    home = url_for(desk.HOME)
    wish = web.local_url(request.values.get("next"), home)
    is_ours = entrance.is_inside(wish.partition("?")[0])
    return wish if is_ours and len(wish) <= LONGEST_NEXT else home


def count_letter(email: str) -> None:
    """Count a letter that this client asks for, for an address known or not.

    Raises:
        TooMany: this client asks too often, or too many letters go to the address.
        Invalid: this cannot be a mail address.
    """
    wanted = web.settings()
    web.limit("staff_client", wanted.limit_staff_client, web.client_address())
    web.limit("staff_address", wanted.limit_staff_address, canonical_email(email))


def count_try(wish_id: str) -> None:
    """Count a code that is tried, by this client and for the address it was asked for.

    Raises:
        TooMany: this client tries too often, or the address is tried too often.
    """
    wanted = web.settings()
    web.limit("staff_code_client", wanted.limit_staff_code_client, web.client_address())
    wish = codes.waiting(database.session(), wish_id, clock.now())
    if wish is not None and wish.tries < codes.MOST_TRIES:  # a used-up code counts no further
        web.limit("staff_code_address", wanted.limit_staff_code_address, wish.email)


def wait(wish_id: str, url: str) -> AnyResponse:
    """Let this device wait for the letter of a wish."""
    response = web.go(url)
    set_cookie(
        response, WAITING, wish_id, int(codes.LIFE.total_seconds()), below=entrance.BELOW
    )
    return response


def wish_id() -> str:
    """Tell what this device waits for."""
    return str(read_cookie(WAITING) or "")


def count_proof() -> None:
    """Count a passkey that this client tries.

    Raises:
        TooMany: this client tries too often.
    """
    rule = web.settings().limit_staff_code_client
    web.limit("staff_code_client", rule, web.client_address())


def wants_passkey(member_id: int) -> bool:
    """Tell whether a code alone does not do for a member."""
    required = web.settings().staff_passkey_required
    return required and passkeys.has_any(database.session(), member_id)


def enter(wish: str, way: str) -> AnyResponse:
    """Use a proven wish: sign this device in with a new key, and end what it was signed in as.

    Where a passkey is wanted too, it is asked for first.

    Raises:
        LinkExpired: the wish was used, is too old, or its member is gone.
    """
    if _half_way(wish):
        with database.transaction() as db:
            half_id = codes.half_way(db, wish, clock.now()).id
        return wait(half_id, url_for("storefront_backoffice_passkeys.second_page"))
    with database.transaction() as db:
        member = codes.take(db, wish, clock.now())
        url = db.get_one(SignInCode, wish).next_url
        key = _begin(member, way)
    return _welcome(key, url)


def enter_by_host(member_id: int) -> AnyResponse:
    """Sign in somebody whom the host app knows as its staff."""
    with database.transaction() as db:
        key = _begin(members.find(db, member_id), "host")
    return _welcome(key, next_url())


def enter_by_recovery(wish: str, text: str) -> AnyResponse:
    """Take a recovery code in the place of the passkey, after the code of the letter.

    Raises:
        LinkExpired: the letter's code was not shown first, or too long ago.
        Invalid: this is no recovery code that is left.
    """
    with database.transaction() as db:
        member = proven_member(wish)
        if member is None:
            raise LinkExpired(codes.USED_UP)
        if not recovery.use(db, member.id, text, clock.now()):
            raise Invalid(fields={"recovery": "This is none of the codes that are left."})
        url = db.get_one(SignInCode, wish).next_url
        key = _begin(codes.take(db, wish, clock.now()), "recovery")
    return _welcome(key, url)


def enter_as(member: StaffMember) -> tuple[str, str]:
    """Begin a session for who has shown a passkey, in the running transaction: key and way on."""
    codes.end_all(database.session(), member.email, clock.now())
    return _begin(member, "passkey"), next_url()


def proven_member(wish_id: str) -> StaffMember | None:
    """Tell whose letter was read on this device a moment ago."""
    wish = codes.waiting(database.session(), wish_id, clock.now())
    if wish is None or wish.proven_at is None or wish.purpose != "sign_in":
        return None
    return members.active(database.session(), wish.email)


def _half_way(wish_id: str) -> bool:
    member = proven_member(wish_id)
    return member is not None and wants_passkey(member.id)


def _begin(member: StaffMember, way: str) -> str:
    db, before = database.session(), desk.current()
    if before is not None:
        sessions.end(db, before.session_id)
    audit.note(
        db, member.email, "signed_in", member.email, client=web.client_address(), way=way
    )
    return sessions.begin(
        db, member, way=way, client=web.client_address(), agent=entrance.agent(),
        settings=web.settings(), now=clock.now(),
    )  # fmt: skip


def _welcome(key: str, url: str) -> AnyResponse:
    return settle_in(web.go(url or url_for(desk.HOME)), key)


def settle_in(response: AnyResponse, key: str) -> AnyResponse:
    """Give this device its session's key; it waits for nothing more."""
    drop_cookie(response, WAITING, entrance.BELOW)
    return entrance.keep(response, key)
