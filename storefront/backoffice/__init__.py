"""The counter: the shopkeeper's pages."""
