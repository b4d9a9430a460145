"""Letters: one folder of templates each, written to the outbox, delivered by a transport."""

import hashlib
import hmac
import json
import re
import smtplib
import ssl
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import formataddr, formatdate, parseaddr
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment
from mjml import mjml2html
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock, outbox, sent_log
from storefront.errors import Invalid, NotFound
from storefront.outbox import OutboxRow
from storefront.sent_log import SentLetter
from storefront.settings import Settings

KIND = "mail"
TLS_PORT = 465  # encrypted from the first byte
ERASED_DOMAIN = "erased.invalid"  # of addresses that were erased: nothing is sent there


class Transport(Protocol):
    """Where a finished letter goes."""

    def deliver(self, message: EmailMessage) -> None:
        """Hand the letter over, or raise so that it is tried again."""


def write(
    db: Session, letter: str, to: str, key: str, context: dict[str, Any], *,
    leave_url: str = "", order_id: int | None = None, keep: bool = True,
    run_at: datetime | None = None, is_held: bool = False,
) -> bool:  # fmt: skip
    """Put a letter in the outbox; the same letter and key are written once.

    `context` is JSON and is what the templates of `email/<letter>/` are given. A bulk
    letter has a `leave_url`, which becomes the one-click headers of RFC 8058. With `keep`
    false the sent log keeps no content, so that a code is never sent again. `run_at` lets it wait;
    until it leaves, `withdraw` takes it back. One that `is_held` is written like any other and goes
    nowhere, so that who asks cannot tell by the time it takes.
    """
    payload = {
        "letter": letter,
        "to": to,
        "context": context,
        "key": key,
        "leave_url": leave_url,
        "order_id": order_id,
        "keep": keep,
        "held": is_held,
    }
    return outbox.put(db, KIND, f"{letter}:{key}", payload, run_at=run_at)


def written(db: Session, letter: str, keys: Collection[str]) -> dict[str, str]:
    """Tell whom this letter was written to under each of these keys, as far as it was."""
    under = {f"{letter}:{key}": key for key in keys}
    rows = select(OutboxRow.key, OutboxRow.payload).where(
        OutboxRow.kind == KIND, OutboxRow.key.in_(under)
    )
    return {under[key]: payload["to"] for key, payload in db.execute(rows)}


def withdraw(db: Session, letter: str, key: str) -> bool:
    """Take back a letter that has not left; tell whether there was one."""
    return outbox.withdraw(db, KIND, f"{letter}:{key}")


def resend(db: Session, letter_id: int) -> bool:
    """Put a sent letter in the outbox once more: the same content under another Message-ID.

    Raises:
        NotFound: there is no such letter.
        Invalid: what was in it has been forgotten, or was never kept.
    """
    sent = db.get(SentLetter, letter_id, with_for_update=True, populate_existing=True)
    if sent is None:
        raise NotFound("There is no letter of that number.")
    if sent.payload is None:
        raise Invalid("What was in this letter is no longer kept.")
    sent.copies += 1
    payload = sent.payload | {"copy": f"{sent.id}:{sent.copies}"}
    key = f"{sent.letter}:{sent.key}"[:170]
    return outbox.put(db, KIND, f"{key}:again {payload['copy']}", payload)


def send(
    transport: Transport, jinja: Environment, settings: Settings, payload: dict[str, Any]
) -> None:
    """Compose a letter, hand it over, and write down that it was taken; one that is held goes nowhere."""
    if payload.get("held") or payload["to"].endswith(f"@{ERASED_DOMAIN}"):
        return
    message = compose(jinja, settings, payload)
    transport.deliver(message)
    sent_log.note(payload, str(message["Message-ID"]), str(message["Subject"]))


def compose(jinja: Environment, settings: Settings, payload: dict[str, Any]) -> EmailMessage:
    """Render a letter: subject, text and HTML of the same content."""
    folder = f"email/{payload['letter']}"
    context = {"shop_name": settings.shop_name, "support_email": settings.support_email,
               "postal_address": f"{settings.seller_name}, {settings.seller_address}",
               "base_url": settings.base_url, **payload["context"]}  # fmt: skip
    subject = jinja.get_template(f"{folder}/subject.txt").render(context)
    text = jinja.get_template(f"{folder}/body.txt").render(context)
    html = _html(_escaping(jinja).get_template(f"{folder}/body.mjml").render(context))
    message = EmailMessage()
    message["Subject"] = " ".join(subject.split())
    message["From"] = settings.mail_from
    message["To"] = payload["to"]
    message["Reply-To"] = settings.support_email
    message["Date"] = formatdate(clock.now().timestamp())
    message["Message-ID"] = message_id(settings, payload)
    if payload.get("leave_url"):
        message["List-Unsubscribe"] = f"<{payload['leave_url']}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message["List-Id"] = formataddr((settings.shop_name, f"letters.{domain_of(settings)}"))
        message["Precedence"] = "bulk"  # what answers by itself stays silent
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message


@lru_cache(maxsize=8)
def _escaping(jinja: Environment) -> Environment:
    """Escape in MJML too: Flask escapes by file name and does not know this one."""
    return jinja.overlay(autoescape=True)


@lru_cache(maxsize=64)
def _html(mjml: str) -> str:
    return str(mjml2html(mjml))


def message_id(settings: Settings, payload: dict[str, Any]) -> str:
    """Give the same letter the same Message-ID each time it is tried."""
    copy = f":{payload['copy']}" if payload.get("copy") else ""
    whole = f"{payload['letter']}:{payload['key']}:{payload['to']}{copy}"
    return keyed_id(settings, whole)


def keyed_id(settings: Settings, whole: str) -> str:
    """Make a Message-ID that nobody else can work out: what names one in a report of a bounce is believed."""
    name = hmac.new(settings.secret_key.encode(), whole.encode(), "sha256")
    return f"<{name.hexdigest()[:32]}@{domain_of(settings)}>"


def return_path(settings: Settings, message_id: str) -> str:
    """Give the address that a letter comes back to; with BOUNCE_ADDRESS one of its own (VERP).

    So a report is told to be about the letter even where it quotes nothing of it. What stands in the
    address is the Message-ID, which nobody else can work out.
    """
    if not settings.bounce_address:
        return parseaddr(settings.mail_from)[1]
    local, _, domain = settings.bounce_address.rpartition("@")
    return f"{local}+{message_id.strip('<>').partition('@')[0]}@{domain}"


def returned_letter(settings: Settings, text: str) -> str:
    """Find in a header the Message-ID, without its brackets, whose own address it names; empty for none."""
    local, _, domain = settings.bounce_address.rpartition("@")
    tagged = rf"(?<![\w.+-]){re.escape(local)}\+([0-9a-f]{{32}})@{re.escape(domain)}(?![\w-])"
    found = re.search(tagged, text, re.IGNORECASE) if local else None
    return f"{found[1].casefold()}@{domain_of(settings)}" if found else ""


def domain_of(settings: Settings) -> str:
    """Give the domain that letters come from."""
    return parseaddr(settings.mail_from)[1].rpartition("@")[2]


@dataclass(frozen=True)
class SMTP:
    """Deliver through a mail server."""

    settings: Settings

    def deliver(self, message: EmailMessage) -> None:
        """Open a connection, send, close."""
        with connect(self.settings) as server:
            sender = return_path(self.settings, str(message["Message-ID"]))
            server.send_message(message, from_addr=sender)


def connect(settings: Settings) -> smtplib.SMTP:
    """Open a connection to the mail server: greeted, encrypted and signed in as the settings say.

    The server's certificate is checked, unless it is on this machine.
    """
    host, port, seconds = settings.smtp_host, settings.smtp_port, settings.smtp_timeout_seconds
    rules = ssl.create_default_context()
    if host in ("127.0.0.1", "::1", "localhost"):
        rules.check_hostname, rules.verify_mode = False, ssl.CERT_NONE
    if port == TLS_PORT:
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=seconds, context=rules)
    else:
        server = smtplib.SMTP(host, port, timeout=seconds)
    try:
        server.ehlo_or_helo_if_needed()
        if settings.smtp_tls and port != TLS_PORT:
            server.starttls(context=rules)
            server.ehlo_or_helo_if_needed()
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
    except BaseException:
        server.close()
        raise
    return server


@dataclass(frozen=True)
class DirectoryMailbox:
    """Keep letters as JSON files, for development and tests; one file for each Message-ID."""

    folder: Path

    def deliver(self, message: EmailMessage) -> None:
        """Write the letter; the same letter again replaces itself."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(str(message["Message-ID"]).encode()).hexdigest()[:24]
        text = message.get_body(("plain",))
        html = message.get_body(("html",))
        letter = {
            "id": name,
            "at": clock.now().isoformat(),
            "to": message["To"],
            "subject": message["Subject"],
            "text": text.get_content() if text else "",
            "html": html.get_content() if html else "",
            "headers": {header: str(value) for header, value in message.items()},
        }
        draft = self.folder / f".{name}.part"
        draft.write_text(json.dumps(letter), encoding="utf-8")
        draft.replace(self.folder / f"{name}.json")

    def letters(self, to: str = "") -> list[dict[str, Any]]:
        """List the letters, newest first; `to` keeps those to one address."""
        found = [json.loads(path.read_text("utf-8")) for path in self.folder.glob("*.json")]
        wanted = [letter for letter in found if to.casefold() in letter["to"].casefold()]
        return sorted(wanted, key=lambda letter: str(letter["at"]), reverse=True)


def transport(settings: Settings) -> Transport:
    """Choose by the settings: a mail server if there is one, else the mailbox."""
    if settings.smtp_host:
        return SMTP(settings)
    return DirectoryMailbox(settings.storefront_data / "mailbox")
