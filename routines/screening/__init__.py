"""A short check that stays on the reader's own device, and what it leaves out or softens."""
