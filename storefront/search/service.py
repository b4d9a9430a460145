"""Index and find."""
