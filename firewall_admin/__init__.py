"""The school's firewall administration: what is blocked, who decided so, and the proof that it is so.

Importing the package imports nothing else: the core is used without Flask, a database or a network.
"""
