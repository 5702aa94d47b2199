"""Answers that calendars send by mail: taken where it is proved whose they are, kept for a person where not."""
