"""How fast lists are read, against what the machine can do and against what others do. See `__main__.py`."""
