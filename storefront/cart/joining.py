"""What happens to a visitor's cart when their address is proven: told by newsletter, codes and host."""

from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storefront import database, web
from storefront.cart import merging
from storefront.cart.who import proven_email

TOGETHER = "What was in your cart on another device is in your cart now."


def became_verified(response: Response, email: str) -> bool:
    """Put the carts of an address together on this device; tell whether something came."""
    mine = web.visitor().cart_id
    with database.transaction() as db:
        joined = merging.join(db, mine, email, web.settings())
    if joined is None:
        return False
    if mine is None:
        web.set_cookie(response, web.CART, joined.cart_id)
    return bool(joined.pieces) or mine is None


def claim(db: Session, cart_id: str) -> bool:
    """Do the same in a transaction that goes on, for a visitor who has proven an address before."""
    email = proven_email(web.visitor())
    joined = merging.join(db, cart_id, email, web.settings()) if email else None
    return bool(joined and joined.pieces)


def waiting(db: Session) -> bool:
    """Tell whether a visitor with a proven address has something in a cart elsewhere."""
    email = proven_email(web.visitor())
    return bool(email and merging.others(db, web.visitor().cart_id, email))
