import { deepEqual } from 'node:assert/strict'
import { ORIGIN, URL_HERE, ofHeaders, ofUrl } from '../support/judged-document.ts'

const URLS: readonly (readonly [string, readonly string[]])[] = [
  [URL_HERE, []],
  ['http://client.acme-software.dev/client.json', ['url-not-https', 'url-no-json-suffix']],
  ['https://client.acme-software.dev', ['url-no-path', 'url-no-json-suffix']],
  ['https://client.acme-software.dev/', ['url-root-path', 'url-no-json-suffix']],
  [`${URL_HERE}#a`, ['url-fragment']],
  ['https://a:b@client.acme-software.dev/c.json', ['url-userinfo']],
  [`${ORIGIN}/a/../c.json`, ['url-dot-segments']],
  [`${ORIGIN}/a/%2E%2e/c.json`, ['url-dot-segments', 'url-encoded-unreserved']],
  [`${ORIGIN}/%zz.json`, ['url-percent-encoding']],
  [`${ORIGIN}/a b.json`, ['url-characters']],
  [`${ORIGIN}\\a.json`, ['url-characters', 'url-no-path', 'url-no-json-suffix']],
  [`${URL_HERE}?v=1`, ['url-query']],
  [`${ORIGIN}/${'a'.repeat(100)}.json`, ['url-too-long']],
  [`${ORIGIN}/caf\u00e9.json`, ['url-not-ascii']],
  ['https://cl\u0456ent.acme-software.dev/c.json', ['url-not-ascii']],
  ['https://CLIENT.acme-software.dev/c.json', ['url-not-canonical']],
  [`${ORIGIN}:443/c.json`, ['url-not-canonical', 'url-port']],
  [`${ORIGIN}:8443/c.json`, ['url-port']],
  [`${ORIGIN}/%6fauth.json`, ['url-encoded-unreserved']],
  ['https://acme.github.io/client.json', ['url-github-io']],
  ['https://signet.example/oauth/client.json', ['url-reserved-name']],
  ['https://host:port/c.json', ['url-unparsable']],
  ['https://localhost/c.json', ['url-private-host']],
  ['https://foo.localhost/c.json', ['url-private-host']],
  ['https://localhost./c.json', ['url-private-host']],
  ['https://0x7f.1/c.json', ['url-not-canonical', 'url-private-host']],
]

const ANSWERS: readonly (readonly [Readonly<Record<string, string>>, readonly string[]])[] = [
  [{}, []],
  [{ 'cache-control': 'no-store' }, ['cache-forbidden']],
  [{ vary: '*' }, ['cache-forbidden']],
  [{ 'cache-control': '' }, ['cache-missing']],
  [{ 'cache-control': 'max-age=10' }, ['cache-too-short']],
  [{ 'cache-control': 'max-age=10, s-maxage=600' }, []],
  [{ 'cache-control': 'max-age=31536000, immutable' }, ['cache-too-long']],
  [{ 'set-cookie': 'a=b' }, ['response-cookie']],
  [{ 'x-content-type-options': '' }, ['header-nosniff']],
  [{ 'access-control-allow-origin': '' }, ['header-cors']],
  [{ 'content-encoding': 'br' }, ['response-encoded']],
]

describe('The rules for an address and an answer (B1, B5, C1)', () => {
  for (const [url, expected] of URLS)
    it(`B1 ${url.slice(0, 60)}: ${expected.join(' ') || 'fine'}`, () =>
      deepEqual([...ofUrl(url)].sort(), [...expected].sort()))

  for (const [headers, expected] of ANSWERS)
    it(`B5 ${JSON.stringify(headers)}: ${expected.join(' ') || 'fine'}`, () =>
      deepEqual(ofHeaders(headers), expected))
})
