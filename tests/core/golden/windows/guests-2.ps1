# firewall_admin for ?deg?rd ?St John?s? Primary?; $(reboot) <School> ?
# release: 42
# policy at: 2026-11-23T10:00:00Z (Mon 23 Nov 2026 10:00 Europe/London)
# changes next at: 2026-11-23T12:00:00Z (Mon 23 Nov 2026 12:00 Europe/London)
# guests-2: 10 blocked, 1 open, 1 rewritten

$ErrorActionPreference = 'Stop'
Import-Module DnsServer
$subnet = 'firewall_admin_guests-2'
$current = 'firewall_admin_guests-2_ef16f74e'
$four = @('10.20.30.0/25', '10.20.30.144/28', '10.20.30.160/27', '10.20.30.192/26')
$six = @('2001:db8:20:30::/64')
$names = @(
    'EQ,0.example,*.0.example,_dmarc.example,*._dmarc.example,abuse.example,*.abuse.example,trap.help.adult.example,*.trap.help.adult.example,x-rated.co.example,*.x-rated.co.example,a.b.c.d.e.example,*.a.b.c.d.e.example,paid.chess.arcade.learn.games.example,*.paid.chess.arcade.learn.games.example,www.search.example,*.www.search.example,xn--bcher-kva.example,*.xn--bcher-kva.example',
    'EQ,adult.example,*.adult.example;NE,help.adult.example,*.help.adult.example'
)

# The clients.
$known = Get-DnsServerClientSubnet | Where-Object { $_.Name -eq $subnet }
$given = @{}
if ($four.Count) { $given['IPv4Subnet'] = $four }
if ($six.Count) { $given['IPv6Subnet'] = $six }
if (-not $known) {
    Add-DnsServerClientSubnet -Name $subnet @given
} else {
    Set-DnsServerClientSubnet -Name $subnet -Action 'REPLACE' @given
    if ($known.IPv4Subnet -and -not $four.Count) {
        Set-DnsServerClientSubnet -Name $subnet -Action 'REMOVE' -IPv4Subnet $known.IPv4Subnet
    }
    if ($known.IPv6Subnet -and -not $six.Count) {
        Set-DnsServerClientSubnet -Name $subnet -Action 'REMOVE' -IPv6Subnet $known.IPv6Subnet
    }
}

# The names of this release.
$standing = @(Get-DnsServerQueryResolutionPolicy | ForEach-Object { $_.Name })
for ($i = 0; $i -lt $names.Count; $i++) {
    $policy = '{0}_{1:d4}' -f $current, ($i + 1)
    if ($standing -notcontains $policy) {
        $criteria = @{ Fqdn = $names[$i]; ClientSubnet = ('EQ,' + $subnet); Condition = 'AND' }
        Add-DnsServerQueryResolutionPolicy -Name $policy -Action 'DENY' @criteria
    }
}

# Only now those of releases before.
foreach ($policy in $standing) {
    if ($policy -like ($subnet + '_*') -and $policy -notlike ($current + '_*')) {
        Remove-DnsServerQueryResolutionPolicy -Name $policy -Force
    }
}
