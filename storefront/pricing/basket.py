"""What is to be priced: pieces of variants, for whom, where to and with which codes."""

from collections.abc import Sequence
from dataclasses import dataclass

from storefront.catalog.models import Variant


@dataclass(frozen=True)
class BasketLine:
    """Some pieces of one variant; its product must be loaded."""

    variant: Variant
    quantity: int


@dataclass(frozen=True)
class Who:
    """Who buys, as far as it is known; limits and price lists depend on it."""

    email: str | None = None
    has_ordered: bool | None = None  # None = not known yet, taken as no
    price_list: str = ""  # empty = the public prices


NOBODY = Who()


@dataclass(frozen=True)
class Basket:
    """Everything that a price depends on; prices come from the shop, never from outside."""

    lines: Sequence[BasketLine]
    country: str = ""  # empty = where the shop is at home
    method_key: str = "standard"
    codes: tuple[str, ...] = ()  # as `codes.spelt` gives them
    who: Who = NOBODY

    @property
    def weight_grams(self) -> int:
        """Give what the pieces weigh."""
        return sum(line.variant.weight_grams * line.quantity for line in self.lines)
