"""The development mailbox, to read every letter without a mail server."""
