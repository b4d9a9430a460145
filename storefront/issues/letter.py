"""The message itself: headers that are the same for all are read once, since reading them is what costs."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage, MIMEPart
from email.utils import formataddr, formatdate, parseaddr
from typing import Any

from storefront import mail
from storefront.issues.frozen import Frozen
from storefront.issues.rendering import Part, Rendered
from storefront.settings import Settings

KINDS = {"plain": "text/plain", "html": "text/html"}


class Envelope:
    """What all letters of an issue have in common."""

    def __init__(self, frozen: Frozen, settings: Settings, now: datetime) -> None:
        self.domain = parseaddr(settings.mail_from)[1].rpartition("@")[2]
        self._issue = frozen.issue_id
        self._settings = settings
        base = EmailMessage()
        base["Subject"] = " ".join(frozen.subject.split())
        base["From"] = settings.mail_from
        base["Reply-To"] = settings.support_email
        base["Date"] = formatdate(now.timestamp())
        base["List-Id"] = formataddr((frozen.list_name, f"{frozen.list_slug}.{self.domain}"))
        base["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        base["Precedence"] = "bulk"  # what answers by itself stays silent
        base["MIME-Version"] = "1.0"
        boundary = f"issue-{hashlib.sha256(f'{frozen.issue_id}:{self.domain}'.encode()).hexdigest()[:24]}"
        base["Content-Type"] = f'multipart/alternative; boundary="{boundary}"'
        self._shared = [(name, base[name]) for name in base.keys()]  # noqa: SIM118  # names may repeat
        self._parts = {name: _part_headers(kind) for name, kind in KINDS.items()}

    def message_id(self, subscriber_id: int) -> str:
        """Give a reader's letter the same Message-ID each time it is tried."""
        return mail.keyed_id(self._settings, f"issue:{self._issue}:{subscriber_id}")

    def message(
        self, subscriber_id: int, email: str, body: Rendered, links: Mapping[str, str]
    ) -> EmailMessage:
        """Put a reader's letter together."""
        made = EmailMessage()
        for name, value in self._shared:
            made[name] = value
        made["To"] = email
        made["Message-ID"] = self.message_id(subscriber_id)
        made["List-Unsubscribe"] = f"<{links['leave_url']}>"
        parts = (self._part("plain", body.text, links), self._part("html", body.html, links))
        made.set_payload(list(parts))
        return made

    def _part(self, kind: str, part: Part, links: Mapping[str, str]) -> MIMEPart:
        made = MIMEPart()
        for name, value in self._parts[kind]:
            made[name] = value
        made.set_payload(part.filled(links))
        return made


def _part_headers(kind: str) -> list[tuple[str, Any]]:
    base = MIMEPart()
    base["Content-Type"] = f'{kind}; charset="utf-8"'
    base["Content-Transfer-Encoding"] = "quoted-printable"
    return [(name, base[name]) for name in base.keys()]  # noqa: SIM118  # names may repeat
