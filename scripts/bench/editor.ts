import { createSignetClient } from '@signet/core'
import { fittingSessions, readWish } from '../../extension/src/editor-sessions.ts'
import { rememberSessions } from '../../extension/src/remembered-sessions.ts'
import { BUNDLED_SITE, PRODUCT_VSIX } from '../../test/e2e/artefacts.ts'
import { openWorkbench } from '../../test/e2e/palette.ts'
import { startWorld } from '../../test/e2e/world.ts'
import { startBridge } from '../../test/host/bridge.ts'
import { packageRunner } from '../../test/host/package-runner.ts'
import { memoryLock, memorySecrets, randomToken, traceList } from '../../test/support/fake-ports.ts'
import { sessionInfoOf } from '../../test/support/session-info.ts'
import { percentile, type Bench, type Measure } from './measure.ts'

/** Windows that are opened, each with an extension host of its own. The first does not count. */
const WINDOWS = 8
const WINDOW_TIMEOUT_MS = 180_000
const SESSIONS = 1_000
const LOOKUPS = 2_000

interface Activation {
  readonly ours: number
  readonly theirs: number
}

/**
 * Activation beside VS Code's own GitHub authentication extension, in the same extension hosts, by what
 * "Developer: Startup Performance" says of both; and a session for another extension out of 1,000.
 */
export const editorBench: Bench = async (progress) => {
  progress('Activation…')
  const activation = await measureActivation(progress)
  progress('1,000 sessions…')
  return [...activation, ...(await measureLookup())]
}

async function measureActivation(progress: (line: string) => void): Promise<readonly Measure[]> {
  await using parts = new AsyncDisposableStack()
  let reported = Promise.withResolvers<Activation>()
  const bridge = await startBridge({
    activated: async (argument) => {
      reported.resolve(await Promise.resolve(argument as Activation))
    },
    failed: async (argument) => {
      reported.reject(new Error(String(await Promise.resolve(argument))))
    },
  })
  parts.defer(bridge.close)
  const runner = await packageRunner(`${import.meta.dirname}/editor/activation.ts`)
  parts.defer(runner.remove)
  const world = await startWorld({
    siteDirectory: BUNDLED_SITE,
    vsixFiles: [PRODUCT_VSIX, runner.vsix],
    settings: {},
    env: () => ({ SIGNET_TEST_BRIDGE: bridge.url }),
    accessTokenSeconds: 300,
    headless: true,
    progress,
  })
  parts.defer(world.close)
  const seen: Activation[] = []
  for (let opened = 0; opened < WINDOWS; opened += 1) {
    reported = Promise.withResolvers<Activation>()
    const page = await world.context.newPage()
    await openWorkbench(page, world.workbench.url)
    const timeout = AbortSignal.timeout(WINDOW_TIMEOUT_MS)
    timeout.addEventListener('abort', () => reported.reject(timeout.reason as Error))
    const times = await reported.promise
    if (opened > 0) seen.push(times)
    await page.close()
  }
  const median = (of: (times: Activation) => number) => percentile(seen.map(of), 0.5)
  return [
    {
      what: 'activation, GitHub authentication, p50',
      value: median((times) => times.theirs),
      unit: 'ms',
      limit: undefined,
    },
    {
      what: 'activation, Signet, p50',
      value: median((times) => times.ours),
      unit: 'ms',
      limit: undefined,
    },
    {
      what: 'Signet ÷ GitHub authentication',
      value: median((times) => times.ours) / median((times) => times.theirs),
      unit: '',
      limit: { atMost: 0.5 },
    },
  ]
}

/** What getSession does here, without the editor's own part: the list, the choice, the token. */
async function measureLookup(): Promise<readonly Measure[]> {
  const secrets = memorySecrets()
  for (let n = 0; n < SESSIONS; n += 1) await secrets.set(`session/v1/${n}`, storedSession(n))
  const client = createSignetClient(
    {
      fetch: () => Promise.reject(new Error('no request is due')),
      clock: { now: Date.now, timeout: AbortSignal.timeout.bind(AbortSignal), sleep: forever },
      randomToken,
      secrets,
      lock: memoryLock(),
      openBrowser: () => Promise.resolve(false),
      chooseIssuer: () => Promise.resolve(undefined),
      trace: traceList().trace,
    },
    () => Promise.reject(new Error('no identity is due')),
  )
  const sessions = rememberSessions(client.sessions)
  const { signal } = new AbortController()
  const samples: number[] = []
  for (let n = 0; n < LOOKUPS; n += 1) {
    const started = performance.now()
    const wish = readWish([`resource=${serverOf(n % SESSIONS)}`, 'read'])
    const [session] = fittingSessions(await sessions.list(), wish)
    if (session === undefined) throw new Error('the session is not found')
    await client.access({ sessionId: session.id, rejectedToken: undefined, signal })
    samples.push(performance.now() - started)
  }
  const first = samples.shift() ?? NaN
  return [
    {
      what: `first look at ${SESSIONS} sessions, without the editor's storage`,
      value: first,
      unit: 'ms',
      limit: undefined,
    },
    {
      what: `one of ${SESSIONS} sessions and its token, p99`,
      value: percentile(samples, 0.99),
      unit: 'ms',
      limit: { atMost: 5 },
    },
  ]
}

function serverOf(n: number): string {
  return `https://mcp-${n}.service.test/mcp`
}

function storedSession(n: number): string {
  const server = serverOf(n)
  const { renewable: _renewable, ...info } = sessionInfoOf({
    id: String(n),
    server,
    resource: server,
    scopes: ['read'],
  })
  const tokens = { accessToken: `token-${n}`, tokenType: 'bearer', refreshToken: `refresh-${n}` }
  return JSON.stringify({ formatVersion: 1, ...info, ...tokens })
}

const forever = async () => await new Promise<void>(() => undefined)
