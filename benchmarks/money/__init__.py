"""Prove with crowds, lost news and killed processes that money and stock cannot go wrong."""
