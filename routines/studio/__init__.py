"""Where authors write, review and publish."""
