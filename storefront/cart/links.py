"""The signed text that holds a cart, for links that outlive the cookie."""

from collections.abc import Sequence

from storefront import web
from storefront.cart.restoring import Wished

PURPOSE = "cart_link"
KEPT_SECONDS = 90 * 86_400


def path(wishes: Sequence[Wished]) -> str:
    """Give the path that shows a cart."""
    held = [[wish.sku, wish.quantity, wish.for_routine] for wish in wishes]
    token = web.shop().signer.sign(PURPOSE, held)
    return web.path_for("storefront_cart_links.restore_look", token=token)


def read(token: str) -> list[Wished] | None:
    """Read what a link holds; None when it is too old or not ours."""
    held = web.shop().signer.read(PURPOSE, token, KEPT_SECONDS)
    return [Wished(*each) for each in held] if isinstance(held, list) else None
