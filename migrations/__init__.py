"""The schema's migrations, run by `skillprofile migrate`."""
