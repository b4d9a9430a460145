"""Saved: routines that somebody put aside, on a device or at a proven address."""
