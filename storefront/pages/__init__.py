"""Plain pages: delivery, returns, contact, privacy, help."""
