"""How run.py sets up this checkout: standard library only."""
