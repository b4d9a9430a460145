"""What it costs: lines, delivery and tax, by pure rules."""
