import { ORIGINS, type Environment } from '../client-metadata/clients.ts'

/** What one build is for. */
export interface BuildTarget {
  readonly environment: Environment
  /**
   * A preview shows pages for review under an address of the host's choosing. It publishes no identity:
   * a document there would name a client_id that lives elsewhere.
   */
  readonly preview: boolean
}

/** The variables that decide; everything else of the process's environment is ignored. */
export type BuildVariables = Readonly<Record<string, string | undefined>>

/**
 * The environment a build is for, from `SIGNET_ENV`; production when it is not set. A build that Netlify,
 * Vercel or Cloudflare Pages runs for anything but the production branch is a preview, whoever forgot to
 * say so; `SIGNET_ENV=preview` says it by hand. Throws TypeError for an unknown name.
 */
export function buildTarget(variables: BuildVariables): BuildTarget {
  const name = variables.SIGNET_ENV ?? 'production'
  const preview = name === 'preview' || isHostPreview(variables)
  const environment = name === 'preview' ? 'production' : name
  const known = (Object.keys(ORIGINS) as Environment[]).find((each) => each === environment)
  if (known === undefined)
    throw new TypeError(`SIGNET_ENV is one of ${Object.keys(ORIGINS).join(', ')}, preview`)
  return { environment: known, preview }
}

/** Only production may be found by search engines, and only at its own address. */
export function isIndexed({ environment, preview }: BuildTarget): boolean {
  return environment === 'production' && !preview
}

function isHostPreview(variables: BuildVariables): boolean {
  const { NETLIFY, CONTEXT, VERCEL_ENV, CF_PAGES, CF_PAGES_BRANCH } = variables
  if (NETLIFY === 'true' && CONTEXT !== undefined) return CONTEXT !== 'production'
  if (VERCEL_ENV !== undefined) return VERCEL_ENV !== 'production'
  return CF_PAGES === '1' && CF_PAGES_BRANCH !== (variables.SIGNET_PRODUCTION_BRANCH ?? 'main')
}
