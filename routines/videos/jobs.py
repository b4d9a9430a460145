"""What the worker does for films: it makes what waits, beside its other work, and forgets ended grants."""

import logging
import threading
from datetime import datetime

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from routines.videos import deriving, live, tools, uploads
from storefront.public import transaction, web

log = logging.getLogger(__name__)

_busy = threading.Lock()  # one film at a time in a process: letters must not wait for it


def run(now: datetime) -> dict[str, int]:
    """Begin to make what waits, unless this process is at it already."""
    with transaction() as db:
        forgotten, waits = live.forget(db, now), uploads.waits(db)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    started = waits and _busy.acquire(blocking=False)
    if started:
        threading.Thread(target=_work, args=(app,), name="videos", daemon=True).start()
    return {"forgotten": forgotten, "started": int(started)}


def _work(app: Flask) -> None:
    try:
        with app.app_context():
            deriving.work(web.settings())
    except tools.NoTools:
        log.warning(tools.MISSING)
    except (SQLAlchemyError, OSError):  # what a part runs into is told by its row
        log.exception("films could not be made")
    finally:
        _busy.release()
