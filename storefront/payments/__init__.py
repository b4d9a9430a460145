"""Paying: the port to Stripe, attempts, and the one place that makes an order paid."""
