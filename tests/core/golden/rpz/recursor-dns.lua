-- firewall_admin for ?deg?rd ?St John?s? Primary?; $(reboot) <School> ?
-- release: 42
-- policy at: 2026-11-23T10:00:00Z (Mon 23 Nov 2026 10:00 Europe/London)
-- changes next at: 2026-11-23T12:00:00Z (Mon 23 Nov 2026 12:00 Europe/London)
-- pupils: 17 blocked, 4 open, 3 rewritten
-- staff: 15 blocked, 3 open, 0 rewritten
-- guests-2: 10 blocked, 1 open, 1 rewritten
local clients, others = {}, {}
-- 1: pupils
clients[1] = newNMG()
clients[1]:addMasks({"10.20.30.128/28", "!10.20.30.0/24", "10.20.0.0/16", "!2001:db8:20:30::/64", "2001:db8:20::/48"})
others[1] = {"release2.rpz", "release3.rpz", "steer3.rpz", "locked2.rpz", "locked3.rpz", "rules2.rpz", "rules3.rpz", "lists2.rpz", "lists3.rpz"}
-- 2: staff
clients[2] = newNMG()
clients[2]:addMasks({"10.30.0.0/16"})
others[2] = {"release1.rpz", "release3.rpz", "steer1.rpz", "steer3.rpz", "locked1.rpz", "locked3.rpz", "rules1.rpz", "rules3.rpz", "lists1.rpz", "lists3.rpz"}
-- 3: guests-2
clients[3] = newNMG()
clients[3]:addMasks({"!10.20.30.128/28", "10.20.30.0/24", "2001:db8:20:30::/64"})
others[3] = {"release1.rpz", "release2.rpz", "steer1.rpz", "deny1.rpz", "locked1.rpz", "locked2.rpz", "rules1.rpz", "rules2.rpz", "lists1.rpz", "lists2.rpz"}
others[0] = {"release1.rpz", "release2.rpz", "release3.rpz", "steer1.rpz", "steer3.rpz", "deny1.rpz", "locked1.rpz", "locked2.rpz", "locked3.rpz", "open1.rpz", "rules1.rpz", "rules2.rpz", "rules3.rpz", "lists1.rpz", "lists2.rpz", "lists3.rpz"} -- clients of no audience

local function audience(address)
  for number, networks in ipairs(clients) do
    if networks:match(address) then return number end
  end
  return 0
end

function gettag(remote)
  return audience(remote)
end

function prerpz(dq)
  for _, zone in ipairs(others[audience(dq.remoteaddr)]) do
    dq:discardPolicy(zone)
  end
  return false
end
