/** A unit for the watch. Channels' secrets come from a file that only root can read. */
export function systemdUnit(root: string, intervalSeconds: number): string {
  return `[Unit]
Description=Signet watches a published client identity
Wants=network-online.target
After=network-online.target

[Service]
WorkingDirectory=${root}
ExecStart=/usr/bin/env npm run --silent signet -- watch --interval ${intervalSeconds} --history /var/lib/signet-watch
EnvironmentFile=-/etc/signet-watch.env
DynamicUser=yes
StateDirectory=signet-watch
Restart=always
RestartSec=10
KillSignal=SIGTERM
TimeoutStopSec=30
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes

[Install]
WantedBy=multi-user.target
`
}
