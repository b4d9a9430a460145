"""What keeps content from being published, rule by rule, each said as a sentence."""
