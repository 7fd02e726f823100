import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../support/loopback-probe.ts'

/** A static file server of the operating system's, as an adopter would run it. */
export interface HostProgram {
  readonly name: string
  /** The server's whole configuration around the generated file. Paths are absolute. */
  readonly configuration: (place: {
    readonly folder: string
    readonly root: string
    readonly generated: string
    readonly port: number
    /** Undefined: plain HTTP. */
    readonly tls: TlsFiles | undefined
  }) => string
  readonly args: (configurationFile: string) => readonly string[]
}

/** Files in PEM. */
export interface TlsFiles {
  readonly certificate: string
  readonly key: string
}

export interface StaticHost {
  readonly origin: string
  readonly close: () => Promise<void>
}

export const NGINX: HostProgram = {
  name: 'nginx',
  configuration: ({ folder, root, generated, port, tls }) => `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${String(port)}${tls === undefined ? '' : ' ssl'};
    ${tls === undefined ? '' : `ssl_certificate ${tls.certificate}; ssl_certificate_key ${tls.key};`}
    root ${root};
    include ${generated};
  }
}
`,
  args: (file) => ['-c', file, '-e', '/dev/null'],
}

export const CADDY: HostProgram = {
  name: 'caddy',
  configuration: ({ root, generated, port, tls }) => `
{
  admin off
  auto_https off
}
${tls === undefined ? 'http' : 'https'}://127.0.0.1:${String(port)} {
  ${tls === undefined ? '' : `tls ${tls.certificate} ${tls.key}`}
  root * ${root}
  import ${generated}
}
`,
  args: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
}

/**
 * Starts a server on a free port of 127.0.0.1 and waits until it takes connections. Another process may
 * take the port first, so the start is tried again on another one. Throws with the server's own output.
 */
export async function startStaticHost(
  program: HostProgram,
  path: string,
  root: string,
  generated: string,
  tls?: TlsFiles,
): Promise<StaticHost> {
  let output = ''
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const folder = await mkdtemp(join(tmpdir(), `signet-${program.name}-`))
    const port = await freePort()
    const file = join(folder, 'configuration')
    await writeFile(file, program.configuration({ folder, root, generated, port, tls }))
    const child = spawn(path, [...program.args(file)], {
      env: { ...process.env, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const exited = once(child, 'exit')
    const close = async () => {
      child.kill('SIGTERM')
      await exited
      await rm(folder, { recursive: true, force: true })
    }
    while (child.exitCode === null) {
      if (await accepts(port))
        return {
          origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${String(port)}`,
          close,
        }
      await delay(20)
    }
    await close()
  }
  throw new Error(`${program.name} did not start:\n${output}`)
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  return await new Promise((resolve) => {
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
  }).then((value) => {
    socket.destroy()
    return value as boolean
  })
}
