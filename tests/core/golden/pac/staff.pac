// firewall_admin for ?deg?rd ?St John?s? Primary?; $(reboot) <School> ?
// release: 42
// policy at: 2026-11-23T10:00:00Z (Mon 23 Nov 2026 10:00 Europe/London)
// changes next at: 2026-11-23T12:00:00Z (Mon 23 Nov 2026 12:00 Europe/London)
// staff: 15 blocked, 3 open, 0 rewritten
var OPEN = "DIRECT";
var BLOCKED = "PROXY 127.0.0.1:9";
var NAMES = {
"resolver.arpa":1,
"icloud.com":1,
"mask.icloud.com":1,
"mask-h2.icloud.com":1,
"0.example":1,
"_dmarc.example":1,
"abuse.example":1,
"adult.example":1,
"help.adult.example":0,
"trap.help.adult.example":1,
"updates.adult.example":0,
"chat.example":1,
"help.chat.example":0,
"x-rated.co.example":1,
"a.b.c.d.e.example":1,
"paid.chess.arcade.learn.games.example":1,
"xn--bcher-kva.example":1,
"use-application-dns.net":1,
"":0};

function FindProxyForURL(url, host) {
  var name = String(host).toLowerCase(), dot, said;
  if (name.charAt(name.length - 1) === ".") { name = name.substring(0, name.length - 1); }
  while ((dot = name.indexOf(".")) >= 0) {
    said = NAMES[name];
    if (said === 1) { return BLOCKED; }
    if (said === 0) { return OPEN; }
    name = name.substring(dot + 1);
  }
  return OPEN;
}
