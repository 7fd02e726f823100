import { equal, match, ok } from 'node:assert/strict'
import { createRedactor, diagnosticsReport } from '../../extension/src/diagnostics-report.ts'
import { readSettings } from '../../extension/src/settings.ts'
import { createTraceHistory, traceText } from '../../extension/src/trace-history.ts'
import { fakeWorld } from '../support/fake-world.ts'
import { sessionInfoOf } from '../support/session-info.ts'

describe('The sign-in trace', () => {
  it('shows the steps of a sign-in in order, and no secret', async () => {
    const history = createTraceHistory()
    const world = fakeWorld({ ports: { trace: history.add } })
    await world.signIn()
    const text = traceText(history.events())
    const steps = [...text.matchAll(/^\S+ {2}ok {6}(\S+)$/gm)].map(([, step]) => step)
    equal(steps[0], 'challenge')
    equal(steps.at(-1), 'session')
    ok(steps.includes('authorization-request') && steps.includes('token'))
    const [request] = world.opened
    const secrets = [
      'the-access-token',
      'the-refresh-token',
      'the-code',
      request?.get('state') ?? '',
      request?.get('code_challenge') ?? '',
    ]
    for (const secret of secrets) equal(text.includes(secret), false, secret)
  })

  it('encodes a server’s text and cuts queries', () => {
    const text = traceText([
      {
        step: 'identity',
        at: 0,
        outcome: 'ok',
        detail: { client_id: 'x\nforged', url: 'https://a.test/x?state=secret' },
      },
    ])
    equal(/^forged/m.test(text), false)
    equal(text.includes('secret'), false)
  })

  it('keeps a bounded number of events', () => {
    const history = createTraceHistory()
    for (let n = 0; n < 2000; n += 1)
      history.add({ step: 'refresh', at: n, outcome: 'ok', detail: {} })
    equal(history.events().length, 500)
    equal(history.events().at(-1)?.at, 1999)
  })
})

describe('Diagnostics to paste into an issue', () => {
  const { settings } = readSettings(() => undefined)

  it('name no server, no account and no path of theirs', async () => {
    const history = createTraceHistory()
    const world = fakeWorld({ ports: { trace: history.add } })
    const session = await world.signIn()
    const report = diagnosticsReport({
      extensionVersion: '1.2.3',
      editor: 'Test',
      platform: 'linux',
      ways: ['loopback'],
      settings,
      ignoredSettings: ['servers'],
      sessions: [session, sessionInfoOf({ accountLabel: 'ada@example.test' })],
      events: history.events(),
      now: 0,
      ownHost: 'client.test',
    })
    for (const secret of ['service.test', 'ada@', '/mcp', 'token"'])
      equal(report.includes(secret), false, secret)
    match(report, /https:\/\/client\.test\/oauth\/client\.json/)
    match(report, /Ignored settings: servers/)
  })

  it('number hosts so that one can see who is who', () => {
    const redact = createRedactor('client.test')
    equal(redact('https://a.internal/tenant/7'), 'https://host-1/…')
    equal(redact('https://b.internal'), 'https://host-2/')
    equal(
      redact('https://a.internal/.well-known/oauth-protected-resource/tenant'),
      'https://host-1/.well-known/oauth-protected-resource…',
    )
    equal(redact('http://127.0.0.1:28630/callback'), 'http://127.0.0.1:28630/callback')
    equal(redact('http://127.0.0.1:3000/mcp?api_key=secret'), 'http://127.0.0.1:3000/mcp?…')
    equal(redact('https://client.test/x?key=secret'), 'https://client.test/x?…')
    equal(redact('https://127.elsewhere.test/x'), 'https://host-3/…')
    equal(redact('costs:read'), 'costs:read')
    equal(redact('ada@example.test'), '(account)')
  })
})
