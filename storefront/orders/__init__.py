"""Orders: frozen lines and totals, their states, and what must be sent."""
