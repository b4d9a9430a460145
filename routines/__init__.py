"""Pressure-point and stretching routines; reaches the shop through storefront.public."""
