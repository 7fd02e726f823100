import { publishedIdentity } from '@signet/site/client-metadata'
import { createCertificateAuthority, type IssuedCertificate } from './certificate-authority.ts'
import { mappedFetch } from './mapped-fetch.ts'
import { startMetadataSite, type MetadataSite } from './metadata-site.ts'

export interface PublishedSite {
  readonly site: MetadataSite
  /** Reaches the site under its production origin, and everything else where it is. */
  readonly fetch: typeof fetch
  readonly origin: string
  readonly host: string
  readonly caPem: string
  readonly certificate: IssuedCertificate
  readonly close: () => Promise<void>
}

/** The built site on loopback, under the production origin for whoever uses its `fetch`. */
export async function publishSite(siteDirectory: string): Promise<PublishedSite> {
  const { origin } = publishedIdentity('production')
  const host = new URL(origin).hostname
  const authority = await createCertificateAuthority()
  const certificate = await authority.issue([host, 'localhost', '127.0.0.1'])
  const site = await startMetadataSite(siteDirectory, certificate)
  const mapped = mappedFetch(origin, site.port, authority.caPem)
  return {
    site,
    fetch: mapped.fetch,
    origin,
    host,
    caPem: authority.caPem,
    certificate,
    close: async () => {
      await mapped.close()
      await site.close()
    },
  }
}
