"""The guided player, made of the timeline: for every routine, and at once for a cramp."""
