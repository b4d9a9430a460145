"""Who is asking: the visitor as a value, and the addresses that were proven."""
