"""Memberships: plans, trials, what Stripe says of a subscription, gifts, and who is a member now."""
