import { deepEqual, equal, rejects } from 'node:assert/strict'
import { createSystemFetch } from '@signet/core/node'
import { expectCode } from '../../support/expect-code.ts'

const PUBLIC = '93.184.215.14'
const SERVER = 'mcp.service.test'

/** A fetch on a resolver of the test's own; what a name answers may change with each question. */
function guarded(names: Record<string, readonly (readonly string[])[]>) {
  const asked: string[] = []
  const sent: string[] = []
  const fetch = createSystemFetch({
    fetch: async (input) => {
      sent.push(input as string)
      return new Response('{}')
    },
    resolve: async (name) => {
      const before = asked.filter((other) => other === name).length
      asked.push(name)
      const answers = names[name]
      if (answers === undefined) throw Object.assign(new Error('no'), { code: 'ENOTFOUND' })
      return answers[Math.min(before, answers.length - 1)] ?? []
    },
  })
  const get = async (url: string, namedBy?: string, signal = new AbortController().signal) =>
    await fetch(url, {
      method: 'GET',
      headers: {},
      body: undefined,
      signal,
      ...(namedBy === undefined ? {} : { namedBy }),
    })
  return { get, asked, sent }
}

describe('Names that a server sends this client to (D5, C2)', () => {
  const inside = [
    '127.0.0.1',
    '10.0.0.5',
    '192.168.1.1',
    '169.254.169.254',
    '::1',
    'fd00::1',
    '::ffff:10.0.0.1',
    '0.0.0.0',
  ]
  for (const address of inside) {
    it(`are refused when they lead from an outside server to ${address}`, async () => {
      const { get, sent } = guarded({ [SERVER]: [[PUBLIC]], 'sso.corp.test': [[address]] })
      await expectCode(get('https://sso.corp.test/token', SERVER), 'endpoint_insecure')
      deepEqual(sent, [])
    })
  }

  it('are refused when one of their addresses is inside and one is not', async () => {
    const { get, sent } = guarded({ [SERVER]: [[PUBLIC]], 'mixed.test': [[PUBLIC, '10.0.0.5']] })
    await expectCode(get('https://mixed.test/', SERVER), 'endpoint_insecure')
    deepEqual(sent, [])
  })

  it('are judged again at each request: rebinding is seen', async () => {
    const { get, sent } = guarded({
      [SERVER]: [[PUBLIC]],
      'rebind.test': [[PUBLIC], ['127.0.0.1']],
    })
    await get('https://rebind.test/1', SERVER)
    await expectCode(get('https://rebind.test/2', SERVER), 'endpoint_insecure')
    deepEqual(sent, ['https://rebind.test/1'])
  })

  it('may lead inside when the whole server is inside', async () => {
    const { get, sent } = guarded({
      'mcp.corp.test': [['10.0.0.4', '10.0.0.5']],
      'sso.corp.test': [['192.168.1.9']],
    })
    await get('https://sso.corp.test/', 'mcp.corp.test')
    equal(sent.length, 1)
  })

  it('may not when the server has an address outside too', async () => {
    const { get } = guarded({
      'mcp.corp.test': [['10.0.0.4', PUBLIC]],
      'sso.corp.test': [['10.0.0.9']],
    })
    await expectCode(get('https://sso.corp.test/', 'mcp.corp.test'), 'endpoint_insecure')
  })

  it('may not lead from a private network to this machine', async () => {
    const { get } = guarded({ 'mcp.corp.test': [['10.0.0.4']], 'me.test': [['127.0.0.1']] })
    await expectCode(get('https://me.test/', 'mcp.corp.test'), 'endpoint_insecure')
  })

  it('cost one question when they lead outside, and none for the server itself or one on loopback', async () => {
    const { get, asked } = guarded({ [SERVER]: [[PUBLIC]], 'login.service.test': [[PUBLIC]] })
    await get('https://login.service.test/', SERVER)
    await get(`https://${SERVER}/mcp`, SERVER)
    await get('http://localhost:9000/', '127.0.0.1')
    await get('https://anything.test/')
    deepEqual(asked, ['login.service.test'])
  })

  it('pass unresolved: the request fails by itself, or a proxy knows them', async () => {
    const { get, sent } = guarded({ [SERVER]: [[PUBLIC]] })
    await get('https://only-the-proxy-knows.test/', SERVER)
    equal(sent.length, 1)
  })

  it('do not keep anyone waiting for a silent resolver', async () => {
    const stop = new AbortController()
    const fetch = createSystemFetch({
      fetch: async () => new Response('{}'),
      resolve: async () => await new Promise(() => undefined),
    })
    const attempt = fetch('https://silent.test/', {
      method: 'GET',
      headers: {},
      body: undefined,
      signal: stop.signal,
      namedBy: SERVER,
    })
    stop.abort(new Error('enough'))
    await rejects(attempt, /enough/)
  })
})
