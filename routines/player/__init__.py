"""The guided player and the printed sheet, both made of the timeline."""
