import { join } from 'node:path'
import autocannon from 'autocannon'
import { ORIGINS } from '../../site/src/client-metadata/clients.ts'
import { fetchesPerSecond, NEED } from '../../site/src/client-metadata/propagation.ts'
import { evaluateOwn, ownDocuments } from '../../site/src/publish/own-documents.ts'
import { BUNDLED_SITE } from '../../test/e2e/artefacts.ts'
import { CADDY, NGINX, startStaticHost } from '../../test/servers/static-host.ts'
import { findOrInstall } from '../../test/support/debian-command.ts'
import { buildMilliseconds } from './site/built-versions.ts'
import { lighthouseScores } from './site/lighthouse.ts'
import type { Bench, Measure } from './measure.ts'

const LINT_MS = 2_000
const LOAD_SECONDS = 3
/** Fewer than the host's limit in its test configuration. */
const CONNECTIONS = 32
const HOSTS = [
  { program: NGINX, file: 'nginx.conf', variable: 'SIGNET_NGINX' },
  { program: CADDY, file: 'Caddyfile', variable: 'SIGNET_CADDY' },
] as const

/**
 * What publishing costs: builds with a growing ledger, evaluations per second, and what two hosts serve
 * beside what servers would ask for, and Lighthouse's scores of every page. Needs a build; the load comes
 * from this machine's own loopback.
 */
export const siteBench: Bench = async (progress) => {
  const measures: Measure[] = []
  const builds = new Map<number, number>()
  for (const versions of [1, 100, 1_000]) {
    progress(`Building with ${versions} versions…`)
    const ms = await buildMilliseconds(versions)
    builds.set(versions, ms)
    measures.push(figure(`build with ${versions} versions`, ms / 1000, 's'))
  }
  measures.push(growth(builds))
  progress('Linting…')
  measures.push(figure('documents evaluated per second', lintRate(), '/s', { atLeast: 2_000 }))
  const need = fetchesPerSecond(NEED.servers, NEED.shortestSeconds, NEED.longestSeconds)
  measures.push(figure(`asked for by ${NEED.servers} servers`, need, '/s'))
  for (const host of HOSTS) {
    progress(`Asking ${host.program.name}…`)
    const rate = await withHost(host, servedRate)
    measures.push(
      figure(`${host.program.name} serves the document`, rate, '/s', { atLeast: Math.ceil(need) }),
    )
  }
  const [, caddy] = HOSTS
  const look = async (origin: string) => await lighthouseScores(origin, progress)
  measures.push(...(await withHost(caddy, look)))
  return measures
}

/** Linear: what a version adds is about the same at 1,000 as at 100; twice as much would not be. */
function growth(builds: ReadonlyMap<number, number>): Measure {
  const [one, hundred, thousand] = [1, 100, 1_000].map((count) => builds.get(count) ?? NaN)
  const first = ((hundred ?? NaN) - (one ?? NaN)) / 99
  const later = ((thousand ?? NaN) - (hundred ?? NaN)) / 900
  return figure('time a version adds, beyond 100 as a share of before', later / first, '', {
    atMost: 2,
  })
}

/** Documents of a thousand hosts: what evaluating one remembers must help little with the next. */
function lintRate(): number {
  const own = ownDocuments('production').map(({ body }) => body)
  const bodies = Array.from({ length: 1_000 }).flatMap((_, host) =>
    own.map((body) => body.replaceAll(ORIGINS.production, `https://id${host}.example`)),
  )
  for (const body of bodies) evaluateOwn('production', body)
  const started = performance.now()
  let rounds = 0
  while (performance.now() - started < LINT_MS) {
    for (const body of bodies) evaluateOwn('production', body)
    rounds += 1
  }
  return (rounds * bodies.length) / ((performance.now() - started) / 1000)
}

/** Serves the last build with the generated configuration meanwhile. Throws when the program cannot be had. */
async function withHost<Result>(
  { program, file, variable }: (typeof HOSTS)[number],
  work: (origin: string) => Promise<Result>,
): Promise<Result> {
  const command = findOrInstall(
    {
      names: [program.name],
      debianPackage: program.name,
      variable,
      elsewhere: [`/usr/sbin/${program.name}`],
    },
    console.error,
  )
  if ('missing' in command) throw new Error(command.missing)
  const generated = join(BUNDLED_SITE, '..', 'dist-hosts', file)
  const host = await startStaticHost(program, command.path, BUNDLED_SITE, generated)
  try {
    return await work(host.origin)
  } finally {
    await host.close()
  }
}

/** Requests per second for the main document. Throws when an answer is not 200. */
async function servedRate(origin: string): Promise<number> {
  const { requests, non2xx, errors } = await autocannon({
    url: `${origin}/oauth/client.json`,
    connections: CONNECTIONS,
    duration: LOAD_SECONDS,
  })
  if (non2xx + errors > 0) throw new Error(`${non2xx + errors} bad answers`)
  return requests.average
}

function figure(what: string, value: number, unit: string, limit?: Measure['limit']): Measure {
  return { what, value, unit, limit }
}
