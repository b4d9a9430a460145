"""Sign up, confirm, leave."""
