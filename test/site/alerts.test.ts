import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Delivery } from '../../site/src/alert/alert.ts'
import { ChannelError, type Channel } from '../../site/src/alert/channel.ts'
import { channelsOf } from '../../site/src/alert/channels.ts'
import { deliver } from '../../site/src/alert/deliver.ts'
import type { IncidentEvent } from '../../site/src/history/incidents.ts'

const NOW_MS = Date.parse('2026-11-23T12:00:00Z')
const ORIGIN = 'https://client.acme-software.dev'
const SECRET = 'https://hooks.acme-software.dev/services/T0/B0/very-secret'

const event = (kind: IncidentEvent['kind'], minute: number): IncidentEvent => ({
  kind,
  incident: 'oauth-client-json-20261123t110000z',
  path: '/oauth/client.json',
  at: new Date(NOW_MS - 3_600_000 + minute * 60_000).toISOString(),
  since: '2026-11-23T11:00:00.000Z',
  verdict: kind === 'closed' ? 'ok' : 'bad',
  findings: ['response-redirect'],
})
const OPENED = event('opened', 5)
const CHANGED = event('changed', 15)
const CLOSED = event('closed', 25)

/** Runs of one watcher: what it sent, kept and waited for. */
function watcher(channels: (sent: string[]) => readonly Channel[]) {
  const delivered: Delivery[] = []
  const sent: string[] = []
  const waits: number[] = []
  return {
    sent,
    waits,
    delivered,
    run: async (...events: readonly IncidentEvent[]) =>
      await deliver(events, {
        origin: ORIGIN,
        channels: channels(sent),
        delivered: [...delivered],
        keep: async (delivery) => void delivered.push(delivery),
        clock: () => NOW_MS,
        sleep: async (ms) => void waits.push(ms),
      }),
  }
}

describe('Telling people (issue F.4)', () => {
  const channel = (send: Channel['send']): Channel => ({ id: 'webhook', send })

  it('happens once for each change, in order, however often a run comes', async () => {
    const { run, sent } = watcher((out) => [channel(async ({ kind }) => void out.push(kind))])
    await run(OPENED)
    await run(OPENED, CHANGED)
    await run(OPENED, CHANGED, CLOSED)
    await run(OPENED, CHANGED, CLOSED)
    deepEqual(sent, ['opened', 'changed', 'closed'])
  })

  it('is tried again after a passing failure, with longer waits', async () => {
    let failures = 2
    const { run, sent, waits } = watcher((out) => [
      channel(async ({ kind }) => {
        if (failures-- > 0) throw new ChannelError('status 503', true)
        out.push(kind)
      }),
    ])
    deepEqual(await run(OPENED), [])
    deepEqual(sent, ['opened'])
    ok(waits.length === 2 && waits[1]! > waits[0]!)
  })

  it('that fails for good is a finding, and the next run begins where it stopped', async () => {
    let up = false
    const { run, sent, waits } = watcher((out) => [
      channel(async ({ kind }) => {
        if (!up) throw new ChannelError('status 404', false)
        out.push(kind)
      }),
    ])
    const findings = await run(OPENED, CHANGED)
    deepEqual(
      findings.map(({ id, severity, at }) => [id, severity, ...at]),
      [['alert-failed', 'error', 'webhook: status 404']],
    )
    deepEqual([sent, waits], [[], []])
    up = true
    deepEqual(await run(OPENED, CHANGED), [])
    deepEqual(sent, ['opened', 'changed'])
  })

  it('of what is a day old does not happen', async () => {
    const { run, sent } = watcher((out) => [channel(async ({ kind }) => void out.push(kind))])
    await run({ ...OPENED, at: '2026-11-22T11:59:00.000Z' })
    deepEqual(sent, [])
  })

  it('goes where the environment says, and nowhere else', () => {
    const names = (variables: Readonly<Record<string, string>>) =>
      channelsOf(variables, fetch).map(({ id }) => id)
    deepEqual(names({}), [])
    deepEqual(names({ SIGNET_ALERT_WEBHOOK: '', GITHUB_REPOSITORY: 'acme/identity' }), [])
    deepEqual(names({ SIGNET_ALERT_WEBHOOK: SECRET, SIGNET_ALERT_SLACK: SECRET }), [
      'webhook',
      'slack',
    ])
    deepEqual(names({ GITHUB_TOKEN: 't', GITHUB_REPOSITORY: 'acme/identity' }), ['github'])
  })
})

interface Sent {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly body: unknown
}

/** Records requests; answers by what it is given. */
function recorder(answer: (sent: Sent) => Response) {
  const all: Sent[] = []
  const fetch = (async (url: string, init: RequestInit = {}) => {
    const sent = {
      method: init.method ?? 'GET',
      url,
      headers: new Headers(init.headers),
      body: typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined,
    }
    all.push(sent)
    return answer(sent)
  }) as typeof globalThis.fetch
  return { all, fetch }
}

describe('Alert channels (issue F.4)', () => {
  it('give a webhook the finding’s fix and a key to tell repetitions by', async () => {
    const { all, fetch } = recorder(() => new Response())
    const { run } = watcher(() => channelsOf({ SIGNET_ALERT_WEBHOOK: SECRET }, fetch))
    await run(OPENED)
    const body = all[0]?.body as { key: string; findings: { id: string; fix: string }[] }
    equal(all[0]?.headers.get('idempotency-key'), body.key)
    equal(body.findings[0]?.id, 'response-redirect')
    ok(body.findings[0].fix.length > 0)
  })

  it('give Slack one text', async () => {
    const { all, fetch } = recorder(() => new Response())
    await watcher(() => channelsOf({ SIGNET_ALERT_SLACK: SECRET }, fetch)).run(OPENED)
    deepEqual(Object.keys(all[0]?.body as object), ['text'])
  })

  it('never show a channel’s address, which is a secret', async () => {
    const failing = (async () => {
      throw new TypeError(`cannot reach ${SECRET}`)
    }) as typeof globalThis.fetch
    const findings = await watcher(() => channelsOf({ SIGNET_ALERT_WEBHOOK: SECRET }, failing)).run(
      OPENED,
    )
    equal(JSON.stringify(findings).includes('secret'), false)
    deepEqual(findings[0]?.at, ['webhook: unreachable'])
  })

  it('keep one GitHub issue for an incident, even when nobody remembers having opened it', async () => {
    const issues: { number: number; body: string; state: string; comments: string[] }[] = []
    const { all, fetch } = recorder(({ method, url, body }) => {
      const { pathname } = new URL(url)
      const issue = issues[Number(/issues\/(\d+)/.exec(pathname)?.[1]) - 1]
      const text = (body as { body?: string } | undefined)?.body ?? ''
      if (pathname.endsWith('/comments') && method === 'GET')
        return Response.json(issue?.comments.map((comment) => ({ body: comment })))
      if (pathname.endsWith('/comments')) return (issue?.comments.push(text), Response.json({}))
      if (method === 'PATCH' && issue) return ((issue.state = 'closed'), Response.json({}))
      if (method === 'POST') {
        issues.push({ number: issues.length + 1, body: text, state: 'open', comments: [] })
        return Response.json({ number: issues.length })
      }
      return Response.json(issues)
    })
    const variables = { GITHUB_TOKEN: 'token', GITHUB_REPOSITORY: 'acme/identity' }
    const first = watcher(() => channelsOf(variables, fetch))
    await first.run(OPENED, CHANGED, CLOSED)
    // Another process that lost the record of the deliveries.
    await watcher(() => channelsOf(variables, fetch)).run(OPENED, CHANGED, CLOSED)
    equal(issues.length, 1)
    equal(issues[0]?.comments.length, 2)
    equal(issues[0].state, 'closed')
    for (const { headers, url, body } of all) {
      equal(headers.get('authorization'), 'Bearer token')
      equal(`${url}${JSON.stringify(body)}`.includes('token'), false)
    }
  })
})
