"""Find products and make their listings."""
