"""Routines in phases over weeks."""
