import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome.exe',
]
const APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** A site that the browser must find on this machine under its real name, with a test certificate. */
export interface MappedSite {
  readonly host: string
  readonly port: number
  readonly spkiSha256: string
}

/** Chromium that sees loopback and one mapped site, and nothing else of the network. */
export async function launchBrowser(
  site: MappedSite,
  { headless, progress }: { readonly headless: boolean; readonly progress: (line: string) => void },
): Promise<Browser> {
  return await chromium.launch({
    executablePath: findChromium() ?? installChromium(progress),
    headless,
    args: [
      `--host-resolver-rules=MAP ${site.host} 127.0.0.1:${site.port} , MAP * ~NOTFOUND , EXCLUDE 127.* , EXCLUDE localhost`,
      `--ignore-certificate-errors-spki-list=${site.spkiSha256}`,
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  })
}

function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const candidates = [
    ...(process.env.SIGNET_CHROMIUM === undefined ? [] : [process.env.SIGNET_CHROMIUM]),
    ...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...APPLICATIONS,
  ]
  return candidates.find((path) => existsSync(path))
}

/** Debian's package, where there is no browser and this user may install one. */
function installChromium(progress: (line: string) => void): string {
  const debian = existsSync('/etc/debian_version')
  if (!debian || process.getuid?.() !== 0) {
    throw new Error(
      'No Chromium or Chrome was found. Install one, or name it in SIGNET_CHROMIUM, and run this again.',
    )
  }
  progress(`Installing Chromium from Debian ${readFileSync('/etc/debian_version', 'utf8').trim()}…`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const { status, stderr } = spawnSync('apt-get', ['-qq', ...args], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    if (status !== 0) throw new Error(`apt-get ${args[0] ?? ''} failed:\n${String(stderr)}`)
  }
  const path = findChromium()
  if (path === undefined) throw new Error('Chromium was installed, but is not on the PATH.')
  return path
}
