"""The toolbox: what a visitor owns, and what it opens."""

from flask import Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from routines.library import assets
from routines.toolbox import lacks, service, told
from storefront.public import Invalid, customer_tools, guards, session, transaction, web

blueprint = assets.blueprint("toolbox", __name__)

MOST_CARDS = 12
LARGEST_COOKIE = 3800  # bytes; browsers drop what is larger than 4096 with its name


@blueprint.get("/toolbox")
@web.public_page
def toolbox_page() -> Response:
    """Show the tools to mark, and what can be done with those that are."""
    db = session()
    names, kit = service.component_names(db), told.my_kit(db)
    ready = service.ready(db, kit.owned) if kit.owned else None
    shown = service.cards_of(db, ready.entries[:MOST_CARDS]) if ready else []
    used = lacks.used(db) | kit.owned
    return web.page(
        "routines/toolbox.html", names={slug: name for slug, name in names.items() if slug in used and slug not in kit.bought},
        kit=kit, bought=[names[slug] for slug in sorted(kit.bought) if slug in names],
        cards=told.told_cards(db, shown, names, lacks=ready.lacks if ready else None),
        ready=len(ready.entries) if ready else 0, total=ready.total if ready else service.count(db),
        next_url=web.local_url(request.args.get("next"), ""),
    )  # fmt: skip


@blueprint.post("/toolbox")
def mark() -> AnyResponse:
    """Remember which tools the visitor owns; none at all takes the cookie back.

    Raises:
        Invalid: a tool is not in the list, or they are more than a cookie holds.
    """
    owned = set(guards.several(request.form, "tool"))
    if not owned <= service.component_names(session()).keys():
        message = "Choose from the tools in the list."
        raise Invalid(message, fields={"tool": message})
    if request.form.get("action") == "add":
        owned |= web.visitor().tools
    here = web.local_url(request.form.get("next"), url_for(".toolbox_page"))
    response = web.go(here, notice=f"{len(owned)} marked." if owned else "Nothing is marked.")
    _remember(response, sorted(owned))
    return response


def _remember(response: AnyResponse, owned: list[str]) -> None:
    """Keep the marked tools: at a proven address, so that they follow it, else on the device.

    Raises:
        Invalid: they are more than a cookie holds.
    """
    visitor = web.visitor()
    if visitor.email and visitor.email_scope == "verified":
        with transaction() as db:
            customer_tools.replace(db, visitor.email, owned)
        web.drop_cookie(response, web.TOOLS)
    elif not owned:
        web.drop_cookie(response, web.TOOLS)
    elif len(web.shop().signer.sign(web.TOOLS, owned)) > LARGEST_COOKIE:
        message = f"{len(owned)} tools are more than this device can remember. Leave out some."
        raise Invalid(message, fields={"tool": message})
    else:
        web.set_cookie(response, web.TOOLS, owned)
