import { deepEqual, equal, throws } from 'node:assert/strict'
import { buildTarget } from '../../site/src/publish/environment.ts'
import { routes } from '../../site/src/publish/routes.ts'

const PRODUCTION = { environment: 'production', preview: false }
const PREVIEW = { environment: 'production', preview: true }

describe('What a build is for (issue E.6)', () => {
  for (const [variables, target] of [
    [{}, PRODUCTION],
    [{ SIGNET_ENV: 'staging' }, { environment: 'staging', preview: false }],
    [{ SIGNET_ENV: 'preview' }, PREVIEW],
    [{ NETLIFY: 'true', CONTEXT: 'production' }, PRODUCTION],
    [{ NETLIFY: 'true', CONTEXT: 'deploy-preview' }, PREVIEW],
    [{ NETLIFY: 'true', CONTEXT: 'branch-deploy' }, PREVIEW],
    [{ VERCEL_ENV: 'production' }, PRODUCTION],
    [{ VERCEL_ENV: 'preview' }, PREVIEW],
    [{ CF_PAGES: '1', CF_PAGES_BRANCH: 'main' }, PRODUCTION],
    [{ CF_PAGES: '1', CF_PAGES_BRANCH: 'fix-logo' }, PREVIEW],
    [{ CF_PAGES: '1', CF_PAGES_BRANCH: 'live', SIGNET_PRODUCTION_BRANCH: 'live' }, PRODUCTION],
  ] as const) {
    it(`${JSON.stringify(variables)} is ${target.environment}${target.preview ? ', preview' : ''}`, () =>
      deepEqual(buildTarget(variables), target))
  }

  it('is never guessed from a name it does not know', () =>
    throws(() => buildTarget({ SIGNET_ENV: 'prod' }), TypeError))

  it('a preview publishes no document, so it can claim no client_id', () =>
    equal(routes({ environment: 'production', preview: true }).length, 0))
})
