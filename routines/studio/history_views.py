"""What was saved and published before: listed, compared, restored."""

from flask import Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from routines.studio import diffs, lists, service, states
from routines.studio.editing import ONE, about, local, version
from routines.studio.room import blueprint, page
from storefront.public import NotFound, clock, desk, guards, session, transaction, web


@blueprint.get(f"{ONE}/history")
def history(draft_id: int) -> Response:
    """List every version of a draft, and every revision that readers had."""
    db = session()
    draft = service.find(db, draft_id)
    return page(
        "history.html", draft=draft, title=draft.document.get("title") or draft.slug, state=states.WORDS[draft.state],
        versions=[(one.number, local(one.at), one.who, one.did) for one in lists.revisions(db, draft)],
        published=[(one.number, local(one.created_at), one.document.get("review", {}).get("by", {}).get("name", ""))
                   for one in lists.published_revisions(db, draft.kind, draft.slug)],
    )  # fmt: skip


@blueprint.get(f"{ONE}/compare")
def compare(draft_id: int) -> Response:
    """Compare two versions of a draft; the second is the last one when none is named."""
    db = session()
    draft = service.find(db, draft_id)
    old, new = _number("old", draft.version - 1), _number("new", draft.version)
    found = diffs.lines(
        service.revision(db, draft, old).document, service.revision(db, draft, new).document
    )
    title = draft.document.get("title") or draft.slug
    return page("compare.html", draft=draft, title=title, old=old, new=new, differs=found)


@blueprint.post(f"{ONE}/restore/<int(max=2147483647):number>")
def restore(draft_id: int, number: int) -> AnyResponse:
    """Write an older version again, as the newest one."""
    seen = version()
    with transaction() as db:
        draft = service.find(db, draft_id, lock=True)
        service.restore(db, draft, number, seen, desk.who(), clock.now())
        desk.audit(db, "studio.restored", about(draft), version=number)
    return web.go(
        url_for(".edit", draft_id=draft_id), notice=f"Version {number} is the newest one again."
    )


@blueprint.post(f"{ONE}/restore-published/<int(max=2147483647):number>")
def restore_published(draft_id: int, number: int) -> AnyResponse:
    """Write a published revision into the draft."""
    seen = version()
    with transaction() as db:
        draft = service.find(db, draft_id, lock=True)
        service.restore_published(db, draft, number, seen, desk.who(), clock.now())
        desk.audit(db, "studio.restored", about(draft), revision=number)
    said = f"The draft says again what revision {number} said."
    return web.go(url_for(".edit", draft_id=draft_id), notice=said)


def _number(name: str, otherwise: int) -> int:
    if name not in request.args:
        return max(1, otherwise)
    found = guards.whole(request.args[name], least=1, most=1_000_000_000)
    if found is None:
        raise NotFound
    return found
