import { chromium, type Browser } from 'playwright-core'
import { findOrInstall } from '../support/debian-command.ts'

const CHROMIUM = {
  names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome.exe'],
  debianPackage: 'chromium',
  variable: 'SIGNET_CHROMIUM',
  elsewhere: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
}

/** A site that the browser must find on this machine under its real name, with a test certificate. */
export interface MappedSite {
  readonly host: string
  readonly port: number
  readonly spkiSha256: string
}

/** Chromium that sees loopback and one mapped site, if any, and nothing else of the network. */
export async function launchBrowser(
  site: MappedSite | undefined,
  { headless, progress }: { readonly headless: boolean; readonly progress: (line: string) => void },
): Promise<Browser> {
  const mapped = site === undefined ? '' : `MAP ${site.host} 127.0.0.1:${site.port} , `
  return await chromium.launch({
    executablePath: chromiumPath(progress),
    headless,
    args: [
      `--host-resolver-rules=${mapped}MAP * ~NOTFOUND , EXCLUDE 127.* , EXCLUDE localhost`,
      ...(site === undefined ? [] : [`--ignore-certificate-errors-spki-list=${site.spkiSha256}`]),
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  })
}

/** The browser's program; installed where that is possible. Throws with the reason. */
export function chromiumPath(progress: (line: string) => void): string {
  const chromiumCommand = findOrInstall(CHROMIUM, progress)
  if ('missing' in chromiumCommand) throw new Error(chromiumCommand.missing)
  return chromiumCommand.path
}
