"""Newsletter issues: segments, composing, what each reader is shown, the archive and its feeds."""
