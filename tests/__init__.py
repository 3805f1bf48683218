"""Tests: real PostgreSQL and Valkey always, fakes only at the border (clock, mail transport)."""
