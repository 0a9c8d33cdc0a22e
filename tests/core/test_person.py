import pytest

from firewall_admin.core.people import Role
from firewall_admin.core.person import parse_email, parse_name, parse_role
from firewall_admin.core.refusals import Refusal


def test_a_name_keeps_its_letters_and_loses_double_spaces():
    assert parse_name("  Siân   O’Neill-Hughes ") == "Siân O’Neill-Hughes"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "=cmd|' /C calc'!A0",
        "@SUM(A1)",
        "+1",
        "-x",
        "\tx",
        "\rx",
        " =x",
        "a\x00b",
        "a\u202eb",
        "123",
        "x" * 101,
    ],
)
def test_a_name_that_could_be_more_than_a_name_is_refused(text):
    with pytest.raises(Refusal) as refused:
        parse_name(text)
    assert refused.value.field == "name"


@pytest.mark.parametrize(
    ("text", "email"),
    [
        (" G.Hughes@Oakfield.Example ", "g.hughes@oakfield.example"),
        ("o'neill+it@bücher.example", "o'neill+it@xn--bcher-kva.example"),
    ],
)
def test_an_address_has_one_spelling(text, email):
    assert parse_email(text) == email


@pytest.mark.parametrize(
    "text",
    [
        "", "hughes", "@oakfield.example", "a@", "a@b", "a..b@oakfield.example", ".a@oakfield.example",
        "a@oakfield.example\r\nBcc: x@y.example", "a b@c.example", '"a"@oakfield.example', "a@b@oakfield.example",
        "=a@oakfield.example", "ŵ@oakfield.example", "x" * 65 + "@oakfield.example", "a@1.2.3.4",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(text):
    with pytest.raises(Refusal) as refused:
        parse_email(text)
    assert refused.value.field == "email"


def test_a_role_is_known_by_its_words_too():
    assert parse_role(" Network  manager") is parse_role("network-manager") is Role.NETWORK_MANAGER
    with pytest.raises(Refusal, match="safeguarding lead"):
        parse_role("Head of IT")
