import { ORIGINS, type Environment } from '../client-metadata/clients.ts'

/** The environment a build is for, from `SIGNET_ENV`; production when it is not set. */
export function buildEnvironment(value: string | undefined): Environment {
  const name = value ?? 'production'
  const known = (Object.keys(ORIGINS) as Environment[]).find((environment) => environment === name)
  if (known === undefined)
    throw new TypeError(`SIGNET_ENV is one of ${Object.keys(ORIGINS).join(', ')}`)
  return known
}
