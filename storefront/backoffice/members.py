"""Who works here: invite, give another role, deactivate. An example of a whole room."""

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, mail, web
from storefront.backoffice import desk, people
from storefront.backoffice.forms import InviteForm, RoleForm
from storefront.errors import Forbidden, Invalid
from storefront.staff import members, passkeys, roles, sessions

blueprint: Blueprint = desk.room("members", __name__)

ONE = "/backoffice/members/<int(max=2147483647):member_id>"


@blueprint.get("/backoffice/members")
def page() -> Response:
    """List everybody."""
    db = database.session()
    shown = people.persons(members.everybody(db), sessions.last_of_each(db))
    return desk.page("backoffice/members.html", people=shown)


@blueprint.get("/backoffice/members/new")
def new() -> Response:
    """Show the form of an invitation."""
    return _invite_page(InviteForm())


@blueprint.post("/backoffice/members/new")
def invite() -> AnyResponse:
    """Make a member and tell them by letter."""
    form = InviteForm(request.form)
    if not form.validate():
        return _invite_page(form, 422)
    try:
        with database.transaction() as db:
            made = members.invite(
                db, form.email.data or "", form.role.data, clock.now(), by=desk.who()
            )
            mail.write(db, "staff_invited", made.email, f"{made.id}", _invitation(made.role))
            desk.audit(db, "member.invited", made.email, role=made.role)
            email = made.email
    except Invalid as error:
        form.refuse(error)
        return _invite_page(form, 422)
    return web.go(url_for(".page"), notice=f"{email} is a member and has a letter.")


@blueprint.get(ONE)
def one(member_id: int) -> Response:
    """Show a member."""
    return _one_page(member_id)


@blueprint.get(f"{ONE}/role")
def role_page(member_id: int) -> AnyResponse:
    """Show what another role will mean."""
    form = RoleForm(request.args)
    member = members.find(database.session(), member_id)
    if not form.validate() or form.role.data == member.role:
        return web.go(url_for(".one", member_id=member_id), notice="Choose another role.")
    return desk.page(
        "backoffice/member_role.html", person=people.person(member), role=form.role.data,
        about=roles.ABOUT[form.role.data],
    )  # fmt: skip


@blueprint.post(f"{ONE}/role")
def change_role(member_id: int) -> AnyResponse:
    """Give a member another role; their devices are signed out."""
    role = request.form.get("role", "")
    try:
        with database.transaction() as db:
            before = members.find(db, member_id).role
            member = members.change_role(db, member_id, role, by_id=desk.member().id)
            desk.audit(db, "member.role", member.email, before=before, after=role)
    except (Invalid, Forbidden) as error:
        return _one_page(member_id, error)
    return web.go(url_for(".one", member_id=member_id), notice=f"The role is {role} now.")


@blueprint.get(f"{ONE}/deactivate")
def deactivate_page(member_id: int) -> Response:
    """Show what deactivating will mean."""
    member = members.find(database.session(), member_id)
    return desk.page("backoffice/member_deactivate.html", person=people.person(member))


@blueprint.post(f"{ONE}/deactivate")
def deactivate(member_id: int) -> AnyResponse:
    """End a member's access at once."""
    try:
        with database.transaction() as db:
            member = members.deactivate(db, member_id, by_id=desk.member().id)
            desk.audit(db, "member.deactivated", member.email)
    except (Invalid, Forbidden) as error:
        return _one_page(member_id, error)
    return web.go(url_for(".one", member_id=member_id), notice="This member is out.")


@blueprint.post(f"{ONE}/activate")
def activate(member_id: int) -> AnyResponse:
    """Let a member back in."""
    try:
        with database.transaction() as db:
            member = members.activate(db, member_id, by_id=desk.member().id)
            desk.audit(db, "member.activated", member.email)
    except Forbidden as error:
        return _one_page(member_id, error)
    return web.go(url_for(".one", member_id=member_id), notice="This member may sign in again.")


@blueprint.post(f"{ONE}/sessions/end")
def end_sessions(member_id: int) -> AnyResponse:
    """Sign every device of a member out."""
    with database.transaction() as db:
        member = members.find(db, member_id)
        sessions.end_all(db, member.id)
        desk.audit(db, "sessions.ended", member.email)
    return web.go(url_for(".one", member_id=member_id), notice="All devices are signed out.")


def _invite_page(form: InviteForm, status: int = 200) -> Response:
    return desk.page("backoffice/member_new.html", status, form=form, about=roles.ABOUT)


def _one_page(member_id: int, problem: Invalid | Forbidden | None = None) -> Response:
    db = database.session()
    member = members.find(db, member_id)
    return desk.page(
        "backoffice/member.html", problem.status if problem else 200, problem=problem,
        person=people.person(member), is_self=member.id == desk.member().id,
        devices=people.devices(sessions.of_member(db, member.id, web.settings(), clock.now())),
        passkeys=people.passkey_rows(passkeys.of_member(db, member.id)),
        roles=[role for role in roles.ABOUT if role != member.role],
    )  # fmt: skip


def _invitation(role: str) -> dict[str, str]:
    return {
        "role": role,
        "about": roles.ABOUT[role],
        "by": desk.who(),
        "link": web.absolute(web.path_for(desk.SIGN_IN)),
    }
