"""A single entry as a file: taken along, and brought back."""

from pathlib import PurePath

from flask import Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from routines.library.cards import KIND_WORDS
from routines.studio import packing, service
from routines.studio.editing import ONE, about
from routines.studio.packing import FileRefused
from routines.studio.room import blueprint, page
from routines.studio.service import NotNow
from storefront.public import Invalid, clock, desk, session, transaction, web


@blueprint.get(f"{ONE}/file")
def download(draft_id: int) -> Response:
    """Give a draft as a file of a content pack."""
    draft = service.find(session(), draft_id)
    response = Response(packing.file_of(draft), content_type="text/markdown; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{draft.slug}.md"'
    return response


@blueprint.get("/studio/import")
def import_page() -> Response:
    """Ask for a file."""
    return _page()


@blueprint.post("/studio/import")
def import_file() -> AnyResponse:
    """Take a file as a draft: a new one, or a new version of the one at its address."""
    kind, upload = request.form.get("kind", ""), request.files.get("file")
    try:
        if kind not in service.KINDS or upload is None or not upload.filename:
            raise Invalid(fields={"file": "Choose what it is, and a file."})
        slug = PurePath(upload.filename.replace("\\", "/")).stem
        with transaction() as db:
            raw = packing.document_of(db, kind, slug, upload.read())
            draft = service.import_(db, kind, slug, raw, desk.who(), clock.now())
            desk.audit(db, "studio.imported", about(draft), version=draft.version)
            draft_id = draft.id
    except (Invalid, NotNow) as problem:
        return _page(problem)
    return web.go(url_for(".edit", draft_id=draft_id), notice="The file is a draft now.")


def _page(problem: Invalid | NotNow | None = None) -> Response:
    return page(
        "import.html", problem.status if problem else 200, problem=problem, kinds=KIND_WORDS,
        kind=request.form.get("kind", ""), wrong=problem.fields if isinstance(problem, Invalid) else {},
        problems=problem.problems if isinstance(problem, FileRefused) else (),
    )  # fmt: skip
