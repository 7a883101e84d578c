"""Reminders as values, and as calendars and mails; nothing is read and nothing is sent here."""
