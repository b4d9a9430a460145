"""Everything kept about one address: handing it out, and erasing what the law lets us erase."""
