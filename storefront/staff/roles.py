"""The one table of what each role may do: every address of the backoffice stands in it.

An address that is missing here is refused to everybody, and a test fails. The names are those of
the rooms of the backoffice with their views: `members.invite` is the view `invite` of the room
that was made by `desk.room("members", __name__)`. A plugin adds rows by its hook `desk_places`,
under the whole name of the endpoint; when the app starts they become part of this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from storefront.errors import RefusedToStart
from storefront.staff.models import ROLES

PREFIX = "storefront_backoffice_"
OWNER = frozenset({"owner"})
KEEPERS = frozenset({"owner", "keeper"})
AUTHORS = frozenset({"owner", "keeper", "author"})
PACKERS = frozenset({"owner", "keeper", "packer"})
EVERYBODY = frozenset(ROLES)


@dataclass(frozen=True)
class Rule:
    """Who may come to one address; `fresh` asks for a code or passkey of the last minutes."""

    roles: frozenset[str]
    fresh: bool = False
    open: bool = False  # also before signing in


OPEN = Rule(EVERYBODY, open=True)

TABLE: Mapping[str, Rule] = {
    "sign_in.page": OPEN,
    "sign_in.ask": OPEN,
    "sign_in.code_page": OPEN,
    "sign_in.code": OPEN,
    "sign_in.link_page": OPEN,
    "sign_in.link": OPEN,
    "sign_in.host": OPEN,
    "sign_in.sign_out": OPEN,
    "passkeys.sign_in_options": OPEN,
    "passkeys.sign_in": OPEN,
    "passkeys.second_page": OPEN,
    "passkeys.recover": OPEN,
    "fresh.page": Rule(EVERYBODY),
    "fresh.ask": Rule(EVERYBODY),
    "fresh.code_page": Rule(EVERYBODY),
    "fresh.code": Rule(EVERYBODY),
    "passkeys.fresh_options": Rule(EVERYBODY),
    "passkeys.prove": Rule(EVERYBODY),
    "home.page": Rule(EVERYBODY),
    "home.nothing_here": Rule(EVERYBODY),
    "me.page": Rule(EVERYBODY),
    "me.end_session": Rule(EVERYBODY),
    "me.end_everywhere": Rule(EVERYBODY),
    "passkeys.new_page": Rule(EVERYBODY, fresh=True),
    "passkeys.register_options": Rule(EVERYBODY, fresh=True),
    "passkeys.register": Rule(EVERYBODY, fresh=True),
    "passkeys.remove": Rule(EVERYBODY, fresh=True),
    "passkeys.codes_page": Rule(EVERYBODY, fresh=True),
    "passkeys.renew_codes": Rule(EVERYBODY, fresh=True),
    "orders.page": Rule(PACKERS),
    "orders.one": Rule(PACKERS),
    "orders.add_note": Rule(PACKERS),
    "orders.resend": Rule(KEEPERS),
    "shipping.address_page": Rule(PACKERS),
    "shipping.change_address": Rule(PACKERS),
    "money.refund_page": Rule(KEEPERS, fresh=True),
    "money.refund_check": Rule(KEEPERS, fresh=True),
    "money.refund": Rule(KEEPERS, fresh=True),
    "money.cancel_page": Rule(KEEPERS, fresh=True),
    "money.cancel_check": Rule(KEEPERS, fresh=True),
    "money.cancel": Rule(KEEPERS, fresh=True),
    "money.close": Rule(KEEPERS, fresh=True),
    "money.decide_page": Rule(KEEPERS, fresh=True),
    "money.decide": Rule(KEEPERS, fresh=True),
    "returns.page": Rule(PACKERS),
    "returns.one": Rule(PACKERS),
    "returns.answer": Rule(KEEPERS),
    "returns.receive": Rule(PACKERS),
    "returns.close_page": Rule(KEEPERS, fresh=True),
    "returns.close": Rule(KEEPERS, fresh=True),
    "recalls.page": Rule(PACKERS),
    "recalls.one": Rule(KEEPERS),
    "recalls.new": Rule(KEEPERS, fresh=True),
    "recalls.check": Rule(KEEPERS, fresh=True),
    "recalls.create": Rule(KEEPERS, fresh=True),
    "withdrawals.page": Rule(KEEPERS),
    "withdrawals.done": Rule(KEEPERS),
    "shipping.ship_page": Rule(PACKERS),
    "shipping.check": Rule(PACKERS),
    "shipping.ship": Rule(PACKERS),
    "shipping.slip": Rule(PACKERS),
    "shipping.slip_file": Rule(PACKERS),
    "products.page": Rule(AUTHORS),
    "products.new_page": Rule(AUTHORS),
    "products.new": Rule(AUTHORS),
    "products.one": Rule(AUTHORS),
    "products.save": Rule(AUTHORS),
    "products.publish": Rule(AUTHORS),
    "products.hide": Rule(AUTHORS),
    "variants.new_page": Rule(KEEPERS),
    "variants.new": Rule(KEEPERS),
    "variants.one": Rule(KEEPERS),
    "variants.save": Rule(KEEPERS),
    "variants.price": Rule(KEEPERS),
    "variants.move": Rule(KEEPERS),
    "variants.block": Rule(KEEPERS),
    "variants.unblock": Rule(KEEPERS),
    "variants.preorder": Rule(KEEPERS),
    "variants.close_preorder": Rule(KEEPERS),
    "promotions.page": Rule(KEEPERS),
    "promotions.new_page": Rule(KEEPERS),
    "promotions.new": Rule(KEEPERS),
    "promotions.one": Rule(KEEPERS),
    "promotions.save": Rule(KEEPERS),
    "promotions.switch": Rule(KEEPERS),
    "promotions.add_code": Rule(KEEPERS),
    "promotions.add_batch": Rule(KEEPERS),
    "promotions.close_code": Rule(KEEPERS),
    "gift_cards.page": Rule(KEEPERS),
    "gift_cards.new_page": Rule(KEEPERS, fresh=True),
    "gift_cards.new": Rule(KEEPERS, fresh=True),
    "gift_cards.one": Rule(KEEPERS),
    "gift_cards.block": Rule(KEEPERS),
    "gift_cards.correct": Rule(KEEPERS, fresh=True),
    "memberships.page": Rule(KEEPERS),
    "memberships.one": Rule(KEEPERS),
    "memberships.read": Rule(KEEPERS),
    "memberships.end": Rule(KEEPERS, fresh=True),
    "memberships.gift_list": Rule(KEEPERS, fresh=True),
    "memberships.gift_new": Rule(KEEPERS, fresh=True),
    "memberships.gift_revoke": Rule(KEEPERS, fresh=True),
    "claims.page": Rule(KEEPERS),
    "claims.make": Rule(KEEPERS),
    "claims.revoke": Rule(KEEPERS),
    "price_lists.page": Rule(KEEPERS),
    "price_lists.new": Rule(KEEPERS),
    "price_lists.one": Rule(KEEPERS),
    "price_lists.set_price": Rule(KEEPERS),
    "price_lists.join": Rule(KEEPERS),
    "price_lists.leave": Rule(KEEPERS),
    "rates.page": Rule(KEEPERS),
    "rates.set_rate": Rule(KEEPERS),
    "stock.page": Rule(PACKERS),
    "stock.one": Rule(PACKERS),
    "stock.book": Rule(PACKERS),
    "bounces.page": Rule(KEEPERS),
    "bounces.release": Rule(KEEPERS),
    "newsletter.page": Rule(AUTHORS),
    "newsletter.new": Rule(AUTHORS),
    "issue.one": Rule(AUTHORS),
    "issue.save": Rule(AUTHORS),
    "issue.add": Rule(AUTHORS),
    "issue.slot": Rule(AUTHORS),
    "issue_send.check": Rule(AUTHORS),
    "issue_send.letter": Rule(AUTHORS),
    "issue_send.letter_body": Rule(AUTHORS),
    "issue_send.test": Rule(AUTHORS),
    "issue_send.schedule": Rule(KEEPERS),
    "issue_send.unschedule": Rule(KEEPERS),
    "issue_send.cancel": Rule(KEEPERS),
    "segments.page": Rule(AUTHORS),
    "segments.one": Rule(KEEPERS),
    "segments.new": Rule(KEEPERS),
    "segments.save": Rule(KEEPERS),
    "segments.remove": Rule(KEEPERS),
    "members.page": Rule(OWNER),
    "members.new": Rule(OWNER, fresh=True),
    "members.invite": Rule(OWNER, fresh=True),
    "members.one": Rule(OWNER),
    "members.role_page": Rule(OWNER, fresh=True),
    "members.change_role": Rule(OWNER, fresh=True),
    "members.deactivate_page": Rule(OWNER, fresh=True),
    "members.deactivate": Rule(OWNER, fresh=True),
    "members.activate": Rule(OWNER, fresh=True),
    "members.end_sessions": Rule(OWNER),
    "sending.page": Rule(KEEPERS),
    "sending.one": Rule(KEEPERS),
    "sending.pause": Rule(KEEPERS),
    "sending.resume": Rule(KEEPERS),
    "sending.cancel_page": Rule(KEEPERS),
    "sending.cancel": Rule(KEEPERS),
    "sending.retry": Rule(KEEPERS),
    "sending.resolve": Rule(KEEPERS),
    "audit.page": Rule(OWNER),
    "health.page": Rule(KEEPERS),
    "health.retry": Rule(KEEPERS),
}

ADDED: dict[str, Rule] = {}  # the rows of plugins, by whole endpoint

ABOUT = {
    "owner": "Everything, also who works here.",
    "keeper": "Orders, money, products, stock and promotions.",
    "author": "What products and the newsletter say; no prices, stock or orders, and no letter is sent.",
    "packer": "Orders to pack and ship, and stock; no money.",
}


def add(rules: Mapping[str, Rule]) -> None:
    """Add the rows of a plugin; none may change what the table says already.

    Raises:
        RefusedToStart: a row is one of the shop's own, or was added with another rule.
    """
    for endpoint, rule in rules.items():
        is_ours = endpoint.startswith(PREFIX) or endpoint in TABLE
        if is_ours or ADDED.setdefault(endpoint, rule) != rule:
            message = f"A plugin may not change who comes to {endpoint}."
            raise RefusedToStart(message)


def whole() -> Mapping[str, Rule]:
    """Give the table with the rows of plugins."""
    return {**TABLE, **ADDED}


def endpoint_of(name: str) -> str:
    """Give the endpoint of a row by its name in the table."""
    return name if name in ADDED else PREFIX + name


def rule_of(endpoint: str | None) -> Rule | None:
    """Give the rule of an address of the backoffice; None when the table does not have it."""
    name = (endpoint or "").removeprefix(PREFIX)
    return TABLE.get(name) or ADDED.get(name)


def may(role: str, name: str) -> bool:
    """Tell whether a role may come to an address, by its short name such as `members.page`."""
    rule = rule_of(name)
    return rule is not None and role in rule.roles


def sees_money(role: str) -> bool:
    """Tell whether a role is shown sums and payments; whoever only packs is not."""
    return role in KEEPERS
