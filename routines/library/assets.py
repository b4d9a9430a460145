"""The routines' own static files, and their addresses for templates."""

from pathlib import Path
from typing import Any

from flask import Blueprint, url_for

from routines.library.pieces import Person
from storefront.public import web

FOLDER = str(Path(__file__).parents[1] / "static")

static = web.StaticFiles("routines_static", __name__, static_folder=FOLDER, static_url_path="/static/routines")  # fmt: skip
static.after_request(web.keep_forever)


def address(filename: str) -> str:
    """Give the address of a static file; it changes with its content."""
    version = web.asset_version(filename, FOLDER)
    return url_for("routines_static.static", filename=filename, v=version)


def blueprint(name: str, import_name: str) -> Blueprint:
    """Make a blueprint whose templates know `routines_asset` and `person_url`."""
    made = web.blueprint(name, import_name)
    made.context_processor(context)
    return made


def context() -> dict[str, Any]:
    """Give what every template of the routines knows."""
    return {"routines_asset": address, "person_url": person_url}


def person_url(person: Person) -> str:
    """Give the path of an author's or reviewer's page; empty for somebody without one."""
    if not person.slug:
        return ""
    return web.path_for("routines_people.person_page", slug=person.slug)
