"""The whole policy of a school as one TOML file: read with every error named by its key, and written back.

Nothing is read from disk: the caller hands over the text, the shipped lists and a way to read a list's source.
"""

from .read import Reader, Shipped, parse_policy
from .write import format_policy

__all__ = ["Reader", "Shipped", "format_policy", "parse_policy"]
