"""What the leak check plants of ours: a gated film with all its files, drafts, enrolments."""
