"""What the newsletter may carry of the library, and how each reader is shown it."""
