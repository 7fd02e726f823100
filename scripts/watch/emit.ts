import { Document } from 'yaml'
import type { Target } from '../../site/src/check/targets.ts'
import { SHORTEST_SERVER_TIMEOUT_MS } from '../../site/src/client-metadata/limits.ts'
import { gatusEndpoints } from './emit-gatus.ts'
import { kumaBackup } from './emit-kuma.ts'

export const EMITTED = ['gatus', 'upptime', 'kuma', 'prometheus'] as const
export type Emitted = (typeof EMITTED)[number]

/** What no general monitor here can be told; in words for the top of each file. */
const MISSING = [
  'Not seen by this monitor: a served version beside the recorded ones, stale edges, bytes after a byte',
  'order mark or in duplicate members, cache rules, answers that depend on the client, ETags, a certificate’s',
  'share of life. Signet sees these; run `signet watch` beside it.',
]

/** Configuration of a monitor people run already, for the same targets as `signet check`. */
export function emitFor(monitor: Emitted, targets: readonly Target[]): string {
  switch (monitor) {
    case 'gatus':
      // A dollar sign would begin the name of a variable.
      return yaml({ endpoints: gatusEndpoints(targets) }, [
        ...MISSING,
        'Nor any header field: Gatus has no condition for them.',
        'It holds the published text, so write it anew with each publication; name a build by --dist to have',
        'the bounce page’s, too. Gatus asks one address of a host, and compares without white space at the ends.',
      ]).replaceAll('$', '$$$$')
    case 'upptime':
      return yaml(upptime(targets), [
        ...MISSING,
        'Nor any header field. Redirects are followed, so a 301 to a copy of the document counts as up.',
      ])
    case 'kuma':
      return kumaBackup(targets, MISSING)
    case 'prometheus':
      return yaml(prometheus(targets), [
        ...MISSING,
        'modules: goes into the blackbox exporter’s file, scrape_configs: into Prometheus’s.',
      ])
  }
}

function upptime(targets: readonly Target[]): unknown {
  return {
    sites: targets.map(({ path, url, clientId }) => ({
      name: path,
      url,
      expectedStatusCodes: [200],
      maxResponseTime: SHORTEST_SERVER_TIMEOUT_MS,
      ...(clientId !== undefined && {
        __dangerous__body_down_if_text_missing: `"client_id": "${clientId}"`,
      }),
    })),
  }
}

function prometheus(targets: readonly Target[]): unknown {
  const documents = targets.filter(({ clientId }) => clientId !== undefined)
  const moduleOf = (clientId: string | undefined) => ({
    prober: 'http',
    timeout: '10s',
    http: {
      follow_redirects: false,
      fail_if_not_ssl: true,
      valid_status_codes: [200],
      ...(clientId !== undefined && {
        fail_if_header_not_matches: [
          { header: 'Content-Type', regexp: '^application/([a-z.-]+\\+)?json' },
        ],
        fail_if_body_not_matches_regexp: [
          `"client_id": "${clientId.replace(/[.?+*()[\]{}|^$\\]/g, '\\$&')}"`,
        ],
      }),
    },
  })
  const nameOf = (target: Target) =>
    target.clientId === undefined ? 'identity' : `identity${target.path.replace(/\W+/g, '_')}`
  return {
    modules: Object.fromEntries([
      ['identity', moduleOf(undefined)],
      ...documents.map((target) => [nameOf(target), moduleOf(target.clientId)] as const),
    ]),
    scrape_configs: targets.map((target) => ({
      job_name: `identity ${target.path}`,
      metrics_path: '/probe',
      params: { module: [nameOf(target)], target: [target.url] },
      static_configs: [{ targets: ['127.0.0.1:9115'] }],
    })),
  }
}

function yaml(value: unknown, comment: readonly string[]): string {
  const document = new Document(value)
  document.commentBefore = comment.map((line) => ` ${line}`).join('\n')
  return document.toString({ lineWidth: 0 })
}
