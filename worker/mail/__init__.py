"""Notification mail: from a letter to bytes (`message`), and from bytes to a mail server (`transport`)."""
