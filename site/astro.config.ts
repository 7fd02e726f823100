import { fileURLToPath } from 'node:url'
import { defineConfig } from 'astro/config'
import { ORIGINS } from './src/client-metadata/clients.ts'
import { publishFiles } from './src/publish/emit.ts'
import { buildTarget } from './src/publish/environment.ts'

// Pages are bundled before they run, and know no longer where they were written.
process.env.SIGNET_HISTORY ??= fileURLToPath(new URL('history', import.meta.url))

const target = buildTarget(process.env)

export default defineConfig({
  site: ORIGINS[target.environment],
  output: 'static',
  trailingSlash: 'never',
  // Files, not folders: `/callback` must answer 200 itself, without a redirect to `/callback/`.
  build: { format: 'file', inlineStylesheets: 'never' },
  // The content security policy allows files of our own and nothing inline.
  vite: {
    build: { assetsInlineLimit: 0 },
    // Astro's renderer is bundled whole: left outside, it would take the repository's other versions.
    environments: { prerender: { resolve: { noExternal: true } } },
  },
  integrations: [publishFiles(target, new Date())],
  devToolbar: { enabled: false },
})
