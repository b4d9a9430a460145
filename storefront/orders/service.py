"""Find orders and move them."""
