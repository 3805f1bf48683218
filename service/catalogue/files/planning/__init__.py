"""From entries and the stored state to a plan. Pure: nothing here reads or writes."""
