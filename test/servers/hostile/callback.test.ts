import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import { loopbackReceiver } from '@signet/core/node'
import { closeServer, listen } from '../listen.ts'
import { approveAtOnce, networkWorld, withQuery, type NetworkWorld } from './network-world.ts'
import { assertContained, expectRefusal } from './witness.ts'

/** One raw request, so that method, path and Host are the attacker's own. Undefined: nobody listens. */
async function send(
  url: string,
  change: { readonly method?: string; readonly host?: string } = {},
): Promise<IncomingMessage | undefined> {
  const { hostname, port, pathname, search, host } = new URL(url)
  const outgoing = httpRequest({
    hostname,
    port,
    path: pathname + search,
    method: change.method ?? 'GET',
    headers: { host: change.host ?? host },
  })
  outgoing.end()
  try {
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    response.resume()
    return response
  } catch {
    return undefined
  }
}

describe('What arrives at the listener while a sign-in waits', () => {
  let world: NetworkWorld
  beforeEach(async () => {
    world = await networkWorld()
  })
  afterEach(async () => await world.close())

  /** The response an attacker would like to be taken for the real one. */
  const forged = (page: string, change: Record<string, string> = {}) => ({
    code: 'stolen-code',
    state: new URL(page).searchParams.get('state') ?? '',
    ...change,
    // `SAME` stands for the origin, which each run chooses anew.
    iss: (change.iss ?? 'SAME').replace('SAME', world.as.origin),
  })
  const redirectOf = (page: string) => new URL(page).searchParams.get('redirect_uri') ?? ''

  const ignored: [string, (page: string) => Promise<unknown>][] = [
    [
      'with another state (D2)',
      async (page) => await send(withQuery(redirectOf(page), forged(page, { state: 'theirs' }))),
    ],
    ['with no state (D2)', async (page) => await send(`${redirectOf(page)}?code=stolen-code`)],
    [
      'on another path (A5.34)',
      async (page) => await send(withQuery(`${redirectOf(page)}/x`, forged(page))),
    ],
    [
      'on a path that only resolves to it (A5.34)',
      async (page) =>
        await send(withQuery(redirectOf(page).replace('callback', '%63allback'), forged(page))),
    ],
    [
      'with the Host of a rebinding page (A8.51)',
      async (page) => await send(withQuery(redirectOf(page), forged(page)), { host: 'evil.test' }),
    ],
    [
      'with the Host localhost (A8.51)',
      async (page) =>
        await send(withQuery(redirectOf(page), forged(page)), {
          host: `localhost:${new URL(redirectOf(page)).port}`,
        }),
    ],
    [
      'by POST (A8.51)',
      async (page) => await send(withQuery(redirectOf(page), forged(page)), { method: 'POST' }),
    ],
    [
      'by HEAD (A8.51)',
      async (page) => await send(withQuery(redirectOf(page), forged(page)), { method: 'HEAD' }),
    ],
  ]
  for (const [name, attack] of ignored) {
    it(`${name} is ignored, and the person’s own still counts`, async () => {
      world.browser.go = async (page) => {
        await attack(page)
        await approveAtOnce(page)
      }
      const session = await world.signIn()
      equal(session.issuer, world.as.origin)
      deepEqual(
        world.as.to('/token').map(({ body }) => new URLSearchParams(body).get('code')),
        ['the-code'],
      )
      assertContained(world, world.parties)
    })
  }

  const refused: [string, Record<string, string>, Parameters<typeof expectRefusal>[2]][] = [
    [
      'with the issuer of another server (D1)',
      { iss: 'https://evil.test' },
      'redirect_issuer_mismatch',
    ],
    [
      'with an issuer that only looks the same (A5.32)',
      { iss: 'SAME/' },
      'redirect_issuer_mismatch',
    ],
    ['with a token beside the code (A5.36)', { access_token: 'x' }, 'redirect_parameters_invalid'],
    ['with an error beside the code (A5.33)', { error: 'x' }, 'authorization_failed'],
  ]
  for (const [name, change, code] of refused) {
    it(`${name} is refused before its code goes anywhere`, async () => {
      world.browser.go = async (page) =>
        await send(withQuery(redirectOf(page), forged(page, change)))
      await expectRefusal(world, world.signIn(), code)
      equal(world.as.to('/token').length, 0)
    })
  }

  it('with two codes is refused: nobody chooses between them (A5.35)', async () => {
    world.browser.go = async (page) =>
      await send(`${withQuery(redirectOf(page), forged(page))}&code=another`)
    await expectRefusal(world, world.signIn(), 'redirect_parameters_invalid')
    equal(world.as.to('/token').length, 0)
  })

  it('again is met by nobody: the listener is gone, the code was sent once (D2, A8.50)', async () => {
    let callback = ''
    world.browser.go = async (page) => {
      callback = withQuery(redirectOf(page), forged(page, { code: 'the-code' }))
      await send(callback)
    }
    await world.signIn()
    equal(await send(callback), undefined)
    equal(world.as.to('/token').length, 1)
  })

  it('twice at once counts once (A5.35)', async () => {
    world.browser.go = async (page) => {
      const callback = withQuery(redirectOf(page), forged(page, { code: 'the-code' }))
      await Promise.all([send(callback), send(callback), send(callback)])
    }
    await world.signIn()
    equal(world.as.to('/token').length, 1)
  })

  it('is answered by a page that leads nowhere, whatever the query asks for (D6)', async () => {
    let answer: IncomingMessage | undefined
    world.browser.go = async (page) => {
      const wishes = {
        redirect: 'https://evil.test',
        next: 'https://evil.test',
        redirect_uri: 'https://evil.test',
      }
      answer = await send(
        withQuery(redirectOf(page), { ...forged(page), code: 'the-code', ...wishes }),
      )
    }
    await world.signIn()
    equal(answer?.statusCode, 200)
    equal(answer.headers.location ?? answer.headers.refresh, undefined)
    equal(answer.headers['referrer-policy'], 'no-referrer')
  })

  it('for another sign-in under way is not mixed up with this one (D1, D16)', async () => {
    const other = await networkWorld()
    try {
      const pages: string[] = []
      const both = async (page: string) => {
        pages.push(page)
        if (pages.length < 2) return
        const [first = '', second = ''] = pages
        // Each response goes to the other's listener, then each to its own.
        await send(withQuery(redirectOf(first), forged(second, { code: 'the-code' })))
        await send(withQuery(redirectOf(second), forged(first, { code: 'the-code' })))
        await Promise.all(pages.map(approveAtOnce))
      }
      world.browser.go = both
      other.browser.go = both
      await Promise.all([world.signIn(), other.signIn()])
      assertContained(world, world.parties)
      assertContained(other, other.parties)
      equal(world.as.to('/token').length + other.as.to('/token').length, 2)
    } finally {
      await other.close()
    }
  })
})

describe('Another program on the listener’s port (D10, G4, G5)', () => {
  const page = { lang: 'en', title: 'Back', body: 'Close this page.' }

  it('keeps it: this client takes the next one, and names it in its request', async () => {
    const squatter = createServer((_request, response) => response.end('mine'))
    const taken = await listen(squatter, '127.0.0.1')
    const world = await networkWorld()
    try {
      const openReceiver = loopbackReceiver({ ports: [taken], path: '/callback', page })
      await world.signIn({ openReceiver })
      const redirectUri = new URL(world.pages[0] ?? '').searchParams.get('redirect_uri') ?? ''
      notEqual(new URL(redirectUri).port, String(taken))
      equal(new URLSearchParams(world.as.to('/token')[0]?.body).get('redirect_uri'), redirectUri)
      assertContained(world, world.parties)
    } finally {
      await Promise.all([closeServer(squatter), world.close()])
    }
  })

  it('is not joined: two listeners never share one (RFC 8252 appendix B)', async () => {
    const { signal } = new AbortController()
    const first = await loopbackReceiver({ ports: [], path: '/callback', page })(signal)
    const port = Number(new URL(first.redirectUri).port)
    const second = await loopbackReceiver({ ports: [port], path: '/callback', page })(signal)
    ok(second.redirectUri !== first.redirectUri)
    await Promise.all([first.close(), second.close()])
  })
})
