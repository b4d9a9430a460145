"""What would keep a newsletter out of people's mailboxes, found before the first letter leaves.

Each check is a question with an answer of a level: `ok`, `warn` (letters arrive, but look at it) or
`bad` (do not send). The names on the net are asked through a resolver that is handed in.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Literal

from jinja2 import Environment

from storefront import mail
from storefront.newsletter import names
from storefront.newsletter.names import Resolver, Unanswered
from storefront.settings import SELLER, Settings, is_loopback

Level = Literal["ok", "warn", "bad"]


@dataclass(frozen=True)
class Finding:
    """One answer: how bad it is, what was looked at, and what to do."""

    level: Level
    about: str
    text: str


def findings(
    settings: Settings, *, resolver: Resolver | None = None, jinja: Environment | None = None,
    domain: str = "",
) -> list[Finding]:  # fmt: skip
    """Look at everything; without `jinja` no letter is rendered, and its headers are not looked at."""
    asked = domain or mail.domain_of(settings)
    found = [*_place(settings), *_server(settings), *_returns(settings)]
    found += _on_the_net(asked, settings, resolver or names.resolver())
    return found + ([*_letter(letter(settings, jinja), settings)] if jinja else [])


def blockers(
    settings: Settings, *, resolver: Resolver | None = None, jinja: Environment | None = None
) -> list[str]:
    """List in sentences what forbids to send to real people; nothing outside production."""
    if not settings.production:
        return []
    found = findings(settings, resolver=resolver, jinja=jinja)
    return [f"{one.about}: {one.text}" for one in found if one.level == "bad"]


def letter(settings: Settings, jinja: Environment) -> EmailMessage:
    """Render a bulk letter as readers get it, to nobody."""
    url = f"{settings.base_url}/newsletter/leave/token"
    context = {"leave_url": url, "preferences_url": url, "lists": []}
    payload = {"letter": "newsletter_welcome", "key": "doctor", "to": "nobody@example.org",
               "context": context, "leave_url": url}  # fmt: skip
    return mail.compose(jinja, settings, payload)


def _place(settings: Settings) -> Iterator[Finding]:
    secure = settings.base_url.startswith("https://")
    yield _is(secure, "BASE_URL", f"links begin with {settings.origin}", "one-click leaving needs https://")  # fmt: skip
    ours, theirs = mail.domain_of(settings), settings.support_email.rpartition("@")[2]
    yield _is(bool(ours), "MAIL_FROM", f"letters come from {ours}", "it names no domain")
    yield _is(ours == theirs, "SUPPORT_EMAIL", "answers go to the same domain",
              f"answers go to {theirs}, letters come from {ours}", "warn")  # fmt: skip
    is_demo = any(getattr(settings, n) == Settings.model_fields[n].default for n in SELLER[:2])
    yield _is(not is_demo, "SELLER_ADDRESS", "the postal address is yours", "it is the demo's; the law asks for yours in every letter")  # fmt: skip


def _server(settings: Settings) -> Iterator[Finding]:
    host = settings.smtp_host
    yield _is(bool(host), "SMTP_HOST", f"letters leave by {host}", "letters stay in the development mailbox")  # fmt: skip
    is_near = host in ("localhost", "127.0.0.1", "::1") or is_loopback(f"smtp://{host}")
    if host:
        yield _is(settings.smtp_tls or is_near, "SMTP_TLS", "the way to the mail server is encrypted or on this machine", "letters would travel in the open")  # fmt: skip


def _returns(settings: Settings) -> Iterator[Finding]:
    folder, secrets = settings.bounce_maildir, settings.bounce_webhook_secrets
    is_read = bool(folder or secrets or settings.bounce_imap_host)
    yield _is(is_read, "BOUNCE_MAILDIR", "what comes back is read", "nothing reads what comes back: dead addresses would be written to for ever", "warn")  # fmt: skip
    if folder:
        yield _is(Path(folder).is_dir(), "BOUNCE_MAILDIR", "the folder is there", f"there is no folder {folder}")  # fmt: skip
    if settings.bounce_address:
        back, ours = settings.bounce_address.rpartition("@")[2], mail.domain_of(settings)
        yield _is(back == ours, "BOUNCE_ADDRESS", "letters come back to the domain they come from", f"letters come back to {back}: SPF then speaks for that domain, and DMARC needs DKIM", "warn")  # fmt: skip


def _on_the_net(domain: str, settings: Settings, resolver: Resolver) -> Iterator[Finding]:
    selector = settings.dkim_selector
    looks: list[tuple[str, Callable[[], Finding]]] = [
        ("SPF", lambda: _spf(resolver(domain, "TXT"), domain)),
        ("DMARC", lambda: _dmarc(_policy(resolver, domain), domain)),
        ("MX", lambda: _is(bool(resolver(domain, "MX")), "MX", "answers and returns arrive", f"{domain} takes no mail: nothing could come back", "warn")),
    ]  # fmt: skip
    if selector:
        name = f"{selector}._domainkey.{domain}"
        looks.append(("DKIM", lambda: _dkim(resolver(name, "TXT"), name)))
    else:
        yield Finding("warn", "DKIM", "not looked at: set DKIM_SELECTOR")
    for about, look in looks:
        try:
            yield look()
        except Unanswered as error:
            yield Finding("warn", about, f"could not be looked up: {error}")


def _spf(texts: list[str], domain: str) -> Finding:
    found = [text for text in texts if text.casefold().split(" ")[0] == "v=spf1"]
    if len(found) != 1:
        return Finding(
            "bad", "SPF", f"{domain} has {len(found) or 'no'} SPF records, it needs one"
        )
    if found[0].casefold().split()[-1] in ("+all", "all"):
        return Finding("bad", "SPF", f"{domain} lets everybody send in its name")
    return Finding("ok", "SPF", f"{domain} says who may send")


def _dkim(texts: list[str], name: str) -> Finding:
    tags = [_tags(text) for text in texts]
    has_key = any(each.get("p") for each in tags)
    return _is(has_key, "DKIM", "the key is there", f"{name} has no key, or it was revoked")


def _dmarc(text: str, domain: str) -> Finding:
    policy = _tags(text).get("p", "").casefold()
    if policy not in ("none", "quarantine", "reject"):
        return Finding("bad", "DMARC", f"{domain} has no policy; large mailbox providers refuse bulk mail")  # fmt: skip
    if policy == "none":
        return Finding("ok", "DMARC", "p=none: enough to send; make it stricter once reports are clean")  # fmt: skip
    return Finding("ok", "DMARC", f"p={policy}")


def _policy(resolver: Resolver, domain: str) -> str:
    """Find the policy of a domain, or of one above it."""
    labels = domain.split(".")
    for start in range(max(1, len(labels) - 1)):
        texts = resolver(f"_dmarc.{'.'.join(labels[start:])}", "TXT")
        found = [text for text in texts if text.casefold().startswith("v=dmarc1")]
        if len(found) == 1:
            return found[0]
    return ""


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().casefold(): value.strip() for name, _, value in pairs}


def _letter(message: EmailMessage, settings: Settings) -> Iterator[Finding]:
    leave = str(message["List-Unsubscribe"] or "")
    one_click = str(message["List-Unsubscribe-Post"] or "") == "List-Unsubscribe=One-Click"
    text = message.get_body(("plain",))
    said = " ".join(str(text.get_content()).split()) if text else ""
    yield _is(leave.startswith("<https://") and one_click, "List-Unsubscribe", "one click leaves (RFC 8058)", "the headers for leaving with one click are not right, or not https")  # fmt: skip
    yield _is(bool(message["List-Id"]), "List-Id", str(message["List-Id"]), "it is missing")
    sender = parseaddr(str(message["From"]))[1].rpartition("@")[2]
    yield _is(f"@{sender}>" in str(message["Message-ID"]), "Message-ID", "it is of our domain", "it is of another domain than the letter")  # fmt: skip
    yield _is(
        bool(said), "text", "there is a part of plain text", "there is no part of plain text"
    )
    address = " ".join(settings.seller_address.split())
    yield _is(address in said, "footer", "the postal address stands in it", "the postal address is missing")  # fmt: skip


def _is(holds: bool, about: str, fine: str, wrong: str, level: Level = "bad") -> Finding:
    return Finding("ok", about, fine) if holds else Finding(level, about, wrong)
