"""The routine on paper and in the calendar: the printed sheet, its PDF, the dates."""
