"""`videos`: bring films in, see how far they are, go on where somebody was cut off."""

import json
import shutil
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import click
from flask.cli import with_appcontext

from routines.library import service as library
from routines.library.pieces import Clause
from routines.videos import (
    checking,
    deriving,
    importing,
    live,
    pruning,
    service,
    tracks,
    uploads,
)
from routines.videos.models import TRACK_KINDS, Upload
from storefront.public import NotFound, clock, session, transaction, web

NAMED_AT_MOST = 20
JSON = click.option("--json", "as_json", is_flag=True, help="Print facts for programs.")


@click.group("videos")
def commands() -> None:
    """Work on films."""


@commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--routine", "slug", required=True, help="The routine that it belongs to.")
@click.option("--captions", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="WebVTT.")  # fmt: skip
@click.option("--title", help="What it is called; else the routine's title.")
@click.option("--language", default="en", show_default=True, help="What is spoken in it.")
@click.option(
    "--opens-for", help="Clauses of the gate between commas, such as newsletter,owns."
)
@click.option("--later", is_flag=True, help="Leave the work to the worker.")
@click.option("--replace", is_flag=True, help="Let it take the place of a film that is there.")
@with_appcontext
def bring(
    file: Path, slug: str, captions: Path | None, title: str | None, language: str, opens_for: str | None, later: bool, replace: bool
) -> None:  # fmt: skip
    """Bring a film in for a routine; an earlier one stays until this one is ready."""
    clauses = _clauses(opens_for)
    _look_for(slug)
    with file.open("rb") as stream:
        name = importing.for_routine(
            web.settings(), slug, stream, file.name, captions.read_bytes() if captions else b"",
            title=title, language=language, opens_for=clauses, now=clock.now(), replaces=replace,
        )  # fmt: skip
    click.echo(f"{name} has come in.")
    if not later:
        _derive(whatever_lease=False)
        _tell(uploads.find(session(), name))


def _look_for(slug: str) -> None:
    """Say which routines there are, where there is none of this name."""
    names = [one.slug for one in library.of_kind(session(), "routine")]
    if slug not in names:
        there = ", ".join(names[:NAMED_AT_MOST]) or "none"
        more = f" and {len(names) - NAMED_AT_MOST} more" if len(names) > NAMED_AT_MOST else ""
        raise NotFound(f"No published routine is named {slug}. There are: {there}{more}.")


def _clauses(text: str | None) -> tuple[Clause, ...] | None:
    if text is None:
        return None
    known: tuple[Clause, ...] = get_args(Clause)
    wanted = [one.strip() for one in text.split(",") if one.strip()]
    for one in wanted:
        if one not in known:
            message = f"There is no clause {one}; there are {', '.join(known)}."
            raise click.BadParameter(message, param_hint="--opens-for")
    return tuple(one for one in known if one in wanted)


@commands.command("captions")
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice(TRACK_KINDS), default="captions", show_default=True)
@click.option("--language", default="", help="Of the words; else that of the film.")
@click.option("--label", default="", help="What a player calls them.")
@with_appcontext
def captions(slug: str, file: Path, kind: str, language: str, label: str) -> None:
    """Give a film other words, or more of them: a WebVTT file. The film is not sent again."""
    wanted = tracks.wish(kind, language, label)
    click.echo(f"{slug} has {tracks.put(web.settings(), slug, file.read_bytes(), wanted)}.")


@commands.command("list")
@JSON
@with_appcontext
def listed(as_json: bool) -> None:
    """List the films that were uploaded, the newest first, then those whose files a routine names."""
    found, named = uploads.everything(session()), service.with_files(session())
    if as_json:
        files = [{"slug": one.slug, "state": "named", "file": one.file} for one in named]
        click.echo(json.dumps([*map(_facts, found), *files], indent=2))
        return
    for one in found:
        click.echo(f"{one.slug:40} r{one.revision:<3} {one.state:9} {one.percent:3} %  {one.message}")  # fmt: skip
    for asset in named:
        click.echo(f"{asset.slug:40} its routine names {asset.file}")
    if not found and not named:
        click.echo("There are no films. `storefront videos import` brings one in.")


@commands.command("show")
@click.argument("slug")
@JSON
@with_appcontext
def show(slug: str, as_json: bool) -> None:
    """Show the newest revision of a film, and how far each of its parts is."""
    upload = uploads.newest(session(), slug)
    if upload is None:
        message = f"Nothing was uploaded under the name {slug}. `storefront videos list` shows what there is."
        raise NotFound(message)
    if as_json:
        click.echo(json.dumps(_facts(upload), indent=2))
    else:
        _tell(upload)


@commands.command("derive")
@click.option("--resume", is_flag=True, help="Also take up what a worker was at that died, and what was given up.")  # fmt: skip
@with_appcontext
def derive(resume: bool) -> None:
    """Make what waits; what is made already stays."""
    if resume:
        with transaction() as db:
            uploads.again(db)
    _derive(whatever_lease=resume)


def _derive(*, whatever_lease: bool) -> None:
    def tell(name: str, percent: int) -> None:
        if sys.stderr.isatty() or percent == 100:
            click.echo(f"{name}: {percent} %", err=True)

    made = deriving.work(web.settings(), whatever_lease=whatever_lease, tell=tell)
    click.echo(f"{made} parts made.")


@commands.command("check")
@JSON
@with_appcontext
def check(as_json: bool) -> None:
    """Say which files of films are missing or wrong, and what could not be gated; exit code 1 if any is."""
    with transaction() as db:
        live.forget(db, clock.now())
    found = checking.problems(session(), web.settings())
    if shutil.which(web.settings().ffmpeg) is None:
        found.append("ffmpeg is not installed here: uploaded films wait (FFMPEG).")
    if as_json:
        click.echo(json.dumps({"problems": found}))
    else:
        click.echo("\n".join(found) if found else "No problems.")
    if found:
        sys.exit(1)


@commands.command("prune")
@click.option("--days", type=click.IntRange(1, 3650), default=7, show_default=True, help="How long nothing has led to it.")  # fmt: skip
@click.option("--remove", is_flag=True, help="Remove it; otherwise it is only shown.")
@JSON
@with_appcontext
def prune(days: int, remove: bool, as_json: bool) -> None:
    """Show the files of films that nothing leads to any more, and remove them if asked to."""
    settings, before = web.settings(), clock.now() - timedelta(days=days)
    found = pruning.left_over(session(), settings, before)
    gone = [one for one in found if remove and pruning.remove(settings, one, before)]
    if as_json:
        told = [{"name": one.name, "why": one.why, "size_bytes": one.size_bytes, "removed": one in gone} for one in found]  # fmt: skip
        click.echo(json.dumps(told, indent=2))
        return
    for one in found:
        click.echo(f"{one.size_bytes / 1e6:9.1f} MB  {one.name}: {one.why}")
    total = sum(one.size_bytes for one in found) / 1e6
    end = f"{len(gone)} removed." if remove else "Nothing was removed; --remove does that."
    click.echo(f"{len(found)} found, {total:.1f} MB. {end}")


def _tell(upload: Upload) -> None:
    facts = _facts(upload)
    for name in ("slug", "revision", "state", "message", "duration_ms", "codec", "width", "height", "size_bytes"):  # fmt: skip
        click.echo(f"{name:12} {facts[name]}")
    for part in facts["parts"]:
        click.echo(f"  {part['name']:12} {part['state']:8} {part['percent']:3} %")


def _facts(upload: Upload) -> dict[str, Any]:
    names = ("slug", "revision", "state", "message", "percent", "original", "duration_ms", "codec", "width", "height",
             "size_bytes", "language", "checksum")  # fmt: skip
    parts = ("kind", "name", "state", "percent", "width", "height", "size_bytes")
    return {name: getattr(upload, name) for name in names} | {
        "parts": [{name: getattr(one, name) for name in parts} for one in upload.parts],
        "tracks": [{name: getattr(one, name) for name in ("kind", "name", "language", "label")} for one in upload.tracks],
    }  # fmt: skip
