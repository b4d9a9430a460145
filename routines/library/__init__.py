"""What a routine is: its parts, steps and doses, and how long it takes."""
