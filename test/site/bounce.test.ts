import { equal, match, ok } from 'node:assert/strict'
import { encodeBounceState, resolveBounceTarget } from '@signet/site/client-metadata'
import { forward } from '../../site/src/callback/forward.ts'

const NONCE = 'n'.repeat(43)
const BUILD = `stable-${'a'.repeat(40)}`
const web = (origin: string, change: Record<string, string> = {}) => {
  const query = new URLSearchParams({
    'vscode-reqid': '1',
    'vscode-scheme': 'code-oss',
    'vscode-authority': 'signet.signet-mcp',
    'vscode-path': '/callback',
    ...change,
  })
  return { kind: 'web', callback: `${origin}/${BUILD}/callback?${query.toString()}` } as const
}

describe('Where the bounce page may lead (A8.53)', () => {
  it('is the listed scheme of a desktop editor', () => {
    const state = encodeBounceState({ kind: 'scheme', scheme: 'vscode-insiders' }, NONCE) ?? ''
    equal(resolveBounceTarget(state), 'vscode-insiders://signet.signet-mcp/callback')
  })

  it('is the callback of an editor served from loopback, on its own port', () => {
    const target = web('http://127.0.0.1:8080')
    equal(resolveBounceTarget(encodeBounceState(target, NONCE) ?? ''), target.callback)
  })

  const refused = [
    { kind: 'scheme', scheme: 'javascript' },
    { kind: 'scheme', scheme: 'evil' },
    web('https://evil.test'),
    web('http://127.0.0.1.evil.test'),
    web('http://127.0.0.1@evil.test'),
    web('http://127.0.0.1:8080', { 'vscode-scheme': 'evil' }),
    web('http://127.0.0.1:8080', { 'vscode-reqid': '1&x=y' }),
    { kind: 'web', callback: 'http://127.0.0.1:8080/other?vscode-reqid=1&vscode-scheme=vscode' },
    { kind: 'web', callback: `http://127.0.0.1:8080/${BUILD}/callback/../x` },
    { kind: 'web', callback: 'not a url' },
  ] as const
  for (const target of refused) {
    it(`is never ${JSON.stringify(target).slice(0, 90)}`, () =>
      equal(encodeBounceState(target, NONCE), undefined))
  }

  for (const state of [
    '',
    'v1',
    `v1.scheme.evil.${NONCE}`,
    `v1.scheme.vscode.extra.${NONCE}`,
    'v1.scheme.vscode.short',
    `v2.scheme.vscode.${NONCE}`,
    `v1.web.loopback.99999.${BUILD}.1.vscode.${NONCE}`,
    `v1.web.loopback.80@evil.${BUILD}.1.vscode.${NONCE}`,
    `v1.web.other.80.${BUILD}.1.vscode.${NONCE}`,
    `v1.web.loopback.80./../x.1.vscode.${NONCE}`,
    `v1.web.__proto__.80.${BUILD}.1.vscode.${NONCE}`,
  ]) {
    it(`is nothing for the state ${JSON.stringify(state.slice(0, 60))}`, () =>
      equal(resolveBounceTarget(state), undefined))
  }

  it('takes no nonce that could be guessed', () =>
    equal(encodeBounceState({ kind: 'scheme', scheme: 'vscode' }, 'short'), undefined))
})

describe('What the bounce page forwards', () => {
  const state = encodeBounceState({ kind: 'scheme', scheme: 'vscode' }, NONCE) ?? ''

  it('is the response in one value that no decoding can damage (A8.54)', () => {
    const query = new URLSearchParams({ code: 'a+b&c=%26', state, iss: 'https://login.test' })
    const decision = forward(`?${query.toString()}`)
    ok(decision.kind === 'forward')
    const packed = /\?response=([\w-]+)$/.exec(decision.address)?.[1] ?? ''
    const unpacked = new URLSearchParams(Buffer.from(packed, 'base64url').toString())
    equal(unpacked.get('code'), 'a+b&c=%26')
    equal(unpacked.get('iss'), 'https://login.test')
  })

  it('is nothing but the parameters of an authorization response', () => {
    const decision = forward(`?code=c&state=${state}&target=https://evil.test&vscode-path=/x`)
    ok(decision.kind === 'forward')
    match(decision.address, /^vscode:\/\/signet\.signet-mcp\/callback\?response=[\w-]+$/)
    const packed = Buffer.from(decision.address.split('=')[1] ?? '', 'base64url').toString()
    equal(packed.includes('evil'), false)
  })

  for (const [query, reason] of [
    ['', 'nothing-here'],
    ['?code=c', 'nothing-here'],
    [`?state=${state}`, 'malformed'],
    [`?code=a&code=b&state=${state}`, 'malformed'],
    [`?code=${'x'.repeat(4097)}&state=${state}`, 'malformed'],
    ['?code=c&state=somebody-elses', 'unknown-editor'],
  ] as const) {
    it(`is nothing for ${query.slice(0, 40)}: ${reason}`, () => {
      const decision = forward(query)
      ok(decision.kind === 'problem')
      equal(decision.reason, reason)
    })
  }
})
