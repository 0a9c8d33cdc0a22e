"""What people come here to do, one file each: the only code that changes data.

Every journey takes `ports` and `actor` first, then what was asked, by name. It runs in one change, says what happened
by at least one event, and raises Refusal, worded for the person who meets it.
"""
