"""Handing published events to the addresses of other programs."""
