"""What came back, as values: what kind of notice it is and about which letter. Pure rules."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["hard", "soft", "complaint", "auto_reply", "delivered", "unknown"]

STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
OUR_FAULT = {"7", "8"}  # 5.1.7 and 5.1.8 speak of the sender's address


@dataclass(frozen=True)
class Notice:
    """One notice about one letter to one address."""

    kind: Kind
    key: str  # the same notice has the same key, however often it comes
    message_id: str = ""  # of our letter, without its brackets
    email: str = ""  # whom the notice names; believed only from a signed source
    status_code: str = ""
    at: datetime | None = None  # when the sender of the notice says that it happened


def status_of(text: str) -> str:
    """Read a status such as 5.1.1 out of what a mail server says; empty when there is none."""
    found = STATUS.search(text[:4000])
    return ".".join(found.groups()) if found else ""


def kind_of(status: str) -> Kind:
    """Classify a status: no such address is hard, everything else that failed may pass.

    A full mailbox, a policy, a spam filter or a server that is away are soft: their number decides.
    """
    parts = status.split(".")
    if len(parts) != 3:
        return "unknown"
    first, subject, detail = parts
    if first == "2":
        return "delivered"
    if first == "5" and subject == "1" and detail not in OUR_FAULT:
        return "hard"
    return "soft"


def bare(message_id: str) -> str:
    """Take the brackets around a Message-ID away, and whatever cannot stand in one."""
    return re.sub(r"[^\x21-\x7e]|[<>]", "", message_id[:1000])[:120]
