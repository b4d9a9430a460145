"""Run a small Stripe-compatible server for development and tests; no money moves."""
