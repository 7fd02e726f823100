import { deepEqual } from 'node:assert/strict'
import { publishedIdentity, renderDocument } from '@signet/site/client-metadata'
import { checkPublished, judgePublished } from '../../extension/src/published-check.ts'
import { expectCode } from '../support/expect-code.ts'

const identity = publishedIdentity('production')
const { document, clientId } = identity
const good = { status: 200, contentType: 'application/json', text: renderDocument(document) }
const withMembers = (members: object) => ({
  ...good,
  text: JSON.stringify({ ...document, ...members }),
})
const [first, ...others] = document.redirect_uris

const table: [string, typeof good | { contentType: null }, object[]][] = [
  ['these very bytes', {}, []],
  ['a media type of its own that is JSON', { contentType: 'application/cimd+json; q=1' }, []],
  ['a refusal', { status: 404 }, [{ kind: 'status', status: 404 }]],
  ['an answer that is no document', { status: 204 }, [{ kind: 'status', status: 204 }]],
  ['HTML', { contentType: 'text/html' }, [{ kind: 'content-type' }]],
  ['no content type', { contentType: null }, [{ kind: 'content-type' }]],
  [
    'a type that only begins like JSON',
    { contentType: 'application/json5' },
    [{ kind: 'content-type' }],
  ],
  ['5,121 bytes', { text: good.text.padEnd(5121) }, [{ kind: 'too-large' }]],
  ['text that is not JSON', { text: '{' }, [{ kind: 'not-json' }]],
  ['a JSON array', { text: '[]' }, [{ kind: 'not-json' }]],
  ['another client_id', withMembers({ client_id: `${clientId}/` }), [{ kind: 'client-id' }]],
  [
    'a redirect URI too few',
    withMembers({ redirect_uris: others }),
    [{ kind: 'redirects', missing: [first] }],
  ],
  [
    'no redirect URIs',
    withMembers({ redirect_uris: 7 }),
    [{ kind: 'redirects', missing: document.redirect_uris }],
  ],
  [
    'other members, and one that is not ours',
    withMembers({ client_name: 'X', contacts: [] }),
    [{ kind: 'differs', members: ['client_name', 'contacts'] }],
  ],
  ['the same members in other bytes', withMembers({}), [{ kind: 'differs', members: [] }]],
].map(([name, served, problems]) => [name, { ...good, ...(served as object) }, problems]) as never

describe('Check Published Identity (CIMD section 4)', () => {
  for (const [name, served, problems] of table) {
    it(`${name}: ${problems.map((problem) => (problem as { kind: string }).kind).join() || 'in order'}`, () =>
      deepEqual(judgePublished(served as typeof good, identity), problems))
  }

  const clock = {
    now: Date.now,
    timeout: () => new AbortController().signal,
    sleep: async () => undefined,
  }
  const check = async (answer: () => Response | Promise<Response>, signal?: AbortSignal) =>
    await checkPublished(
      { clock, fetch: async () => await answer() },
      identity,
      signal ?? new AbortController().signal,
    )

  it('asks as a server does: once, for JSON, and follows no redirect', async () => {
    const asked: unknown[] = []
    const problems = await checkPublished(
      {
        clock,
        fetch: async (url, { method, headers }) => {
          asked.push([method, url, headers])
          return new Response(null, { status: 301, headers: { location: clientId } })
        },
      },
      identity,
      new AbortController().signal,
    )
    deepEqual(asked, [['GET', clientId, { accept: 'application/json' }]])
    deepEqual(problems, [{ kind: 'unreachable', reason: 'redirected' }])
  })

  it('says why nothing answered', async () => {
    const refused = Object.assign(new Error(), { code: 'ECONNREFUSED' })
    deepEqual(await check(() => Promise.reject(refused)), [
      { kind: 'unreachable', reason: 'refused' },
    ])
  })

  it('ends when the person cancels', async () => {
    const cancelled = AbortSignal.abort()
    await expectCode(
      check(() => new Response('{}'), cancelled),
      'cancelled',
    )
  })
})
