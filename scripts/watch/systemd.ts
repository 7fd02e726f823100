/**
 * A unit for the watch. Channels' secrets come from a file that only root can read. Node.js itself runs, as npm
 * would keep logs in a home that such a user does not have.
 */
export function systemdUnit(root: string, intervalSeconds: number): string {
  return `[Unit]
Description=Signet watches a published client identity
Wants=network-online.target
After=network-online.target

[Service]
WorkingDirectory=${root}
ExecStart=/usr/bin/env node scripts/bootstrap.mjs scripts/signet.ts watch --interval ${intervalSeconds} --history /var/lib/signet-watch
EnvironmentFile=-/etc/signet-watch.env
DynamicUser=yes
StateDirectory=signet-watch
Restart=always
RestartSec=10
KillSignal=SIGTERM
TimeoutStopSec=30
UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=read-only
ProtectControlGroups=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
PrivateDevices=yes
PrivateTmp=yes
LockPersonality=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service

[Install]
WantedBy=multi-user.target
`
}
