import { importPKCS8 } from 'jose'
import type { ClientAuthentication } from '@signet/core'

/** What the suite hands its client for one scenario, in the suite's own words. */
export type Context = Readonly<Record<string, unknown>>

export function readContext(text: string | undefined): Context {
  return text === undefined ? {} : (JSON.parse(text) as Context)
}

/** A member the scenario cannot do without. */
export function member(context: Context, name: string): string {
  const value = optional(context, name)
  if (value === undefined) throw new Error(`the suite gave no ${name}`)
  return value
}

export function optional(context: Context, name: string): string | undefined {
  const value = context[name]
  return typeof value === 'string' ? value : undefined
}

/** The client's authentication that a scenario prescribes. */
export async function authentication(context: Context): Promise<ClientAuthentication> {
  const pem = optional(context, 'private_key_pem')
  const algorithm = optional(context, 'signing_algorithm') ?? 'ES256'
  const secret = optional(context, 'client_secret')
  if (pem !== undefined) {
    return {
      method: 'private_key_jwt',
      key: await importPKCS8(pem, algorithm),
      kid: 'conformance',
      typ: 'client-authentication+jwt',
    }
  }
  return secret === undefined ? { method: 'none' } : { method: 'client_secret_basic', secret }
}
