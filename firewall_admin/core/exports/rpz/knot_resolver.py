"""Knot Resolver: one rule at the head of its policy chain, which looks the client up and then walks the zones.

Its own RPZ reader (Knot Resolver 5, "policy.rpz") ends the whole chain at an exception, before the site's forwarding,
and answers a blocked name with a lifetime of three hours. So exceptions here only end the walk, and NXDOMAIN is
answered by an action of our own with a lifetime of a minute. It cannot steer to a name: steering is by addresses.
"""

from collections.abc import Iterator

from ...compiled import Compiled
from ...export import header
from .clients import clients, served
from .zones import Zone, seen_by


def text(compiled: Compiled, zones: list[Zone], base: str) -> Iterator[str]:
    """The file for a `dofile` before the site's own rules."""
    yield header(compiled, comment="--")
    yield _ACTIONS
    for zone in zones:
        yield f"zones['{zone.name}'] = "
        yield from _steering(compiled, zone) if zone.rewrites else [f"policy.rpz(nxdomain, '{base}/{zone.path}')\n"]
    for audience in served(compiled):
        stack = ", ".join(f"zones['{zone.name}']" for zone in seen_by(zones, audience))
        yield f"stacks['{audience}'] = {{ {stack} }}\n"
    for one in clients(compiled):
        yield f"table.insert(clients, view.rule_src('{one.audience or 'of_no_audience'}', '{one.network}'))\n"
    yield _CHAIN


def _steering(compiled: Compiled, zone: Zone) -> Iterator[str]:
    yield "steering({\n"
    for host, target in zone.rewrites:
        if addresses := compiled.addresses(target):
            listed = ", ".join(f"'{address}'" for address in addresses)
            yield f"  ['{host}'] = {{ {listed} }}, -- {target}\n"
        else:
            yield f"  -- not steered, since no address of {target} is known: {host}\n"
    yield "})\n"


_ACTIONS = r"""
modules.load('policy')
modules.load('view')
local ffi = require('ffi')
local zones, stacks, clients = {}, {}, {}

local soa = '\9localhost\0\4root\9localhost\0'
  .. '\0\0\0\1' .. '\0\0\14\16' .. '\0\0\2\88' .. '\0\36\234\0' .. '\0\0\0\60'

local function nxdomain(_, req)
  local answer = req:ensure_answer()
  if answer == nil then return nil end
  ffi.C.kr_pkt_make_auth_header(answer)
  answer:rcode(kres.rcode.NXDOMAIN)
  answer:begin(kres.section.AUTHORITY)
  answer:put(answer:qname(), 60, answer:qclass(), kres.type.SOA, soa)
  return kres.DONE
end

local function steering(hosts)
  local actions = {}
  for host, addresses in pairs(hosts) do
    local records = {}
    for _, address in ipairs(addresses) do
      local kind = address:find(':') and kres.type.AAAA or kres.type.A
      records[kind] = records[kind] or { ttl = 60, rdata = {} }
      table.insert(records[kind].rdata, kres.str2ip(address))
    end
    actions[kres.str2dname(host)] = policy.ANSWER(records, true)
  end
  return function (_, query) return actions[query:name()] end
end

"""
_CHAIN = """
policy.add(function (req, query)
  for _, audience_of in ipairs(clients) do
    local audience = audience_of(req)
    if audience then
      for _, zone in ipairs(stacks[audience] or {}) do
        local action = zone(req, query)
        if action == policy.PASS then return nil end
        if action then return action end
      end
      return nil
    end
  end
end)
"""
