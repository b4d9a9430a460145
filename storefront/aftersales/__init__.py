"""After the sale: cancel, ship, take back, exchange, withdraw, recall; goods and money together."""
