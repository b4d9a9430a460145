"""Sending an issue: one delivery for each reader, leased, paced, handed over once."""
