"""The worker: the outbox at once, the other jobs when they are due; it survives what fails."""

import logging
import threading
from collections import Counter
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import delete

from storefront import clock, database, outbox, sent_log, web
from storefront.api.models import ApiRequest
from storefront.bounces import imap, mailbox
from storefront.bounces import service as returned
from storefront.cart import merging
from storefront.cart import service as carts
from storefront.catalog import documents
from storefront.checkout import pay_later
from storefront.customers import sessions as devices
from storefront.customers import sign_in
from storefront.customers.models import AddressCode
from storefront.dispatch import bureau, recipients, schedule
from storefront.dispatch.runner import Runner
from storefront.health import beats
from storefront.hooks import Job
from storefront.issues import series
from storefront.memberships import sweep as members
from storefront.newsletter import service as newsletter
from storefront.outbox import OutboxRow
from storefront.payments import reconcile as payments
from storefront.payments.models import StripeEvent
from storefront.search import service as search
from storefront.staff import sessions
from storefront.stock import low, notice_views, notices

log = logging.getLogger(__name__)

IDLE_SECONDS = 0.5
JOBS_EVERY_SECONDS = 60
KEEP_CARTS = timedelta(days=90)
KEEP_DONE = timedelta(days=30)
KEEP_API_REQUESTS = timedelta(days=2)
KEEP_CODES = timedelta(days=2)


def mail(now: datetime) -> dict[str, int]:
    """Do what waits in the outbox."""
    del now
    return {"done": outbox.drain(web.shop().outbox_handlers)}


def reconcile(now: datetime, since: datetime | None = None) -> dict[str, int]:
    """Compare what is open with Stripe, and list its events from where the last run ended."""
    report = payments.reconcile(web.shop().gateway, web.settings(), now, since=since)
    return asdict(report)


def memberships(now: datetime) -> dict[str, int]:
    """Read memberships near an edge of time and open wishes at Stripe, and remind of trials that end."""
    return members.run(web.shop().gateway, web.settings(), now)


def purge(now: datetime) -> dict[str, int]:
    """Forget abandoned carts, done rows, answers of the API, mailed codes and what was in old letters."""
    with database.transaction() as db:
        forgotten = carts.forget_before(db, now - KEEP_CARTS)
        merging.forget(db, now)
        old = (
            delete(OutboxRow).where(OutboxRow.done_at < now - KEEP_DONE),
            delete(StripeEvent).where(StripeEvent.done_at < now - KEEP_DONE),
            delete(ApiRequest).where(ApiRequest.created_at < now - KEEP_API_REQUESTS),
            delete(AddressCode).where(AddressCode.sent_at < now - KEEP_CODES),
        )
        rows = sum(int(getattr(db.execute(each), "rowcount", 0)) for each in old)
        keep = timedelta(days=web.settings().letter_keep_days)
        letters = sent_log.forget_before(db, now - keep)
        rows += sessions.forget_before(db, now) + newsletter.forget(db, now)
        rows += devices.forget(db, web.settings(), now) + sign_in.forget(db, now)
    return {"carts": forgotten, "rows": rows, "letters": letters}


def pay_links(now: datetime) -> dict[str, int]:
    """Send the way to pay to buyers whose pay page closed unpaid a while ago."""
    with database.transaction() as db:
        return {"letters": pay_later.remind(db, web.settings(), now)}


def beat(now: datetime) -> dict[str, int]:
    """Write down that the worker is alive, for the page of health."""
    with database.transaction() as db:
        beats.beat(db, beats.WORKER, now)
    return {"beats": 1}


def stock(now: datetime) -> dict[str, int]:
    """Tell readers what is back and the shopkeeper what runs low; let search know what came and went."""
    with database.transaction() as db:
        back = notices.tell(db, now, notice_views.desk())
        few = low.tell(db, web.settings(), now)
        forgotten = notices.forget(db, now)
    return {"back": back, "low": few, "forgotten": forgotten}


def publish(now: datetime) -> dict[str, int]:
    """Give search what was published or taken off the shelf since the last run."""
    with database.transaction() as db:
        if not database.take_moments(db, now):
            return {"documents": 0}
        found = [*documents.products(db), *web.shop().hooks.search_documents(db)]
        search.reindex(db, found)
    return {"documents": len(found)}


def bounces(now: datetime) -> dict[str, int]:
    """Read what came back to the folder of returned mail and to the mailbox, and forgive what has passed."""
    settings, finders = web.settings(), web.shop().written_to
    done = Counter(mailbox.work(settings, now, finders))
    done.update(imap.work(settings, now, finders))
    with database.transaction() as db:
        letters = (recipients.handed_over(),)
        done["forgiven"] = returned.forgive_arrived(db, now, letters)
        if settings.bounce_imap_host and not done["away"]:
            beats.beat(db, beats.RETURNED, now)
    return dict(done)


def issues(now: datetime) -> dict[str, int]:
    """Begin with the issues whose moment has come."""
    return schedule.start_due(now, web.settings(), bureau.audience())


def series_due(now: datetime) -> dict[str, int]:
    """Write the letters for new readers whose day has come, a batch in each transaction."""
    return {"letters": series.work(now)}


JOBS: dict[str, Job] = {
    "bounces": bounces,
    "newsletter": issues,
    "series": series_due,
    "beat": beat,
    "stock": stock,
    "publish": publish,
    "pay_links": pay_links,
    "mail": mail,
    "reconcile": reconcile,
    "memberships": memberships,
    "purge": purge,
}


def jobs() -> dict[str, Job]:
    """Name all jobs, those of plugins too; needs an app context."""
    return JOBS | web.shop().hooks.jobs()


def run(name: str, now: datetime | None = None) -> dict[str, int]:
    """Run one job by name; needs an app context."""
    return jobs()[name](now or clock.now())


class Worker:
    """A thread that works until it is stopped, and one that sends issues of the newsletter.

    Attributes:
        stopping: set to make it finish what is at hand and end.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self.stopping = threading.Event()
        self._thread = threading.Thread(target=self.work, name="storefront-worker", daemon=True)

    def start(self) -> None:
        """Work in the background."""
        self._thread.start()

    def stop(self, seconds: float = 10) -> None:
        """Stop working; wait for what is at hand."""
        self.stopping.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def work(self) -> None:
        """Work until stopped."""
        sender = threading.Thread(target=self._send, name="storefront-newsletter", daemon=True)
        sender.start()
        try:
            self._work()
        finally:
            sender.join()

    def _work(self) -> None:
        due_at = clock.now()
        while not self.stopping.is_set():
            if clock.now() >= due_at:
                due_at = clock.now() + timedelta(seconds=JOBS_EVERY_SECONDS)
                for name in self._due():
                    self._survive(name)
            if not self._survive("mail").get("done"):
                self.stopping.wait(IDLE_SECONDS)

    def _send(self) -> None:
        """Send issues until stopped: nothing more is claimed then, and what is at hand is finished."""
        Runner(bureau.of_app(self._app), self.stopping).work()

    def _due(self) -> list[str]:
        """Name what is done each minute; the outbox is drained all the time."""
        with self._app.app_context():
            return [name for name in jobs() if name != "mail"]

    def _survive(self, name: str) -> dict[str, Any]:
        """Run a job; whatever happens in it, the next one is run."""
        try:
            with self._app.app_context():
                return run(name)
        except Exception:  # the worker outlives a database that is away
            log.exception("job %s failed and will be run again", name)
            return {}
