"""A browser in words that its owner knows it by. Nothing more of it is kept."""

BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("CrOS", "a Chromebook"),
    ("Windows", "Windows"),
    ("Mac OS X", "a Mac"),
    ("Linux", "Linux"),
)


def words(user_agent: str) -> str:
    """`Chrome on a Chromebook`, of the User-Agent header. The first that is found names it: most claim to be others
    as well."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "a browser")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), None)
    return f"{browser} on {system}" if system else browser
