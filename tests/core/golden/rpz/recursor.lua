-- firewall_admin for ?deg?rd ?St John?s? Primary?; $(reboot) <School> ?
-- release: 42
-- policy at: 2026-11-23T10:00:00Z (Mon 23 Nov 2026 10:00 Europe/London)
-- changes next at: 2026-11-23T12:00:00Z (Mon 23 Nov 2026 12:00 Europe/London)
-- pupils: 17 blocked, 4 open, 3 rewritten
-- staff: 15 blocked, 3 open, 0 rewritten
-- guests-2: 10 blocked, 1 open, 1 rewritten
rpzFile("/etc/firewall_admin/markers/release1.rpz", {policyName="release1.rpz"})
rpzFile("/etc/firewall_admin/markers/release2.rpz", {policyName="release2.rpz"})
rpzFile("/etc/firewall_admin/markers/release3.rpz", {policyName="release3.rpz"})
rpzFile("/etc/firewall_admin/zones/steer1.rpz", {policyName="steer1.rpz"})
rpzFile("/etc/firewall_admin/zones/steer3.rpz", {policyName="steer3.rpz"})
rpzFile("/etc/firewall_admin/zones/deny1.rpz", {policyName="deny1.rpz"})
rpzFile("/etc/firewall_admin/zones/locked1.rpz", {policyName="locked1.rpz"})
rpzFile("/etc/firewall_admin/zones/locked2.rpz", {policyName="locked2.rpz"})
rpzFile("/etc/firewall_admin/zones/locked3.rpz", {policyName="locked3.rpz"})
rpzFile("/etc/firewall_admin/zones/open1.rpz", {policyName="open1.rpz"})
rpzFile("/etc/firewall_admin/zones/rules1.rpz", {policyName="rules1.rpz"})
rpzFile("/etc/firewall_admin/zones/rules2.rpz", {policyName="rules2.rpz"})
rpzFile("/etc/firewall_admin/zones/rules3.rpz", {policyName="rules3.rpz"})
rpzFile("/etc/firewall_admin/zones/lists1.rpz", {policyName="lists1.rpz"})
rpzFile("/etc/firewall_admin/zones/lists2.rpz", {policyName="lists2.rpz"})
rpzFile("/etc/firewall_admin/zones/lists3.rpz", {policyName="lists3.rpz"})
