"""The toolbox: what a visitor owns, kept in a signed cookie, and what it opens."""

from flask import Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from routines.library import assets, cards, service
from routines.toolbox import service as toolbox
from routines.toolbox.words import state_text
from storefront.public import Invalid, session, web

blueprint = assets.blueprint("toolbox", __name__)


@blueprint.get("/toolbox")
@web.public_page
def toolbox_page() -> Response:
    """Show the tools to mark, and what can be done with those that are."""
    return _page()


@blueprint.post("/toolbox")
def mark() -> AnyResponse:
    """Remember which tools the visitor owns; none at all takes the cookie back."""
    names = toolbox.component_names(session())
    owned = sorted(set(request.form.getlist("tool")))
    if any(component not in names for component in owned):
        message = "Choose from the tools in the list."
        raise Invalid(message, fields={"tool": message})
    told = f"{len(owned)} marked." if owned else "Your toolbox is empty."
    here = url_for(".toolbox_page")
    response = web.go(web.local_url(request.form.get("next"), here), notice=told)
    if owned:
        web.set_cookie(response, web.TOOLS, owned)
    else:
        web.drop_cookie(response, web.TOOLS)
    return response


def _page() -> Response:
    db, owned = session(), web.visitor().tools
    names, found = toolbox.component_names(db), service.of_kind(db, "routine")
    states = toolbox.states(db, found, owned) if owned else {}
    ready = [card for card in found if card.id in states and states[card.id].state != "missing"]
    words = {entry: state_text(coverage, names) for entry, coverage in states.items()}
    used = {tool["component"] for card in found for tool in card.facts["tools"]}
    return web.page(
        "routines/toolbox.html", names={slug: name for slug, name in names.items() if slug in used | owned},
        owned=owned, cards=cards.shown(ready, names, states=words), total=len(found),
        next_url=web.local_url(request.args.get("next"), ""),
    )  # fmt: skip
