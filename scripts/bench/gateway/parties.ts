import { fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request, type IncomingMessage } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ROOT } from '../../run-tool.ts'

/** What a call asks of the server. */
export interface Work {
  /** How long it takes. */
  readonly ms: number
  /** Answered with an event stream, as the official SDK does by default, and otherwise with JSON. */
  readonly events: boolean
}

/** One of those that do the same job: gets a tool call to the server and its answer back. */
export interface Party {
  readonly name: string
  readonly call: (work: Work) => Promise<void>
}

/** A party that speaks HTTP and so has streams. */
export interface HttpParty extends Party {
  readonly open: (kind: 'idle' | 'tick' | 'big') => Promise<IncomingMessage>
}

export interface GatewayProcess extends HttpParty {
  /** Resident bytes now, and the most since the process started. */
  readonly memory: () => Promise<{
    readonly rss: number
    readonly peak: number
  }>
}

export interface Parties {
  readonly direct: HttpParty
  readonly gateway: GatewayProcess
  readonly bridge: Party
  /** A gateway that has not done anything yet. */
  readonly newGateway: () => Promise<GatewayProcess>
  readonly close: () => Promise<void>
}

/** Each in a process of its own, as in use. The server is shared. */
export async function startParties(): Promise<Parties> {
  const children: ChildProcess[] = []
  const state = await mkdtemp(join(tmpdir(), 'signet-bench-'))
  const close = async () => {
    for (const child of children) child.kill()
    await rm(state, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    const upstream = fork(join(import.meta.dirname, 'upstream.ts'))
    children.push(upstream)
    const { port } = await firstMessage<{ port: number }>(upstream)
    const url = `http://127.0.0.1:${port}/mcp`
    const newGateway = async () => {
      const host = fork(join(import.meta.dirname, 'gateway-process.ts'), [url], {
        execArgv: ['--expose-gc'],
      })
      children.push(host)
      const address = await firstMessage<{
        url: string
        headers: Record<string, string>
      }>(host)
      return {
        ...httpParty('gateway', address.url, address.headers),
        memory: async () => {
          host.send('memory')
          return await firstMessage<{ rss: number; peak: number }>(host)
        },
      }
    }
    const remote = spawn(
      process.execPath,
      [
        join(ROOT, 'node_modules', 'mcp-remote', 'dist', 'proxy.js'),
        url,
        '--transport',
        'http-only',
        '--header',
        'Authorization: Bearer bench',
      ],
      {
        stdio: ['pipe', 'pipe', 'ignore'],
        // It keeps state between runs; this run's goes with it.
        env: { ...process.env, MCP_REMOTE_CONFIG_DIR: state },
      },
    )
    children.push(remote)
    return {
      direct: httpParty('direct', url, { authorization: 'Bearer bench' }),
      gateway: await newGateway(),
      newGateway,
      bridge: await stdioParty('mcp-remote', remote),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function firstMessage<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T]
  return message
}

function httpParty(
  name: string,
  url: string,
  headers: Readonly<Record<string, string>>,
): HttpParty {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity })
  const send = async (method: string, more: Readonly<Record<string, string>>, body: string) =>
    await new Promise<IncomingMessage>((resolve, reject) => {
      const accept = 'application/json, text/event-stream'
      request(url, { method, agent, headers: { ...headers, accept, ...more } })
        .once('response', resolve)
        .once('error', reject)
        .end(body)
    })
  let id = 0
  return {
    name,
    open: async (kind) => await send('GET', { 'mcp-name': kind }, ''),
    call: async (work) => {
      id += 1
      const body = toolCall(id, work)
      const answer = await send(
        'POST',
        {
          'content-type': 'application/json',
          'content-length': String(body.length),
        },
        body,
      )
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      await once(answer, 'end')
      expectResult(name, Buffer.concat(chunks).toString('utf8'))
    },
  }
}

async function stdioParty(name: string, child: ChildProcess): Promise<Party> {
  const { stdin, stdout } = child
  if (stdin === null || stdout === null) throw new Error(`${name} has no pipes`)
  const waiting = new Map<number, (line: string) => void>()
  createInterface({ input: stdout }).on('line', (line) => {
    const { id } = JSON.parse(line) as { id?: number }
    if (id !== undefined) waiting.get(id)?.(line)
  })
  let id = 0
  const ask = async (text: (id: number) => string) => {
    id += 1
    const mine = id
    const answer = new Promise<string>((resolve) => waiting.set(mine, resolve))
    stdin.write(`${text(mine)}\n`)
    const line = await answer
    waiting.delete(mine)
    expectResult(name, line)
  }
  await ask((own) =>
    JSON.stringify({
      jsonrpc: '2.0',
      id: own,
      method: 'initialize',
      params: {
        protocolVersion: '2025-06-18',
        capabilities: {},
        clientInfo: { name: 'bench', version: '1' },
      },
    }),
  )
  stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`)
  return { name, call: async (work) => await ask((own) => toolCall(own, work)) }
}

function toolCall(id: number, work: Work): string {
  return JSON.stringify({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name: 'work', arguments: work },
  })
}

/** A party that fails fast must not look quick. */
function expectResult(name: string, text: string): void {
  if (!text.includes('"result"')) throw new Error(`${name} answered ${text.slice(0, 200)}`)
}
