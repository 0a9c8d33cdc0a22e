"""Published lists, fetched over https from servers that nobody here controls.

`fetch` gives what came of it as a value: `Fetched`, `Unchanged` or `Failure`. It goes to addresses of the public
internet only, looked up once, checked against our own table and then connected to, so that no name can lead it into
the school's network; it follows redirects itself, each checked from the start; and time, bytes, headers and unpacking
have limits that no server can stretch.

HTTP is read by h11, a strict reader that touches no network, over a socket that is ours alone. A client with pools,
proxies and decoders of its own would have each of these to be switched off, and gives no end to a server that drips.
The environment's proxies are not used: behind a proxy nobody can say which address is connected to.
"""

from .following import fetch
from .outcome import Failure, Fetched, Limits, Outcome, Unchanged
from .reach import Reach

__all__ = ["Failure", "Fetched", "Limits", "Outcome", "Reach", "Unchanged", "fetch"]
