"""Memberships from their first day to their last, by the till's test clocks."""

import itertools
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from storefront import clock, database, outbox
from storefront.errors import Invalid, Unavailable
from storefront.memberships import bills, gifts, joining, managing, money, sweep, sync
from storefront.memberships.joining import IsMember, Wish
from storefront.memberships.models import (
    Membership,
    MembershipAttempt,
    MembershipNote,
    MembershipPayment,
    MembershipPlan,
    TrialUse,
)
from storefront.outbox import OutboxRow
from storefront.payments import handlers, webhook
from storefront.payments.gateway import DisputeFacts
from storefront.payments.models import StripeEvent
from tests.makers import both
from tests.storefront.memberships.lives import (
    ANA,
    ASKS_AGAIN,
    DECLINES_LATER,
    OTHER_CARD,
    THIRD_CARD,
    press,
)

DAY = timedelta(days=1)


class Killed(BaseException):
    """What no code of ours can catch, as a killed process cannot."""


@pytest.fixture(autouse=True)
def the_books_are_right(life):
    yield
    assert life.problems() == []


def own(life):
    life.db.rollback()
    return managing.own(life.db, ANA)


def test_a_trial_is_announced_paid_and_renewed(life):
    life.join().hear()
    told = life.standing()
    assert (told.status, told.is_trial, told.plan_slug) == ("trialing", True, "monthly")
    assert abs(told.until - life.now - 14 * DAY) < timedelta(minutes=1)
    assert life.letters() == ["trial"]

    life.pass_days(10)
    assert life.sweep()["reminded"] == 0
    life.pass_days(1.5)
    assert life.sweep()["reminded"] == 1
    assert life.sweep()["reminded"] == 0
    life.hear()
    assert life.letters() == ["trial", "trial_ends"]
    assert life.letter("trial_ends")["amount"] == "€9.00"

    life.pass_days(3).hear()
    assert (life.row().status, life.paid()) == ("active", [900])
    assert not life.standing().is_trial
    life.pass_days(31).hear()
    assert life.paid() == [900, 900]
    assert life.standing() is not None
    assert life.letters() == ["trial", "trial_ends"]


def test_a_renewal_that_fails_is_told_stays_open_for_the_grace_and_is_mended(life):
    life.join(DECLINES_LATER).hear().pass_days(14.01).hear()

    row = life.row()
    assert row.status == "past_due"
    assert life.letters() == ["trial", "late"]
    told = life.standing()
    assert (told.status, told.until) == ("past_due", row.past_due_since + 7 * DAY)
    assert life.standing(later=6.9 * DAY) is not None
    assert life.standing(later=7 * DAY) is None

    url = managing.portal(own(life), life.gateway, life.settings)
    assert press(url, action="card").status_code == 303
    life.pass_days(3).hear()

    assert (life.row().status, life.row().past_due_since, life.paid()) == (
        "active",
        None,
        [900],
    )
    assert life.standing(later=20 * DAY) is not None


def confirm(life, action="pay"):
    page = managing.invoice_page(
        life.db, ANA, str(bills.of_address(life.db, ANA)[0].id), life.gateway
    )
    return press(page, action=action).status_code


def test_a_bank_that_asks_is_answered_on_the_invoice_and_nowhere_else(life):
    life.join(ASKS_AGAIN).hear().pass_days(14.01)
    assert "invoice.payment_action_required" in {hint.type for hint in life.hear().hints()}

    row = life.row()
    assert (row.status, row.asks_to_confirm, life.paid()) == ("past_due", True, [])
    assert life.letters() == ["trial", "confirm"]
    assert life.standing().until == row.past_due_since + 7 * DAY
    assert life.standing(later=7 * DAY) is None
    life.pass_days(4).hear()  # trying again asks nobody anew
    assert (life.row().status, life.letters()) == ("past_due", ["trial", "confirm"])
    assert life.bills() == [("Not paid yet", 900, 0, 0)]

    assert confirm(life) == 200
    life.hear()

    row = life.row()
    assert (row.status, row.asks_to_confirm, row.past_due_since) == ("active", False, None)
    assert (life.paid(), life.bills()) == ([900], [("Paid", 900, 900, 0)])
    assert life.letters() == ["trial", "confirm"]


def test_who_says_no_to_their_bank_is_late_without_a_second_letter(life):
    life.join(ASKS_AGAIN).hear().pass_days(14.01).hear()

    assert confirm(life, "fail") == 402
    life.sweep()

    assert life.hear().row().status == "past_due"
    assert life.letters() == ["trial", "confirm"]
    life.pass_days(16).hear()
    assert (life.row().status, life.paid(), life.standing()) == ("canceled", [], None)
    assert life.letters() == ["trial", "confirm", "ended"]


def test_a_new_card_whose_bank_asks_is_told_too(life):
    life.join(DECLINES_LATER).hear().pass_days(14.01).hear()
    url = managing.portal(own(life), life.gateway, life.settings)
    press(url, action="card", card_number=ASKS_AGAIN)

    life.pass_days(3).hear()

    assert (life.row().asks_to_confirm, life.letters()) == (True, ["trial", "late", "confirm"])


def test_a_late_payment_that_waits_can_be_ended_and_still_asks(life):
    life.join(ASKS_AGAIN).hear().pass_days(14.01).hear()

    managing.end(own(life), life.gateway, life.settings, ends=True)

    assert (life.row().asks_to_confirm, life.row().cancel_at_period_end) == (True, True)


@both
def test_every_charge_is_listed_as_it_stands(life):
    life.join(trial=False).hear().pass_days(31).hear()
    assert life.bills() == [("Paid", 900, 900, 0)] * 2
    first, second = life.v1.invoices.list({"customer": life.row().stripe_customer_id}).data[
        ::-1
    ]
    paid = [
        life.v1.invoices.retrieve(each.id, {"expand": ["payments"]}).payments.data[0].payment.payment_intent
        for each in (first, second)
    ]  # fmt: skip

    for amount in (300, 600):
        life.v1.refunds.create({"payment_intent": paid[0], "amount": amount})
        life.hear()
        said = "Paid back" if amount == 600 else "Paid back in part"
        assert life.bills()[0] == (said, 900, 900, 300 if amount == 300 else 900)
    facts = DisputeFacts("dp_1", paid[1], 900, "EUR", "needs_response")
    assert money.disputed(facts, life.gateway, life.settings) == "disputed"
    assert life.bills()[1][0] == "Taken back by the bank"
    money.disputed(replace(facts, status="won"), life.gateway, life.settings)
    assert life.bills()[1][0] == "Paid"


def test_charges_that_were_told_late_are_all_kept(life):
    life.join(trial=False).pass_days(62).hear()

    assert life.bills() == [("Paid", 900, 900, 0)] * 3


def test_charges_that_no_event_told_are_found_by_looking(life):
    life.join(trial=False).pass_days(62)
    life.sweep()
    life.now = clock.now() + timedelta(minutes=5)
    life.sweep()
    assert len(life.bills()) == 1  # the latest

    sweep.run(life.gateway, life.settings, life.now, everything=True)

    assert life.bills() == [("Paid", 900, 900, 0)] * 3


def test_a_renewal_that_is_never_paid_ends_with_a_letter(life):
    life.join(DECLINES_LATER).hear().pass_days(14.01).hear().pass_days(16).hear()

    assert (life.row().status, life.paid(), life.standing()) == ("canceled", [], None)
    assert life.letters() == ["trial", "late", "ended"]


def test_a_trial_that_is_ended_stays_open_to_its_end_and_charges_nothing(life):
    life.join().hear()

    managing.end(own(life), life.gateway, life.settings, ends=True)

    assert (life.standing().ends, life.letters()) == (True, ["trial", "ending"])
    life.pass_days(12)
    assert life.sweep()["reminded"] == 0
    assert life.standing() is not None
    life.pass_days(2.1).hear()
    assert (life.row().status, life.standing(), life.paid()) == ("canceled", None, [])
    assert life.letters() == ["trial", "ending", "ended"]


def test_ending_is_at_the_end_of_the_period_and_can_be_taken_back(life):
    life.join(trial=False).hear()
    assert life.letters() == ["begun"]

    for ends in (True, False, True):
        managing.end(own(life), life.gateway, life.settings, ends=ends)
        assert life.standing().ends is ends
        assert life.standing(later=20 * DAY) is not None
    life.pass_days(32).hear()

    assert (life.row().status, life.standing(), life.paid()) == ("canceled", None, [900])


def test_a_longer_plan_begins_at_once_and_a_shorter_one_with_the_next_period(life):
    life.join(trial=False).hear().pass_days(10)
    monthly, yearly = (life.db.get(MembershipPlan, slug) for slug in ("monthly", "yearly"))

    url = managing.change_plan(own(life), yearly, life.gateway, life.settings)
    press(url, action="change")
    life.hear()

    assert (life.row().plan_slug, life.standing().name, len(life.paid())) == (
        "yearly",
        "Yearly",
        2,
    )
    assert 8300 <= life.paid()[1] < 8500
    assert life.standing(later=360 * DAY) is not None
    assert life.letters() == ["begun", "changed"]

    press(
        managing.change_plan(own(life), monthly, life.gateway, life.settings), action="change"
    )
    life.hear()
    assert life.row().plan_slug == "yearly"
    life.pass_days(366).hear()
    assert (life.row().plan_slug, life.paid()[-1]) == ("monthly", 900)


def test_what_no_event_told_is_found_by_looking(life):
    life.join()
    assert life.row() is None

    life.now += timedelta(minutes=5)
    life.sweep()
    assert life.standing().is_trial

    life.pass_days(14.02)
    assert life.standing() is not None  # the small patience with late news
    assert life.standing(later=2 * DAY) is None  # and not for ever
    life.sweep()
    assert (life.row().status, life.standing(later=20 * DAY) is not None) == ("active", True)

    own_one = own(life)
    life.v1.subscriptions.cancel(own_one.subscription_id)
    life.now += 2 * DAY
    assert life.sweep()["changed"] == 1
    assert life.standing() is None
    before = life.facts()
    assert life.sweep()["changed"] == 0
    assert life.facts() == before


def forget(life):
    with database.transaction() as db:
        db.execute(delete(MembershipNote))
        db.execute(delete(MembershipPayment))
        db.execute(
            delete(Membership).where(Membership.stripe_subscription_id != "sub_long_ago")
        )
        db.execute(delete(OutboxRow))
        db.execute(delete(StripeEvent))
        db.execute(delete(TrialUse))


@pytest.mark.parametrize("card", [DECLINES_LATER, ASKS_AGAIN])
def test_events_in_any_order_twice_or_half_of_them_lead_to_one_state(life, card):
    life.join(card).pass_days(14.01)
    hints = [
        hint
        for hint in life.hints()
        if hint.type.startswith(("customer.sub", "invoice.", "checkout."))
    ]
    life.hear(hints)
    wanted = life.facts()
    assert (wanted[0], len(hints) >= 6) == ("past_due", True)
    chance = random.Random(20)
    orders = [hints[::-1], [*hints, *hints], hints[-1:], hints[:1]]
    orders += [chance.sample(hints, len(hints)) for _ in range(3)]

    for order in orders:
        forget(life)
        life.hear(order)
        assert life.facts() == wanted, [hint.type for hint in order]


def test_late_news_never_revives_what_has_ended(life):
    life.join(trial=False).pass_days(1)
    early = life.hints()
    life.hear(early)
    old = life.gateway.read_subscription(life.row().stripe_subscription_id)
    asked_at = clock.now()
    life.v1.subscriptions.cancel(life.row().stripe_subscription_id)
    life.hear()
    assert life.row().status == "canceled"

    assert sync.record(old, asked_at, life.settings) == sync.STALE
    assert sync.record(old, clock.now(), life.settings) == "canceled"
    forgotten = {hint.event_id for hint in early}
    with database.transaction() as db:
        db.execute(delete(StripeEvent).where(StripeEvent.event_id.in_(forgotten)))
    life.hear(early)

    assert (life.row().status, life.standing()) == ("canceled", None)


def test_an_answer_that_was_overtaken_is_asked_for_anew(life, monkeypatch):
    life.join(trial=False).hear()
    read, number = life.gateway.read_subscription, itertools.count()

    def overtaken(subscription_id):
        facts = read(subscription_id)
        if next(number) == 0:  # meanwhile the button was pressed
            managing.end(own(life), life.gateway, life.settings, ends=True)
        return facts

    monkeypatch.setattr(life.gateway, "read_subscription", overtaken)
    assert sync.sync(life.row().stripe_subscription_id, life.gateway, life.settings) == "active"

    assert life.row().cancel_at_period_end
    assert next(number) == 2


@pytest.mark.parametrize("spelling", [ANA, "a.na+more@example.org"])
def test_a_second_trial_of_an_address_is_not_offered(life, spelling):
    life.join().hear()
    life.v1.subscriptions.cancel(life.row().stripe_subscription_id)
    life.hear()
    plan = life.db.get(MembershipPlan, "monthly")

    assert not joining.gets_trial(life.db, spelling, plan, life.settings)
    life.join("4000000000005423", email=spelling).hear()

    row = life.row(spelling)
    assert (row.status, row.trial_end) == ("active", None)


def test_a_second_trial_of_a_card_is_ended_at_once_without_a_charge(life):
    life.join().hear()
    bea = "bea@example.org"

    life.join(email=bea).hear()

    row = life.row(bea)
    assert row.ends_because == "trial_used"
    assert life.standing(email=bea) is None  # at once, before Stripe has answered
    outbox.drain(
        {
            sync.KIND: lambda asked: sync.end_now(
                asked["subscription"], life.gateway, life.settings
            )
        }
    )
    assert life.row(bea).status == "canceled"
    assert life.letters(bea) == ["refused"]
    found = life.v1.invoices.list({"customer": row.stripe_customer_id}).data
    assert [invoice.amount_paid for invoice in found] == [0]
    assert life.standing() is not None  # whose trial it was

    life.join(email=bea, trial=False).hear()
    assert life.standing(email=bea).status == "active"


def take_card(life, number, email=ANA):
    life.db.rollback()
    url = managing.portal(managing.own(life.db, email), life.gateway, life.settings)
    assert press(url, action="card", card_number=number).status_code == 303
    return life.hear()


def test_a_card_taken_in_mid_trial_ends_nothing_and_had_its_trial_too(life):
    bea, cem = "bea@example.org", "cem@example.org"
    life.join(email=bea).hear()
    life.join(OTHER_CARD).hear()

    take_card(life, "4242424242424242")  # which had a trial with Bea
    take_card(life, THIRD_CARD)

    assert (life.row().ends_because, life.standing().is_trial) == ("", True)
    assert life.letters() == ["trial"]
    life.join(THIRD_CARD, email=cem).hear()
    assert life.row(cem).ends_because == "trial_used"


def test_a_card_taken_after_the_trial_has_not_had_one(life):
    cem = "cem@example.org"
    life.join().hear().pass_days(14.01).hear()
    assert life.row().status == "active"

    take_card(life, THIRD_CARD)

    life.join(THIRD_CARD, email=cem).hear()
    assert life.standing(email=cem).is_trial


def test_of_two_trials_of_one_address_the_second_is_ended_at_once(life):
    """Two pages that were both paid, which only Stripe could know."""
    life.join().hear()
    first = life.gateway.read_subscription(life.row().stripe_subscription_id)
    second = replace(
        first, stripe_id="sub_second", reference="another", email=ANA, card="another"
    )

    assert sync.record(second, clock.now(), life.settings) == "trialing"
    assert sync.record(first, clock.now(), life.settings) == "trialing"

    life.db.rollback()
    rows = life.db.scalars(select(Membership).where(Membership.status == "trialing"))
    assert {row.stripe_subscription_id: row.ends_because for row in rows} == {
        first.stripe_id: "",
        "sub_second": "second",
    }
    assert life.letters() == ["trial", "refused"]
    ended = [row.payload for row in life.db.scalars(select(OutboxRow)) if row.kind == sync.KIND]
    assert ended == [{"subscription": "sub_second"}]


@pytest.mark.parametrize("trial", [True, False])
def test_ending_and_going_on_in_the_portal_is_told_each_time(life, trial):
    life.join(trial=trial).hear()
    url = managing.portal(own(life), life.gateway, life.settings)
    told = []

    for action, letter in (("cancel", "ending"), ("resume", "goes_on")) * 2:
        press(url, action=action, subscription=life.row().stripe_subscription_id)
        life.hear().hear()
        told.append(letter)
        assert life.standing().ends is (action == "cancel")
        assert life.letters()[1:] == told

    life.pass_days(33).hear()
    assert life.row().status == "active"


@pytest.mark.parametrize("state", ["late", "ending"])
def test_no_plan_is_changed_while_something_is_open_or_ends(life, state):
    life.join(DECLINES_LATER).hear()
    if state == "late":
        life.pass_days(14.01).hear()
    else:
        managing.end(own(life), life.gateway, life.settings, ends=True)
    yearly = life.db.get(MembershipPlan, "yearly")

    with pytest.raises(Invalid, match="Pay what is open first"):
        managing.change_plan(own(life), yearly, life.gateway, life.settings)


def test_ending_a_late_membership_is_told_as_such(life):
    life.join(DECLINES_LATER).hear()
    life.pass_days(14.01).hear()

    managing.end(own(life), life.gateway, life.settings, ends=True)

    assert life.letter("ending")["is_late"] is True


@both
def test_a_gift_does_not_run_down_while_a_membership_is_paid(life):
    """It was redeemed while the membership ended; then that went on after all, in the portal."""
    life.join(trial=False).hear()
    managing.end(own(life), life.gateway, life.settings, ends=True)
    ends = life.row().period_end
    with database.transaction() as db:
        plan = db.get_one(MembershipPlan, "monthly")
        code = gifts.issue(db, plan, 1, note="", by="", settings=life.settings, now=clock.now())
        gift_id = gifts.redeem(db, code, ANA, clock.now(), life.settings).id

    def lasts():
        life.db.rollback()
        return life.db.get_one(Membership, gift_id).period_end - ends

    first = lasts()
    assert 27 * DAY < first < 32 * DAY
    managing.end(own(life), life.gateway, life.settings, ends=False)
    assert lasts() == first

    for _ in range(2):  # two more periods are paid
        life.pass_days(31).hear().hear()
        sweep.run(life.gateway, life.settings, life.now, everything=True)

    gift = life.db.get_one(Membership, gift_id)
    paid = life.gateway.read_subscription(life.row().stripe_subscription_id)
    assert [state for state, *_rest in life.bills()] == ["Paid"] * 3
    assert abs(gift.period_end - paid.period_end - first) < timedelta(hours=1)


def test_a_second_live_membership_is_refused(life):
    life.join().hear()

    with pytest.raises(IsMember):
        joining.join(Wish(ANA, "yearly"), life.gateway, life.settings)

    assert len(life.gateway.subscriptions_of(life.customer)) == 1


def test_what_was_paid_on_a_page_that_was_thought_closed_is_found_first(life):
    joining.join(Wish(ANA, "monthly"), life.gateway, life.settings)
    waiting = life.db.scalars(select(MembershipAttempt)).one()
    press(waiting.pay_url)
    life.db.rollback()

    with pytest.raises(
        IsMember
    ):  # another plan: the first page is closed first, and it was paid
        joining.join(Wish(ANA, "yearly"), life.gateway, life.settings)

    assert life.standing().plan_slug == "monthly"


def test_another_wish_closes_the_page_of_the_first(life):
    first = joining.join(Wish(ANA, "monthly"), life.gateway, life.settings)
    again = joining.join(Wish(ANA, "monthly"), life.gateway, life.settings)
    other = joining.join(Wish(ANA, "yearly"), life.gateway, life.settings)

    assert first == again != other
    assert press(first).status_code == 410
    life.db.rollback()
    states = life.db.execute(select(MembershipAttempt.plan_slug, MembershipAttempt.state))
    assert sorted(map(tuple, states)) == [("monthly", "closed"), ("yearly", "open")]


@pytest.mark.parametrize("gap", ["before the call", "before the answer", "before it is kept"])
def test_a_crash_between_the_steps_leads_to_one_page_by_the_same_bytes(life, monkeypatch, gap):
    call, sent = life.gateway.start_checkout, []

    def die(request, key):
        sent.append((request, key))
        if gap != "before the call":
            call(request, key)
        raise Killed

    with monkeypatch.context() as broken, pytest.raises(Killed):
        broken.setattr(life.gateway, "start_checkout", die)
        joining.join(Wish(ANA, "monthly"), life.gateway, life.settings)
    monkeypatch.setattr(
        life.gateway, "start_checkout", lambda *told: sent.append(told) or call(*told)
    )
    url = joining.join(Wish(ANA, "monthly"), life.gateway, life.settings)

    assert sent[0] == sent[1]
    assert len(life.v1.checkout.sessions.list().data) == 1
    press(url)
    life.hear()
    assert life.standing().is_trial


def test_a_page_whose_answer_was_lost_for_good_is_found_by_looking(life, monkeypatch):
    call = life.gateway.start_checkout
    pages = []

    def die(request, key):
        pages.append(call(request, key))
        raise Killed

    with monkeypatch.context() as broken, pytest.raises(Killed):
        broken.setattr(life.gateway, "start_checkout", die)
        joining.join(Wish(ANA, "monthly"), life.gateway, life.settings)
    press(pages[0].url)
    life.now += timedelta(minutes=5)
    life.sweep()

    assert life.standing().is_trial


def test_a_silent_stripe_begins_nothing_and_says_so(life):
    life.till.stop()

    with pytest.raises(Unavailable, match="Nothing was charged"):
        joining.join(Wish(ANA, "monthly"), life.gateway, life.settings)


def test_a_trial_cut_short_is_not_announced(life):
    life.join().hear()
    life.v1.subscriptions.update(life.row().stripe_subscription_id, {"trial_end": "now"})
    told = [hint for hint in life.hints() if hint.type == "customer.subscription.updated"][-1]
    early = handlers.Told(
        "evt_early", "customer.subscription.trial_will_end", told.object_id, ""
    )
    with database.transaction() as db:
        db.add(StripeEvent(event_id="evt_early", type=early.type, object_id=told.object_id, reference="",
                           livemode=False, received_at=clock.now(), outcome="", error="", tries=0))  # fmt: skip

    assert webhook.work("evt_early", life.gateway, life.settings) == "active"

    assert life.letters() == ["trial"]


def test_a_disputed_payment_ends_the_membership_and_a_refund_does_not(life):
    life.join(trial=False).hear()
    found = life.v1.subscriptions.retrieve(
        life.row().stripe_subscription_id, {"expand": ["latest_invoice.payments"]}
    )
    paid = found.latest_invoice.payments.data[0].payment.payment_intent
    life.v1.refunds.create({"payment_intent": paid, "amount": 400})
    life.hear()
    assert life.standing() is not None

    facts = DisputeFacts("dp_1", paid, 900, "EUR", "needs_response")
    assert money.disputed(facts, life.gateway, life.settings) == "disputed"
    assert money.disputed(facts, life.gateway, life.settings) == "disputed"

    assert life.standing() is None
    assert life.letters(life.settings.support_email) == ["disputed"]
    outbox.drain(
        {
            sync.KIND: lambda asked: sync.end_now(
                asked["subscription"], life.gateway, life.settings
            )
        }
    )
    assert life.row().status == "canceled"


@both
def test_two_subscriptions_of_one_card_at_once_have_one_trial(life):
    for email in ("bea@example.org", "cem@example.org"):
        life.join(email=email)
    life.hear()

    rows = [life.row(email) for email in ("bea@example.org", "cem@example.org")]
    assert sorted(row.ends_because for row in rows) == ["", "trial_used"]
