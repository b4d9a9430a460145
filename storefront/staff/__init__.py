"""Who works here: sign-in by mailed code and passkey, roles in one table, sessions, the audit log."""
