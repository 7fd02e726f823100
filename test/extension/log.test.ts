import { equal, match } from 'node:assert/strict'
import type { LogOutputChannel } from 'vscode'
import { SignInError } from '@signet/core'
import { createLog, withoutQuery } from '../../extension/src/log.ts'

function recording() {
  const lines: string[] = []
  const write = (line: string) => void lines.push(line)
  const channel = { info: write, warn: write, error: write } as unknown as LogOutputChannel
  return { lines, log: createLog(channel) }
}

describe('The log', () => {
  it('encodes what a server chose, so that it cannot forge a line', () => {
    const { lines, log } = recording()
    log.trace({
      step: 'identity',
      at: 0,
      outcome: 'ok',
      detail: { client_id: 'x\n[error] forged' },
    })
    equal(lines.length, 1)
    equal(lines[0]?.includes('\n'), false)
  })

  it('drops the query of every URL', () => {
    const { lines, log } = recording()
    const url = 'https://login.test/authorize?state=secret&code=secret'
    log.trace({ step: 'browser', at: 0, outcome: 'ok', detail: { url } })
    log.failure('sign-in', new SignInError('endpoint_insecure', { endpoint: 'x', url }))
    equal(lines.join().includes('secret'), false)
    match(lines[0] ?? '', /authorize\?…/)
  })

  it('knows what to leave out of the server it is about', () => {
    equal(withoutQuery('https://mcp.test/mcp?api_key=secret'), 'https://mcp.test/mcp?…')
    equal(withoutQuery('https://mcp.test/mcp'), 'https://mcp.test/mcp')
  })

  it('names the chain of causes', () => {
    const { lines, log } = recording()
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
    const cause = new TypeError('fetch failed', { cause: refused })
    log.failure(
      'x',
      new SignInError('server_unreachable', { host: 'h', reason: 'refused' }, { cause }),
    )
    match(lines[0] ?? '', /server_unreachable.*TypeError.*ECONNREFUSED/)
  })
})
