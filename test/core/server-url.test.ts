import { equal } from 'node:assert/strict'
import { parseServerUrl } from '@signet/core'
import { expectCode } from '../support/expect-code.ts'

describe('The server URL a person gives (MCP canonical server URI, A4.24)', () => {
  const refused = [
    ['mcp.example.com/mcp', 'not-a-url'],
    ['', 'not-a-url'],
    ['ftp://mcp.example.com/mcp', 'scheme'],
    ['javascript:alert(1)', 'scheme'],
    ['file:///etc/passwd', 'scheme'],
    ['https://ada:secret@mcp.example.com/mcp', 'userinfo'],
    ['https://mcp.example.com/mcp#part', 'fragment'],
  ] as const
  for (const [url, reason] of refused) {
    it(`refuses ${JSON.stringify(url)}`, async () => {
      equal((await expectCode(() => parseServerUrl(url), 'server_url_invalid')).reason, reason)
    })
  }

  it('refuses plain http beyond loopback (A2.12)', async () => {
    const detail = await expectCode(
      () => parseServerUrl('http://mcp.example.com/mcp'),
      'server_url_insecure',
    )
    equal(detail.host, 'mcp.example.com')
  })

  for (const url of [
    'http://127.0.0.1:3000/mcp',
    'http://localhost/mcp',
    'http://[::1]:3000/mcp',
  ]) {
    it(`allows ${url}`, () => equal(parseServerUrl(url).reach, 'loopback'))
  }

  it('does not take a name for loopback because it looks like it', async () => {
    await expectCode(() => parseServerUrl('http://127.0.0.1.evil.test/mcp'), 'server_url_insecure')
    await expectCode(() => parseServerUrl('http://localhost.evil.test/'), 'server_url_insecure')
  })

  it('keeps the string as given, without a slash it did not have (A4.24)', () =>
    equal(parseServerUrl('https://mcp.example.com').url, 'https://mcp.example.com'))
})
