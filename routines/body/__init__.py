"""The body map: regions, points and conditions, and which tools reach them."""
