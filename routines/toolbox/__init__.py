"""Which component a step needs, what may stand in, and what a tool opens."""
