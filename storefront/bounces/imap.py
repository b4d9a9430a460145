"""The mailbox that mail comes back to, by IMAP: what returned is taken, and letters of people are left alone.

It may be the mailbox that people write to. Of each message only the head is looked at first; one that is no
report, complaint or automatic answer is neither read nor marked. A message is marked as seen, or moved,
after what it says has been committed: a run that dies reads it again, and the same notice counts once.
"""

import hashlib
import imaplib
import logging
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from storefront import database, mail
from storefront.bounces import reading, service
from storefront.bounces.models import BounceMailbox
from storefront.bounces.notices import Notice
from storefront.bounces.service import Finder
from storefront.settings import Settings

log = logging.getLogger(__name__)

TLS_PORT = 993  # encrypted from the first byte
NEAR = ("127.0.0.1", "::1", "localhost")
LOOK_BACK = timedelta(days=30)  # what came before that concerns nobody any more
MOST_AT_ONCE = 500
HEAD = "(BODY.PEEK[HEADER])"
WHOLE = f"(BODY.PEEK[]<0.{reading.MOST_BYTES}>)"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class NoMailbox(Exception):
    """The server does not let us in, or does not have the folder; says why, without the password."""


def work(
    settings: Settings, now: datetime, finders: Sequence[Finder] = (), most: int = MOST_AT_ONCE
) -> dict[str, int]:
    """Take what came back since the last time; a server that is away is asked again the next time."""
    done = {"messages": 0, "new": 0, "unknown": 0}
    if not settings.bounce_imap_host:
        return done
    try:
        with _folder(settings) as (server, validity):
            _work(server, validity, settings, now, finders, most, done)
    except (imaplib.IMAP4.error, OSError, NoMailbox) as error:
        log.warning("the mailbox of what comes back was not read: %s", error)
        done["away"] = 1
    return done


def _work(
    server: imaplib.IMAP4, validity: int, settings: Settings, now: datetime,
    finders: Sequence[Finder], most: int, done: dict[str, int],
) -> None:  # fmt: skip
    last = read_to = _known(settings, validity)
    try:
        for uid in _waiting(server, last, now)[:most]:
            notices = _returned(server, uid, settings)
            if _take(notices, settings, now, finders, done):
                _put_aside(server, uid, settings.bounce_imap_done)
            read_to = uid
            done["messages"] += 1
    finally:
        if read_to != last:
            _remember(settings, validity, read_to)


@contextmanager
def _folder(settings: Settings) -> Iterator[tuple[imaplib.IMAP4, int]]:
    """Open the folder, and tell under which number its messages keep theirs."""
    server = _connected(settings)
    try:
        try:
            server.login(settings.bounce_imap_user, settings.bounce_imap_password)
        except imaplib.IMAP4.error:
            message = "it does not take our name and password"
            raise NoMailbox(message) from None  # a server may repeat what it was told
        kind, _ = server.select(_quoted(settings.bounce_imap_folder))
        if kind != "OK":
            message = f"it has no folder {settings.bounce_imap_folder}"
            raise NoMailbox(message)
        _, told = server.response("UIDVALIDITY")
        yield server, int(told[0] or 0) if told else 0
    finally:
        _leave(server)


def _leave(server: imaplib.IMAP4) -> None:
    try:
        server.logout()
    except (imaplib.IMAP4.error, OSError):
        server.shutdown()


def _connected(settings: Settings) -> imaplib.IMAP4:
    """Connect, encrypted unless the server is on this machine and offers nothing of it."""
    host, port, seconds = settings.bounce_imap_host, settings.bounce_imap_port, settings.smtp_timeout_seconds  # fmt: skip
    rules = ssl.create_default_context()
    if host in NEAR:
        rules.check_hostname, rules.verify_mode = False, ssl.CERT_NONE
    if port == TLS_PORT:
        return imaplib.IMAP4_SSL(host, port, ssl_context=rules, timeout=seconds)
    server = imaplib.IMAP4(host, port, timeout=seconds)
    if "STARTTLS" in server.capabilities:
        server.starttls(rules)
    elif host not in NEAR:
        _leave(server)
        message = "it offers no encryption"
        raise NoMailbox(message)
    return server


def _waiting(server: imaplib.IMAP4, last: int, now: datetime) -> list[int]:
    """List the numbers of what came since, oldest first."""
    day = now - LOOK_BACK
    since = f"{day.day}-{MONTHS[day.month - 1]}-{day.year}"
    _, told = server.uid("SEARCH", "UID", f"{last + 1}:*", "SINCE", since)
    numbers = (told[0] or b"").split() if told else []
    return sorted(int(one) for one in numbers if int(one) > last)  # "*" names the newest always


def _returned(server: imaplib.IMAP4, uid: int, settings: Settings) -> list[Notice]:
    """Read a message that is no person's letter; nothing of one that is."""
    tagged = partial(mail.returned_letter, settings)
    if not reading.is_returned(_fetched(server, uid, HEAD), tagged):
        return []
    return reading.read(_fetched(server, uid, WHOLE), tagged)


def _fetched(server: imaplib.IMAP4, uid: int, what: str) -> bytes:
    _, told = server.uid("FETCH", str(uid), what)
    parts = (part for part in told or () if isinstance(part, tuple))
    return next((part[1] for part in parts), b"")


def _take(
    notices: Sequence[Notice], settings: Settings, now: datetime, finders: Sequence[Finder],
    done: dict[str, int],
) -> bool:  # fmt: skip
    """Write down what a message says of our letters; tell whether it says anything."""
    with database.transaction() as db:
        ours = [one for one in notices if service.is_about_us(db, one, finders)]
        for notice in ours:
            is_new = service.take(
                db, notice, source="mailbox", settings=settings, now=now, finders=finders
            )
            done["new"] += is_new
            done["unknown"] += is_new and notice.kind == "unknown"
    return bool(ours)


def _put_aside(server: imaplib.IMAP4, uid: int, folder: str) -> None:
    """Mark a message as seen, or move it where the settings say."""
    server.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")
    if not folder:
        return
    kind, _ = server.uid("MOVE", str(uid), _quoted(folder))
    if kind != "OK":
        log.warning("a message that came back could not be moved to %s", folder)


def _quoted(folder: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", folder) + '"'


def _key(settings: Settings) -> str:
    place = (settings.bounce_imap_host, settings.bounce_imap_user, settings.bounce_imap_folder)
    return hashlib.sha256("\n".join(place).encode()).hexdigest()


def _known(settings: Settings, validity: int) -> int:
    """Tell how far the folder was read; from its beginning once its numbers were given anew."""
    db = database.session()
    found = db.get(BounceMailbox, _key(settings))
    last = found.read_to if found and found.validity == validity else 0
    db.rollback()
    return last


def _remember(settings: Settings, validity: int, read_to: int) -> None:
    with database.transaction() as db:
        key = _key(settings)
        db.merge(BounceMailbox(key=key, validity=validity, read_to=read_to))
