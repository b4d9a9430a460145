"""The pages where library, tools and gate meet: lists, a routine, the body."""
