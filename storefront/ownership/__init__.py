"""Which tools an address owns: bought, claimed with the code from the box, given; and taken back."""
