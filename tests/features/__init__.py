"""Whole stories, told through the API and the mails."""
