"""Plans that a practitioner hands out: signed, expiring, without a word about the patient."""
