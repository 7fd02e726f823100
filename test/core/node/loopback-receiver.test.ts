import { equal, match, ok } from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import type { RedirectReceiver } from '@signet/core'
import { loopbackReceiver } from '@signet/core/node'
import { freePort } from '../../support/loopback-probe.ts'

const { signal } = new AbortController()
const page = { lang: 'de', title: 'Zurück', body: 'Sie können diese Seite schließen.' }
const open = async (ports: readonly number[] = []) =>
  await loopbackReceiver({ ports, path: '/callback', page })(signal)

/** One raw request, so that the Host header and the method are the test's own. */
async function ask(url: string, options: { method?: string; host?: string } = {}) {
  const { hostname, port, host } = new URL(url)
  const path = url.slice(url.indexOf(port) + port.length)
  const outgoing = request({
    hostname,
    port,
    path,
    method: options.method ?? 'GET',
    headers: { host: options.host ?? host },
  })
  outgoing.end()
  const [response] = (await once(outgoing, 'response')) as [import('node:http').IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return {
    status: response.statusCode,
    headers: response.headers,
    body: Buffer.concat(chunks).toString(),
  }
}

describe('The loopback receiver (A8.48 to A8.51, RFC 8252)', () => {
  let receiver: RedirectReceiver

  beforeEach(async () => {
    receiver = await open()
  })
  afterEach(async () => await receiver.close())

  it('listens on the IP literal 127.0.0.1 and says so in its redirect URI (A8.48)', () =>
    match(receiver.redirectUri, /^http:\/\/127\.0\.0\.1:\d+\/callback$/))

  it('takes the next port when one is taken (A8.49)', async () => {
    const taken = Number(new URL(receiver.redirectUri).port)
    const free = await freePort()
    const other = await open([taken, free])
    await other.close()
    equal(Number(new URL(other.redirectUri).port), free)
  })

  it('takes any port when all of them are taken: its redirect URI names it (A8.49)', async () => {
    const taken = Number(new URL(receiver.redirectUri).port)
    const other = await open([taken])
    await other.close()
    ok(Number(new URL(other.redirectUri).port) !== taken)
  })

  it('delivers the response with its state, and answers with a page of its own (A8.51)', async () => {
    const arrival = receiver.receive('s', signal)
    const answer = await ask(`${receiver.redirectUri}?code=%3Cscript%3E&state=s`)
    equal(answer.status, 200)
    equal(answer.headers['referrer-policy'], 'no-referrer')
    equal(answer.headers['cache-control'], 'no-store')
    match(answer.body, /<html lang="de">.*<h1>Zurück<\/h1>/)
    equal(answer.body.includes('script>'), false, 'nothing of the request is reflected')
    equal((await arrival).parameters.get('code'), '<script>')
    equal((await arrival).redirectUri, receiver.redirectUri)
  })

  it('keeps waiting when a response has another state (A8.51)', async () => {
    const arrival = receiver.receive('mine', signal)
    await ask(`${receiver.redirectUri}?code=x&state=theirs`)
    await ask(`${receiver.redirectUri}?code=x`)
    await ask(`${receiver.redirectUri}?code=y&state=mine`)
    equal((await arrival).parameters.get('code'), 'y')
  })

  const strangers: [string, { path?: string; method?: string; host?: string }][] = [
    ['another path', { path: '/callback/' }],
    ['a longer path', { path: '/callback/x' }],
    ['POST', { method: 'POST' }],
    ['a Host that a rebinding attack sends', { host: 'evil.test' }],
    ['the name localhost', { host: 'localhost' }],
  ]
  for (const [name, { path = '/callback', ...change }] of strangers) {
    it(`answers 404 to ${name} (A8.51)`, async () => {
      const url = `${new URL(receiver.redirectUri).origin}${path}?code=x&state=s`
      equal((await ask(url, change)).status, 404)
    })
  }

  it('is gone after close, also with a connection open (A8.50)', async () => {
    await receiver.close()
    await receiver.close()
    const refused = await ask(`${receiver.redirectUri}?code=x&state=s`).then(
      () => false,
      () => true,
    )
    equal(refused, true)
  })

  it('stops waiting when its signal aborts', async () => {
    const cancel = new AbortController()
    const arrival = receiver.receive('s', cancel.signal)
    cancel.abort()
    const code = await arrival.then(
      () => 'arrived',
      (error: unknown) => (error as { code: string }).code,
    )
    equal(code, 'cancelled')
  })
})
