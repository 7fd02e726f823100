import { calculateJwkThumbprint } from 'jose'
import type { RegisteredKey } from '../client-metadata/keys/registry.ts'
import { DAY_SECONDS, isPublished, KEY_POLICY, stateOf } from '../client-metadata/keys/state.ts'
import { hasKeySet } from '../client-metadata/jwks.ts'
import type { BuildFinding } from './build-finding.ts'

/** Order in which a key goes through its states; revocation may come at any time. */
const ORDER = ['generated', 'pending', 'active', 'retiring', 'retired'] as const

/** What is wrong with an environment's keys now. Dates decide, so that a rotation is a dated change. */
export async function keyFindings(
  keys: readonly RegisteredKey[],
  now: Date,
): Promise<readonly BuildFinding[]> {
  const single = await Promise.all(keys.map(async (key) => await oneKey(key, now)))
  return [...single.flat(), ...(hasKeySet(keys) ? keySet(keys) : [])]
}

async function oneKey(key: RegisteredKey, now: Date): Promise<readonly BuildFinding[]> {
  const { kid, publicKey, pending, active, retiring, retired, emergency } = key
  const dates = ORDER.flatMap((state) => key[state] ?? [])
  const all = [...dates, ...(key.revoked === undefined ? [] : [key.revoked])]
  const findings: BuildFinding[] = []
  const add = (when: boolean, id: string, message: string, fix: string) => {
    if (when) findings.push({ id, severity: 'error', message: `Key ${kid} ${message}`, fix })
  }
  add(
    (await calculateJwkThumbprint(publicKey, 'sha256')) !== kid,
    'key/kid',
    'is not the thumbprint of its public key (RFC 7638).',
    'Make keys with `signet keys generate`; never copy an entry.',
  )
  add(
    all.some((date) => Date.parse(date) > now.getTime()),
    'key/ahead',
    'has a date that has not come yet.',
    'Build again then, or correct the date.',
  )
  add(
    dates.some((date, index) => index > 0 && Date.parse(date) < Date.parse(dates[index - 1] ?? '')),
    'key/order',
    'went through its states in an order that cannot be.',
    'Change states with `signet keys promote`, `retire` and `revoke`.',
  )
  add(
    shorter(pending, active, KEY_POLICY.pendingSeconds) && emergency !== true,
    'key/too-early',
    'began to sign before every server could have seen it.',
    'Promote it no sooner than 48 h after it was published.',
  )
  add(
    shorter(retiring, retired, KEY_POLICY.retiringSeconds),
    'key/removed-early',
    'was removed while what it signed may still be on its way.',
    'Keep it published for 48 h after its last use.',
  )
  return [...findings, ...age(key, now)]
}

/** A missing earlier date counts as no wait at all. */
function shorter(from: string | undefined, to: string | undefined, seconds: number): boolean {
  if (to === undefined) return false
  return from === undefined || Date.parse(to) - Date.parse(from) < seconds * 1000
}

function age(key: RegisteredKey, now: Date): readonly BuildFinding[] {
  if (stateOf(key) !== 'active' || key.active === undefined) return []
  const days = (now.getTime() - Date.parse(key.active)) / (DAY_SECONDS * 1000)
  if (days < KEY_POLICY.warnDays) return []
  return [
    {
      id: 'key/age',
      severity: days >= KEY_POLICY.failDays ? 'error' : 'warning',
      message: `Key ${key.kid} has signed for ${String(Math.floor(days))} days.`,
      fix: 'Promote the standby with `signet keys promote`, and generate the next one.',
    },
  ]
}

function keySet(keys: readonly RegisteredKey[]): readonly BuildFinding[] {
  const count = (state: string) => keys.filter((key) => stateOf(key) === state).length
  const published = keys.filter(isPublished)
  const findings: BuildFinding[] = []
  const add = (when: boolean, id: string, message: string, fix: string) => {
    if (when) findings.push({ id, severity: 'error', message, fix })
  }
  const generate = 'Run `signet keys generate`, then `signet keys promote` with its kid.'
  if (count('active') === 0 && published.length === 0) {
    // After an emergency without a standby: going out with no key is the point.
    findings.push({
      id: 'key/none',
      severity: 'warning',
      message: 'No key is published: the agent cannot authenticate anywhere.',
      fix: generate,
    })
    return findings
  }
  // The very first key has to be seen before it may sign.
  const beginning = keys.every(({ active }) => active === undefined)
  add(
    count('active') !== 1 && !beginning,
    'key/active',
    `${String(count('active'))} keys sign; one must.`,
    'Promote a standby, or retire what is too much.',
  )
  add(
    count('pending') === 0,
    'key/standby',
    'No standby is published, so a revocation would leave nobody able to sign.',
    generate,
  )
  add(
    published.length > KEY_POLICY.maxPublished,
    'key/many',
    `${String(published.length)} keys are published.`,
    'Retire what no longer signs.',
  )
  return findings
}
