import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { InvalidArgumentError } from 'commander'
import { RUN_TIMEOUT_MS } from '../../site/src/check/limits.ts'
import { ROOT } from '../run-tool.ts'
import { lookOnce, type Look } from '../watch/look.ts'
import { renderMetrics } from '../watch/metrics.ts'
import { systemdUnit } from '../watch/systemd.ts'
import { surroundings, targetsOf, type CheckOptions } from './check.ts'
import { EXIT, type CommandResult } from './run-command.ts'
import { trustCa } from './trust-ca.ts'

export interface WatchOptions extends CheckOptions {
  /** Seconds from the beginning of a run to that of the next. */
  readonly interval: number
  /** Port of 127.0.0.1 for Prometheus; 0: any. */
  readonly metrics?: number
  readonly systemd?: boolean
}

/** `signet watch`: looks again and again, keeps what it saw and tells people, until it is told to stop. */
export async function watchCommand(
  baseUrl: string | undefined,
  options: WatchOptions,
): Promise<CommandResult> {
  if (options.systemd === true) {
    const unit = systemdUnit(ROOT, options.interval)
    return { json: { unit }, text: unit.trimEnd(), exitCode: EXIT.ok }
  }
  await trustCa(options.ca)
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  let last: Look | undefined
  const server =
    options.metrics === undefined ? undefined : await serveMetrics(options.metrics, () => last)
  let runs = 0
  try {
    while (!stop.signal.aborted) {
      const started = Date.now()
      const signal = AbortSignal.any([
        stop.signal,
        AbortSignal.timeout(Math.min(RUN_TIMEOUT_MS, options.interval * 1000)),
      ])
      last = await lookOnce({
        targets: targetsOf(baseUrl, options),
        surroundings: surroundings(options, signal),
        history: options.history,
        alert: true,
        variables: process.env,
        fetch,
      })
      runs += 1
      process.stderr.write(`${last.at} ${last.verdict} ${last.ms} ms\n`)
      const left = options.interval * 1000 - (Date.now() - started)
      // Being told to stop is the other way out of the wait.
      await delay(Math.max(0, left), undefined, { signal: stop.signal }).catch(() => undefined)
    }
  } finally {
    server?.close()
    server?.closeAllConnections()
  }
  return {
    json: { runs, last: last ?? null },
    text: `${runs} runs`,
    exitCode: EXIT.ok,
  }
}

export function parsePort(value: string): number {
  const port = Number(value)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('a port')
  return port
}

async function serveMetrics(port: number, last: () => Look | undefined): Promise<Server> {
  const server = createServer((request, response) => {
    const known = request.url === '/metrics'
    response
      .writeHead(known ? 200 : 404, {
        'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      })
      .end(known ? renderMetrics(last()) : 'metrics are at /metrics\n')
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address !== null && typeof address !== 'string')
    process.stderr.write(`metrics: http://127.0.0.1:${address.port}/metrics\n`)
  return server
}
