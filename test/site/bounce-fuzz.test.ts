import { equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { resolveBounceTarget } from '@signet/site/client-metadata'
import {
  CALLBACK_PATH,
  EDITOR_SCHEMES,
  EXTENSION_ID,
  WEB_EDITORS,
} from '../../site/src/client-metadata/clients.ts'
import { forward } from '../../site/src/callback/forward.ts'

/** One seed, so that every run tries the same. */
const RUNS = { seed: 20_261_123, numRuns: 20_000 }
const NONCE = 'n'.repeat(43)

/** Whether an address is one that the build-time table of clients.ts allows; written apart from the code that builds it. */
function isListed(address: string): boolean {
  const scheme = EDITOR_SCHEMES.find((each) => address.startsWith(`${each}:`))
  if (scheme !== undefined)
    return new RegExp(
      `^${scheme}://${EXTENSION_ID.replace('.', '\\.')}${CALLBACK_PATH}(\\?response=[\\w-]+)?$`,
    ).test(address)
  const url = URL.parse(address)
  if (url?.username !== '' || url.password !== '' || url.hash !== '') return false
  return Object.values(WEB_EDITORS).some(({ origin, anyPort }) => {
    const listed = new URL(origin)
    return (
      url.protocol === listed.protocol &&
      url.hostname === listed.hostname &&
      (anyPort || url.port === listed.port) &&
      /^\/[a-z]{1,16}-[0-9a-f]{40}\/callback$/.test(url.pathname) &&
      url.searchParams.get('vscode-authority') === EXTENSION_ID &&
      url.searchParams.get('vscode-path') === CALLBACK_PATH &&
      EDITOR_SCHEMES.includes(url.searchParams.get('vscode-scheme') ?? '')
    )
  })
}

const HOSTILE = [
  'javascript',
  'data',
  'https',
  'https://evil.test',
  '//evil.test',
  '__proto__',
  'constructor',
  'toString',
  'vscode:',
  'VSCODE',
  'vscode\u0000',
  'ｖscode',
  '@evil.test',
  '80@evil.test',
  '..',
  '/../x',
  '%2e%2e',
  '0',
  '00080',
  '65536',
  '-1',
  '1e3',
  '',
]
/** Mostly what a real state is made of, so that many get far into the check; else anything at all. */
const part = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...EDITOR_SCHEMES, ...Object.keys(WEB_EDITORS)) },
  { weight: 3, arbitrary: fc.constantFrom('1', '8080', `stable-${'a'.repeat(40)}`) },
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
)
const state = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('v1', 'v1', 'v1', 'v2', ''),
      fc.constantFrom('scheme', 'web', 'web', 'constructor'),
      fc.array(part, { maxLength: 7 }),
      fc.constantFrom(NONCE, NONCE, NONCE, 'short', `${NONCE}/`),
    )
    .map(([version, kind, parts, nonce]) => [version, kind, ...parts, nonce].join('.')),
  // One part of a good state replaced: close to what is accepted.
  fc
    .tuple(
      fc.constantFrom(
        `v1.scheme.vscode.${NONCE}`,
        `v1.web.loopback.8080.stable-${'a'.repeat(40)}.1.vscode.${NONCE}`,
      ),
      fc.nat(7),
      part,
    )
    .map(([good, index, replaced]) =>
      good
        .split('.')
        .map((each, at) => (at === index ? replaced : each))
        .join('.'),
    ),
  fc.string({ unit: 'binary' }),
)

describe('The bounce page, whatever it is given (A8.53)', function () {
  this.timeout(60_000)

  it('resolves no state to an address outside the table', () => {
    let resolved = 0
    fc.assert(
      fc.property(state, (text) => {
        const address = resolveBounceTarget(text)
        if (address === undefined) return
        resolved += 1
        ok(isListed(address), `${text} → ${address}`)
      }),
      RUNS,
    )
    // The inputs are good enough to get through.
    ok(resolved > 500, `${resolved} resolved`)
  })

  it('forwards no query to an address outside the table', () => {
    const names = [
      'code',
      'state',
      'iss',
      'error',
      'target',
      'response',
      'vscode-path',
      '__proto__',
    ]
    const query = fc
      .tuple(
        state,
        fc.array(fc.tuple(fc.constantFrom(...names), fc.string({ unit: 'binary' })), {
          maxLength: 6,
        }),
        fc.boolean(),
      )
      .map(([first, rest, raw]) => {
        const pairs = [['state', first], ['code', 'c'], ...rest] as [string, string][]
        return raw
          ? `?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`
          : `?${new URLSearchParams(pairs).toString()}`
      })
    let forwarded = 0
    fc.assert(
      fc.property(query, (search) => {
        const decision = forward(search)
        if (decision.kind === 'problem') return
        forwarded += 1
        const web = decision.address.replace(/&response=[\w-]+$/, '')
        ok(isListed(web), `${search} → ${decision.address}`)
      }),
      RUNS,
    )
    ok(forwarded > 100, `${forwarded} forwarded`)
  })

  it('is judged by a table that lets nothing else through', () => {
    for (const evil of [
      'vscode://evil.ext/callback',
      'vscode://signetXsignet-mcp/callback',
      'javascript:alert(1)',
      'https://evil.test/',
      `http://127.0.0.1.evil.test/stable-${'a'.repeat(40)}/callback?vscode-authority=${EXTENSION_ID}`,
    ])
      equal(isListed(evil), false, evil)
  })
})
