"""`content share`: links that open a video for a while, for the operator."""

import json

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from routines.access import shares
from routines.access.commands import content
from routines.access.models import ShareLink
from routines.access.words import moment
from routines.videos.models import VideoAsset
from storefront.public import NotFound, clock, session, transaction, web

VIDEO = click.option("--video", required=True, help="The slug of the video.")


@content.command("share")
@VIDEO
@click.option("--days", type=click.IntRange(1, shares.MOST_DAYS), default=7, show_default=True)
@click.option("--note", default="", help="For whom or what.")
@click.option("--by", default="shop", show_default=True, help="Who makes it.")
@with_appcontext
def share(video: str, days: int, note: str, by: str) -> None:
    """Make a link that opens a video for some days, and print it."""
    with transaction() as db:
        key, now = shares.video_key(_known(db, video)), clock.now()
        link = shares.make(db, key, days=days, by=by, now=now, note=note)
        until = moment(link.expires_at, web.settings().timezone)
        told = f"{link.id}: {_url(link)} until {until}"
    click.echo(told)


@content.command("shares")
@VIDEO
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
def list_shares(video: str, as_json: bool) -> None:
    """List the links to a video: until when, and how many devices they let in."""
    db, now = session(), clock.now()
    found = shares.of_resource(db, shares.video_key(video))
    if not found:
        _known(db, video)
    rows = [
        {
            "id": link.id, "until": link.expires_at.isoformat(), "uses": link.uses,
            "note": link.note, "is_open": shares.is_open(link, now), "state": shares.state(link, now),
        }
        for link in found
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows))
        return
    if not rows:
        click.echo(f"No links to {video} yet.")
    for row in rows:
        click.echo(f"{row['id']}: {row['state']}, until {row['until']}, {row['uses']} devices")


@content.command("unshare")
@click.argument("link_id", type=int)
@with_appcontext
def unshare(link_id: int) -> None:
    """Take a link back at once, also from devices that have opened it."""
    with transaction() as db:
        link = db.get(ShareLink, link_id)
        if link is None:
            message = f"There is no link {link_id}. `storefront content shares --video NAME` lists those of a video."
            raise NotFound(message)
        shares.revoke(link, clock.now())
    click.echo(f"Link {link_id} opens nothing any more.")


def _known(db: Session, video: str) -> str:
    """Give the name of a video that there is.

    Raises:
        NotFound: there is none, with where names are found.
    """
    if db.get(VideoAsset, video) is None:
        message = f"No published routine shows a video named {video}. `storefront videos list` shows the names."
        raise NotFound(message)
    return video


def _url(link: ShareLink) -> str:
    settings = web.settings()
    token = shares.token(web.shop().signer, link)
    return f"{settings.origin}{settings.url_prefix}/share/{token}"
