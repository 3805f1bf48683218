"""A run under faults, bounded and seeded: `make faults`.

Clients accept changes through the API while every part of the product is killed, paused, emptied and cut off, one after
the other. They write down what they were told. Afterwards the books are balanced: their journal against what the
catalogue says and what the mail server took.
"""
