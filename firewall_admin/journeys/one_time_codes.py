"""The codes of authenticator apps: RFC 6238 as every app has it, of six digits, SHA-1 and steps of thirty seconds.

`pyotp` computes them. The instant is always handed in, so that no clock but ours is asked.
"""

from datetime import datetime
from hmac import compare_digest

import pyotp

AROUND = (-1, 0, 1)  # steps: a phone's clock is a little off, and typing takes time (RFC 6238, 5.2)
_LONGEST_ISSUER = 60  # characters: a longer one makes a code that small cameras can't read


def seed() -> str:
    """A fresh seed of 160 random bits (RFC 4226, 4), as apps want it: base 32, 32 characters."""
    return str(pyotp.random_base32(32))


def address(seed: str, *, school: str, email: str) -> str:
    """What the QR code says: the seed, and the names under which the app keeps it. An app parts issuer and account at
    a colon."""
    issuer = " ".join(school.replace(":", " ").split())[:_LONGEST_ISSUER].strip()
    return str(pyotp.TOTP(seed).provisioning_uri(name=email, issuer_name=issuer))


def step(seed: str, code: str, now: datetime) -> int | None:
    """The step whose code this is, counted from 1970, among the present one and its neighbours; None if of none."""
    app = pyotp.TOTP(seed)
    offsets = [o for o in AROUND if compare_digest(app.at(now, counter_offset=o).encode(), code.encode())]
    return app.timecode(now) + offsets[-1] if offsets else None
