"""The folder that mail comes back to: a Maildir, or loose `.eml` files; read once, then put aside."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from storefront import database, mail
from storefront.bounces import reading, service
from storefront.bounces.service import Finder
from storefront.settings import Settings

log = logging.getLogger(__name__)

MOST_AT_ONCE = 500


def work(
    settings: Settings, now: datetime, finders: Sequence[Finder] = (), most: int = MOST_AT_ONCE
) -> dict[str, int]:
    """Take what came back; each file is put aside once its notices are written down."""
    done = {"messages": 0, "new": 0, "unknown": 0}
    if not settings.bounce_maildir:
        return done
    for file in _waiting(Path(settings.bounce_maildir), most):
        try:
            raw = _bytes(file)
        except OSError as error:  # such as one that may not be read; those behind it may
            log.warning("a file that came back was not read: %s", type(error).__name__)
            continue
        notices = reading.read(raw, partial(mail.returned_letter, settings))
        with database.transaction() as db:
            for notice in notices:
                is_new = service.take(
                    db, notice, source="mailbox", settings=settings, now=now, finders=finders
                )
                done["new"] += is_new
                done["unknown"] += is_new and notice.kind == "unknown"
        _put_aside(file)
        done["messages"] += 1
    return done


def _waiting(folder: Path, most: int) -> Iterator[Path]:
    """List what has not been read, oldest first; links are not followed."""
    new = folder / "new"
    found = new.iterdir() if new.is_dir() else folder.glob("*.eml")
    files = [file for file in found if file.is_file() and not file.is_symlink()]
    yield from sorted(files, key=lambda file: (file.stat().st_mtime, file.name))[:most]


def _bytes(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(reading.MOST_BYTES)


def _put_aside(file: Path) -> None:
    """Mark a message as seen, as Maildir does it; a loose file goes into `done`."""
    is_maildir = file.parent.name == "new"
    target = file.parent.parent / "cur" if is_maildir else file.parent / "done"
    target.mkdir(exist_ok=True)
    file.replace(target / (f"{file.name.partition(':')[0]}:2,S" if is_maildir else file.name))
