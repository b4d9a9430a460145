"""Read a message that came back: delivery reports (RFC 3464), complaints (RFC 5965), automatic answers.

Whatever is in it, reading never fails: what cannot be understood is a notice of kind `unknown`.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr

from storefront.bounces.notices import Notice, bare, kind_of, status_of

log = logging.getLogger(__name__)

MOST_BYTES = 1_000_000
MOST_RECIPIENTS = 100
AWAY = (
    "out of office", "out of the office", "automatic reply", "auto reply", "auto-reply", "autoreply",
    "on vacation", "abwesenheit", "automatische antwort", "réponse automatique",
    "respuesta automática", "risposta automatica", "absence du bureau",
)  # fmt: skip
SILENT = {"auto_reply", "auto-reply", "bulk", "junk", "list"}
FAILED = {"failed", "expired"}
SERVERS = {"mailer-daemon", "postmaster"}
RECEIVED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")
Tagged = Callable[[str], str]


def read(raw: bytes, tagged: Tagged = lambda _text: "") -> list[Notice]:
    """Give the notices of one message, one for each address that it speaks of.

    `tagged` finds the letter whose own address a header names, for reports that quote nothing of it.
    """
    try:
        message = message_from_bytes(raw[:MOST_BYTES])
        return [_about(one, _letter(message, tagged)) for one in _read(message, raw, tagged)]
    except Exception as error:  # broken on purpose: it must not stop what lies behind it
        _tell(error)
        return [Notice("unknown", hashlib.sha256(raw).hexdigest()[:40])]


def is_returned(head: bytes, tagged: Tagged = lambda _text: "") -> bool:
    """Tell by its head whether a message may be a report, a complaint or an automatic answer."""
    try:
        message = message_from_bytes(head)
        is_report = message.get_content_type() == "multipart/report"
        is_automatic = is_report or _is_automatic(message) or _is_by_a_server(message)
        return is_automatic or bool(_letter(message, tagged))
    except Exception as error:  # broken on purpose: it must not stop what lies behind it
        _tell(error)
        return False


def _tell(error: Exception) -> None:
    """Log what went wrong by its kind alone: the words of an error may quote the message."""
    log.warning("a message that came back could not be read: %s", type(error).__name__)


def _letter(message: Message, tagged: Tagged) -> str:
    """Find the letter that a message came back to the address of."""
    told = (value for name in RECEIVED for value in message.get_all(name, []))
    return next(filter(None, (tagged(str(value)[:1000]) for value in told)), "")


def _about(notice: Notice, letter: str) -> Notice:
    return notice if notice.message_id or not letter else replace(notice, message_id=letter)


def _is_by_a_server(message: Message) -> bool:
    name = parseaddr(header(message, "From"))[1].partition("@")[0].casefold()
    return name in SERVERS


def _plain_report(message: Message, key: str) -> list[Notice]:
    """Read what old servers write in words alone; believed only at a letter's own address."""
    parts = (part for part in message.walk() if part.get_content_type() == "text/plain")
    body = next((part.get_payload(decode=True) for part in parts), b"")
    found = status_of(body[:4000].decode("ascii", "replace")) if isinstance(body, bytes) else ""
    return [Notice(kind_of(found), key, "", "", found)] if found[:1] in ("4", "5") else []


def _read(message: Message, raw: bytes, tagged: Tagged) -> list[Notice]:
    key = hashlib.sha256(header(message, "Message-ID").encode() or raw).hexdigest()[:40]
    kind = message.get_content_type()
    report = (message.get_param("report-type") or "") if kind == "multipart/report" else ""
    parts = {part.get_content_type(): part for part in message.walk()}
    if report == "feedback-report" or "message/feedback-report" in parts:
        return [_complaint(message, parts, key)]
    if "message/delivery-status" in parts:
        return _reports(parts, key) or [Notice("unknown", key)]
    if _is_by_a_server(message) and _letter(message, tagged):
        return _plain_report(message, key) or [Notice("unknown", key)]
    if _is_automatic(message):
        return [Notice("auto_reply", key, bare(header(message, "In-Reply-To")))]
    return [Notice("unknown", key, _original_id(parts))]


def header(message: object, name: str) -> str:
    """Give a header as one line of text, whatever is in it; empty when it is not there."""
    if not isinstance(message, Message):
        return ""
    return " ".join(str(message.get(name, "") or "").split())[:1000]


def _reports(parts: dict[str, Message], key: str) -> list[Notice]:
    """Read the block of each address; what was only put off, or passed on, is left out."""
    blocks = parts["message/delivery-status"].get_payload()
    found = blocks[: MOST_RECIPIENTS + 1] if isinstance(blocks, list) else []
    original = _original_id(parts)
    notices = []
    for block in found:
        action = header(block, "Action").casefold()
        recipient = header(block, "Final-Recipient") or header(block, "Original-Recipient")
        if action not in FAILED or not recipient:
            continue
        status = status_of(header(block, "Status")) or status_of(
            header(block, "Diagnostic-Code")
        )
        mark = hashlib.sha256(recipient.casefold().encode()).hexdigest()[:16]
        notices.append(Notice(kind_of(status), f"{key}:{mark}", original, "", status))
    return notices


def _complaint(message: Message, parts: dict[str, Message], key: str) -> Notice:
    """Read a feedback report; its kind is the same for abuse, fraud and what else was pressed."""
    block = parts.get("message/feedback-report")
    told = block.get_payload() if block is not None else None
    fields = told[0] if isinstance(told, list) and told else (block or message)
    if header(fields, "Feedback-Type").casefold() == "not-spam":
        return Notice("unknown", key, _original_id(parts))
    return Notice("complaint", key, _original_id(parts))


def _original_id(parts: dict[str, Message]) -> str:
    """Find the Message-ID of our letter in the copy, or the headers, that came back."""
    part = parts.get("message/rfc822")
    told = part.get_payload() if part is not None else None
    if isinstance(told, list) and told:
        return bare(header(told[0], "Message-ID"))
    headers = parts.get("text/rfc822-headers") or parts.get("message/rfc822-headers")
    if headers is None:
        return ""
    body = headers.get_payload(decode=True)
    return (
        bare(header(message_from_bytes(body), "Message-ID")) if isinstance(body, bytes) else ""
    )


def _is_automatic(message: Message) -> bool:
    """Tell an answer that nobody typed (RFC 3834): it says nothing about the address."""
    submitted = header(message, "Auto-Submitted").casefold().partition(";")[0].strip()
    if submitted and submitted != "no":
        return True
    if any(
        message.get(name)
        for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress")
    ):
        return True
    subject = header(message, "Subject").casefold()
    return header(message, "Precedence").casefold() in SILENT or any(
        words in subject for words in AWAY
    )
