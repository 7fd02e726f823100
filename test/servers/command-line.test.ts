import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BUNDLED_SITE } from '../e2e/artefacts.ts'
import { answerAuthorization } from '../support/scripted-browser.ts'
import { startDeployment, type Deployment } from './deployment.ts'
import { addressToOpen, ended, startSignet, type Ended } from './run-signet.ts'

describe('The command line (design.md, command line)', () => {
  let deployment: Deployment
  let folder: string

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signet-cli-'))
    deployment = await startDeployment({
      siteDirectory: BUNDLED_SITE,
      host: '127.0.0.1',
      accessTokenSeconds: 300,
      registration: false,
    })
  })
  after(async () => {
    await deployment.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** Runs one command; a person answers the page it asks to open. */
  async function signet(
    args: readonly string[],
    answer: 'allow' | 'deny' = 'allow',
  ): Promise<Ended> {
    const store = ['--store', join(folder, 'sessions.json')]
    const child = startSignet([...args, ...store])
    void addressToOpen(child).then(async (url) => {
      await fetch(await answerAuthorization(url, { answer, account: 'ada@example.test' }))
    })
    return await ended(child)
  }

  const json = (text: string) => JSON.parse(text) as Record<string, unknown>

  it('diagnoses a server without signing in, and says so by its exit code', async () => {
    const good = await signet(['diagnose', deployment.mcpServer.url, '--json'])
    equal(good.code, 0, good.stderr)
    const { verdict, findings } = json(good.stdout) as {
      verdict: string
      findings: Record<string, unknown>[]
    }
    equal(verdict, 'ok')
    for (const finding of findings)
      for (const key of ['id', 'severity', 'section', 'message', 'fix', 'step'])
        equal(typeof finding[key], 'string', key)
    equal((await signet(['diagnose', 'https://x.invalid/mcp', '--json'])).code, 3)
    equal((await signet(['diagnose', 'ftp://x', '--json'])).code, 1)
  })

  it('signs in, hands out a token, calls a tool, signs out', async () => {
    const { url } = deployment.mcpServer
    const signedIn = await signet(['sign-in', url, '--no-open', '--json'])
    equal(signedIn.code, 0, signedIn.stderr)
    const session = json(signedIn.stdout)
    deepEqual(Object.keys(session), [
      'server',
      'resource',
      'issuer',
      'clientId',
      'registration',
      'redirectUri',
      'scopes',
      'account',
      'expiresAt',
      'requests',
    ])
    equal(session.clientId, 'https://signet.example/oauth/client.json')
    equal(session.requests, 4)

    const token = await signet(['token', url])
    equal(token.code, 0)
    const claims = Buffer.from(token.stdout.split('.')[1] ?? '', 'base64url').toString()
    equal(json(claims).aud, url)

    const call = await signet([
      'call',
      url,
      'deployment_costs',
      '{"environment":"staging"}',
      '--json',
    ])
    match(call.stdout, /staging: 212\.25 EUR/)

    const signedOut = await signet(['sign-out', url, '--json'])
    deepEqual(json(signedOut.stdout), { revoked: true, forgotten: true })
    equal((await signet(['token', url])).code, 1)
  })

  it('never prints a token, a code or a verifier where people look', async () => {
    const { url } = deployment.mcpServer
    const { stderr } = await signet(['sign-in', url, '--no-open', '--json'])
    const token = (await signet(['token', url])).stdout.trim()
    ok(token.length > 100)
    equal(stderr.includes(token), false)
    equal(/code_verifier|[?&]code=/.test(stderr), false)
    await signet(['sign-out', url])
  })

  it('answers a refusal with exit code 1 and a described error', async () => {
    const { code, stdout } = await signet(
      ['sign-in', deployment.mcpServer.url, '--no-open', '--json'],
      'deny',
    )
    equal(code, 1)
    const { error } = json(stdout) as { error: Record<string, string> }
    equal(error.code, 'authorization_denied')
    deepEqual(Object.keys(error), ['code', 'step', 'section', 'message', 'action'])
  })

  it('answers wrong usage with exit code 2', async () => {
    equal((await signet(['sign-in'])).code, 2)
    equal((await signet(['no-such-command'])).code, 2)
  })

  it('answers an unreachable server with exit code 3', async () => {
    const { code, stdout } = await signet(['sign-in', 'http://127.0.0.1:1/mcp', '--json'])
    equal(code, 3)
    equal((json(stdout).error as { code: string }).code, 'server_unreachable')
  })

  /** Starts a sign-in whose redirect is pasted; `lines` says what a person types, given where the browser ended. */
  async function pasting(lines: (redirect: string) => readonly string[]): Promise<Ended> {
    const store = ['--store', join(folder, 'pasted.json')]
    const args = ['sign-in', deployment.mcpServer.url, '--no-open', '--redirect', 'paste', '--json']
    const child = startSignet([...args, ...store])
    void addressToOpen(child).then(async (url) => {
      const person = { answer: 'allow', account: 'ada@example.test' } as const
      const redirect = await answerAuthorization(url, person)
      child.stdin.end(
        lines(redirect)
          .map((line) => `${line}\n`)
          .join(''),
      )
    })
    return await ended(child)
  }

  it('takes a pasted redirect after lines that are something else, and repeats none of them', async () => {
    const strayCode = 'a-code-of-another-sign-in'
    const { code, stdout, stderr } = await pasting((redirect) => {
      const stray = new URL(redirect)
      stray.search = new URLSearchParams({ code: strayCode, state: 'x' }).toString()
      return ['hello', stray.href, ` ${redirect} `]
    })
    equal(code, 0, stderr)
    equal(json(stdout).registration, 'cimd')
    equal(stderr.includes(strayCode), false)
  })

  it('ends when there is nothing more to paste (MCP, overview)', async () => {
    const { code, stdout } = await pasting(() => ['hello'])
    equal(code, 1)
    equal((json(stdout).error as { code: string }).code, 'cancelled')
  })

  it('gives up after --timeout, and says that it was stopped', async () => {
    const child = ['sign-in', deployment.mcpServer.url, '--no-open', '--json', '--timeout', '1']
    const store = ['--store', join(folder, 'sessions.json')]
    const { code, stdout } = await ended(startSignet([...child, ...store]))
    equal(code, 1)
    equal((json(stdout).error as { code: string }).code, 'cancelled')
  })
})
