"""May this visitor see it: the only gate."""
