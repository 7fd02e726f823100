import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { AstroIntegration } from 'astro'
import type { Environment } from '../client-metadata/clients.ts'
import { headerBlocks, renderHeadersFile } from './headers.ts'
import { routes } from './routes.ts'

/**
 * After the build: writes the files that a page cannot be (`_headers`, `.nojekyll`, `robots.txt`) and
 * compares every machine-readable file on disk with the bytes it must have. A difference fails the build.
 */
export function publishFiles(environment: Environment): AstroIntegration {
  return {
    name: 'signet-publish',
    hooks: {
      'astro:build:done': async ({ dir, logger }) => {
        const table = routes(environment)
        const write = async (name: string, text: string) =>
          await writeFile(new URL(name, dir), text)
        await write('_headers', renderHeadersFile(headerBlocks(table)))
        // Without it GitHub Pages drops every path that begins with an underscore or a dot.
        await write('.nojekyll', '')
        await write('robots.txt', 'User-agent: *\nDisallow: /callback\n')
        for (const { path, body } of table) {
          const file = new URL(`.${path}`, dir)
          if ((await readFile(file, 'utf8')) !== body)
            throw new Error(`${fileURLToPath(file)} has other bytes than routes.ts`)
        }
        logger.info(`${String(table.length)} documents verified for ${environment}`)
      },
    },
  }
}
