import { existsSync, readFileSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { RUN_TIMEOUT_MS, VANTAGE } from '../../site/src/check/limits.ts'
import { deadlines } from '../../site/src/check/probe.ts'
import type { RunOptions } from '../../site/src/check/run.ts'
import { systemNetwork, type Network } from '../../site/src/check/system-network.ts'
import { targets, type Target } from '../../site/src/check/targets.ts'
import { vantageProblem } from '../../site/src/check/vantage.ts'
import type { Finding } from '../../site/src/client-metadata/finding.ts'
import { buildTarget } from '../../site/src/publish/environment.ts'
import { EXIT, type CommandResult } from './run-command.ts'
import type { Reach } from '../publish/served.ts'
import { emitFor, type Emitted } from '../watch/emit.ts'
import { lookOnce, type Look, type LookOptions } from '../watch/look.ts'
import { CommandFailure } from './command-failure.ts'
import { trustCa } from './trust-ca.ts'

export interface CheckOptions extends Reach {
  readonly env: string
  /** A build of the site, to compare its pages with. */
  readonly dist?: string
  /** Keep the run in the history. */
  readonly record?: boolean
  /** Tell people of incidents that opened, changed or closed. Implies `record`. */
  readonly alert?: boolean
  /** Print a monitor's configuration instead of looking. */
  readonly emit?: Emitted
  /** Also look from other places of the world, through this service. */
  readonly vantage?: 'globalping'
  /** Folder of the history. */
  readonly history: string
}

/** `signet check [baseUrl]`: what is served, as an authorization server would see it. */
export async function checkCommand(
  baseUrl: string | undefined,
  options: CheckOptions,
): Promise<CommandResult> {
  if (options.emit !== undefined) {
    const text = emitFor(options.emit, targetsOf(baseUrl, options))
    return {
      json: { configuration: text },
      text: text.trimEnd(),
      exitCode: EXIT.ok,
    }
  }
  const watched = targetsOf(baseUrl, options)
  if (options.vantage !== undefined) refuseUnreachable(watched, options)
  await trustCa(options.ca)
  const keep = options.record === true || options.alert === true
  const here = surroundings(options, AbortSignal.timeout(RUN_TIMEOUT_MS))
  const run = await lookOnce({
    targets: watched,
    surroundings: here,
    history: keep ? options.history : undefined,
    alert: options.alert === true,
    variables: process.env,
    fetch,
    ...(options.vantage !== undefined && { elsewhere: globalping(here, process.env) }),
  })
  return { json: run, text: describe(run), exitCode: exitCode(run) }
}

/** Other places can ask only for what the public internet has; nothing else is sent to them. */
function refuseUnreachable(watched: readonly Target[], { connect }: Pick<Reach, 'connect'>): void {
  const problem =
    connect === undefined
      ? watched.map(({ url }) => vantageProblem(url)).find((each) => each !== undefined)
      : 'local-name'
  if (problem === undefined) return
  throw new CommandFailure(
    'vantage_not_public',
    `Other places of the world cannot ask for this origin (${problem}).`,
    'Name a public origin, or leave out --vantage.',
  )
}

function globalping(
  { clock, sleep }: RunOptions,
  { GLOBALPING_TOKEN: token }: NodeJS.ProcessEnv,
): NonNullable<LookOptions['elsewhere']> {
  return {
    api: 'https://api.globalping.io',
    token: token === '' ? undefined : token,
    fetch,
    sleep,
    clock,
    timeoutMs: VANTAGE.timeoutMs,
  }
}

/** Everything of one environment, at its own origin or at `baseUrl`. */
export function targetsOf(
  baseUrl: string | undefined,
  { env, dist }: Pick<CheckOptions, 'env' | 'dist'>,
): readonly Target[] {
  return targets(buildTarget({ SIGNET_ENV: env }), {
    ...(baseUrl !== undefined && { origin: new URL(baseUrl).origin }),
    ...(dist !== undefined && {
      built: (file: string) => {
        const path = join(dist, file)
        return existsSync(path) ? new Uint8Array(readFileSync(path)) : undefined
      },
    }),
  })
}

/** What a run needs of this machine. */
export function surroundings({ connect }: Pick<Reach, 'connect'>, signal: AbortSignal): RunOptions {
  return {
    signal,
    deadline: deadlines(signal),
    network: connect === undefined ? systemNetwork : networkAt(connect),
    ca: undefined,
    // Only for who says where to connect: a name that leads to this machine is a fault otherwise.
    allowLoopback: connect !== undefined,
    clock: () => Date.now(),
    sleep: async (ms, signal) => {
      // The run's end is the other way out of the wait, and no failure.
      await delay(ms, undefined, { signal }).catch(() => undefined)
    },
  }
}

/** A network on which every name is one address and port. */
function networkAt(place: string): Network {
  const { hostname, port } = new URL(`tcp://${place}`)
  const address = hostname.replace(/^\[|\]$/g, '')
  return {
    resolve: async () => await Promise.resolve([address]),
    connect: () => connectTcp({ host: address, port: Number(port) }),
    now: systemNetwork.now,
  }
}

const UNREACHABLE = new Set(['fetch-host-unknown', 'fetch-unreachable', 'fetch-timeout'])

function exitCode({ verdict, targets: results, alerts }: Look): number {
  const unreached = results.every(({ findings }) => findings.some(({ id }) => UNREACHABLE.has(id)))
  if (unreached) return EXIT.unreachable
  return verdict === 'bad' || alerts.length > 0 ? EXIT.bad : EXIT.ok
}

function describe({ verdict, targets: results, ms, alerts, vantages }: Look): string {
  const lines = results.flatMap(({ verdict: each, url, ms: took, findings }) => [
    `${each.padEnd(8)} ${url} (${took} ms)`,
    ...findings.flatMap(findingLines),
  ])
  const head = `${verdict}, ${results.length} targets in ${ms} ms`
  const elsewhere = (vantages?.views ?? []).map(
    (view) => `${view.verdict.padEnd(8)} ${view.path} (${view.ms} ms, ${view.vantage})`,
  )
  const troubles = [...(vantages?.problems ?? []), ...alerts].flatMap(findingLines)
  return [head, ...lines, ...elsewhere, ...troubles].join('\n')
}

function findingLines({ severity, id, at, message, fix, section }: Finding): readonly string[] {
  return [
    `         ${severity} ${id} (${at.join(', ')})`,
    `           ${message} ${fix} ${section}`,
  ]
}
