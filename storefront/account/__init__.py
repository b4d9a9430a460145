"""Customers: signing in by a mailed code or link, their devices, and their own pages."""
