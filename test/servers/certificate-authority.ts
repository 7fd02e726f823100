import { createHash, X509Certificate } from 'node:crypto'
import { generate } from 'selfsigned'

/** A certificate and its key, both PEM. The key never leaves memory unless the caller writes it. */
export interface IssuedCertificate {
  readonly certPem: string
  readonly keyPem: string
  /** SHA-256 of the public key, base64: what Chromium's certificate exception takes. */
  readonly spkiSha256: string
}

export interface CertificateAuthority {
  readonly caPem: string
  /** A day of life from an hour ago, unless `expired`: then it ended a minute ago. */
  readonly issue: (
    hosts: readonly string[],
    life?: 'expired' | CertificateLife,
  ) => Promise<IssuedCertificate>
}

export interface CertificateLife {
  readonly notBeforeDate: Date
  readonly notAfterDate: Date
}

const DAY_MS = 86_400_000

/** A throw-away certificate authority, in memory; of a day, unless it has to outlive what some monitor warns of. */
export async function createCertificateAuthority(days = 1): Promise<CertificateAuthority> {
  const notBeforeDate = new Date(Date.now() - 3_600_000)
  const notAfterDate = new Date(Date.now() + DAY_MS)
  const common = { keyType: 'ec', algorithm: 'sha256', notBeforeDate, notAfterDate } as const
  const ca = await generate([{ name: 'commonName', value: 'Signet throw-away test authority' }], {
    ...common,
    notAfterDate: new Date(Date.now() + days * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true, pathLenConstraint: 0 },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  })
  return {
    caPem: ca.cert,
    issue: async (hosts, life) => {
      const leaf = await generate([{ name: 'commonName', value: hosts[0] ?? 'localhost' }], {
        ...common,
        ...(life === 'expired' ? { notAfterDate: new Date(Date.now() - 60_000) } : life),
        ca: { key: ca.private, cert: ca.cert },
        extensions: [
          { name: 'basicConstraints', cA: false },
          { name: 'extKeyUsage', serverAuth: true },
          {
            name: 'subjectAltName',
            altNames: hosts.map((host) =>
              /^[\d.]+$|:/.test(host) ? { type: 7, ip: host } : { type: 2, value: host },
            ),
          },
        ],
      })
      return { certPem: leaf.cert, keyPem: leaf.private, spkiSha256: spki(leaf.cert) }
    },
  }
}

function spki(certPem: string): string {
  const der = new X509Certificate(certPem).publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(der).digest('base64')
}
