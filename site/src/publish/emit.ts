import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AstroIntegration } from 'astro'
import type { BuildTarget } from './environment.ts'
import { headerBlocks } from './headers.ts'
import { deployedHostFiles, serverHostFiles } from './hosts/index.ts'
import { routes } from './routes.ts'
import { SECURITY_TEXT_PATH, securityText } from './security-text.ts'

/** A crawler has to read a page to see its noindex, so nothing but the callback is closed to it. */
const ROBOTS = 'User-agent: *\nDisallow: /callback\n'

/**
 * After the build: writes the files that a page cannot be (`robots.txt`, `security.txt`, which no preview
 * has, and what each host reads) and compares every machine-readable file on disk with the bytes it must have. A difference fails the build.
 */
export function publishFiles(target: BuildTarget, now: Date): AstroIntegration {
  return {
    name: 'signet-publish',
    hooks: {
      'astro:build:done': async ({ dir, logger }) => {
        const table = routes(target)
        const blocks = headerBlocks(table, target)
        for (const { name, text } of deployedHostFiles(blocks))
          await writeFile(new URL(name, dir), text)
        const servers = new URL('../dist-hosts/', dir)
        await mkdir(servers, { recursive: true })
        for (const { name, text } of serverHostFiles(blocks))
          await writeFile(new URL(name, servers), text)
        await writeFile(new URL('robots.txt', dir), ROBOTS)
        if (!target.preview) {
          const file = fileURLToPath(new URL(`.${SECURITY_TEXT_PATH}`, dir))
          await mkdir(dirname(file), { recursive: true })
          await writeFile(file, securityText(target.environment, now))
        }
        // Without a top-level 404.html Cloudflare Pages answers 200 and the front page for every path.
        await stat(new URL('404.html', dir))
        for (const { path, body } of table) {
          const file = new URL(`.${path}`, dir)
          if ((await readFile(file, 'utf8')) !== body)
            throw new Error(`${fileURLToPath(file)} has other bytes than routes.ts`)
        }
        logger.info(`${String(table.length)} files verified for ${target.environment}`)
      },
    },
  }
}
