"""Newsletter: sign-up with double opt-in, the consent ledger, leaving."""
