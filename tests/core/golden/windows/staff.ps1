# firewall_admin for ?deg?rd ?St John?s? Primary?; $(reboot) <School> ?
# release: 42
# policy at: 2026-11-23T10:00:00Z (Mon 23 Nov 2026 10:00 Europe/London)
# changes next at: 2026-11-23T12:00:00Z (Mon 23 Nov 2026 12:00 Europe/London)
# staff: 15 blocked, 3 open, 0 rewritten

$ErrorActionPreference = 'Stop'
Import-Module DnsServer
$subnet = 'firewall_admin_staff'
$current = 'firewall_admin_staff_e9d078c4'
$four = @('10.30.0.0/16')
$six = @()
$names = @(
    'EQ,resolver.arpa,*.resolver.arpa,icloud.com,*.icloud.com,mask.icloud.com,*.mask.icloud.com,mask-h2.icloud.com,*.mask-h2.icloud.com,0.example,*.0.example,_dmarc.example,*._dmarc.example,abuse.example,*.abuse.example,trap.help.adult.example,*.trap.help.adult.example,x-rated.co.example,*.x-rated.co.example,a.b.c.d.e.example,*.a.b.c.d.e.example,paid.chess.arcade.learn.games.example,*.paid.chess.arcade.learn.games.example,xn--bcher-kva.example,*.xn--bcher-kva.example,use-application-dns.net,*.use-application-dns.net',
    'EQ,adult.example,*.adult.example;NE,help.adult.example,*.help.adult.example,updates.adult.example,*.updates.adult.example',
    'EQ,chat.example,*.chat.example;NE,help.chat.example,*.help.chat.example'
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
