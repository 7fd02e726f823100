import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import { ORIGINS, type Environment } from '../../site/src/client-metadata/clients.ts'
import { planRotation, type PlannedStep } from '../../site/src/client-metadata/keys/plan.ts'
import {
  readRegistry,
  renderRegistry,
  type KeyRegistry,
  type RegisteredKey,
} from '../../site/src/client-metadata/keys/registry.ts'
import {
  DAY_SECONDS,
  KEY_POLICY,
  safeToRemoveAt,
  safeToUseAt,
  sinceOf,
  stateOf,
} from '../../site/src/client-metadata/keys/state.ts'
import {
  promoteKey,
  retireKey,
  revokeKey,
  type Transition,
} from '../../site/src/client-metadata/keys/transitions.ts'
import { after, propagationWait } from '../../site/src/client-metadata/propagation.ts'
import { ageEncrypt } from '../publish/age-encrypt.ts'
import { rotationCalendar } from '../publish/calendar.ts'
import { defaultKeyFile, writePrivateKey } from '../publish/private-key-file.ts'
import { ROTATION_WORDS } from '../publish/rotation-words.ts'
import { ROOT } from '../run-tool.ts'
import { CommandFailure } from './command-failure.ts'
import { EXIT, type CommandResult } from './run-command.ts'

export const KEY_ACTIONS = ['list', 'generate', 'promote', 'retire', 'revoke', 'plan'] as const

export interface KeysOptions {
  readonly env: Environment
  readonly registry?: string
  readonly alg: RegisteredKey['alg']
  readonly out?: string
  readonly toStdout?: boolean
  /** age recipients; some: the private key is written encrypted to them, and never otherwise. */
  readonly age?: readonly string[]
  readonly reason?: string
  readonly ics?: string
  readonly days: string
}

const REGISTRY_FILE = join(ROOT, 'site', 'src', 'client-metadata', 'keys', 'registry.json')

/** `signet keys <action> [kid]`: the agent's keys. Only public halves and dates are in the registry. */
export async function keysCommand(
  action: (typeof KEY_ACTIONS)[number],
  kid: string | undefined,
  options: KeysOptions,
): Promise<CommandResult> {
  const file = options.registry ?? REGISTRY_FILE
  const registry = readRegistry(JSON.parse(await readFile(file, 'utf8')))
  const keys = registry[options.env]
  const now = new Date().toISOString()
  const save = async (changed: readonly RegisteredKey[]) => {
    const next: KeyRegistry = { ...registry, [options.env]: changed }
    await writeFile(file, renderRegistry(next))
  }
  switch (action) {
    case 'list':
      return listing(keys)
    case 'generate':
      return await generate(keys, options, now, save)
    case 'plan':
      return await plan(keys, options, now)
    case 'promote':
      return await change(promoteKey(keys, named(kid), now), save, PUBLISH)
    case 'retire':
      return await change(retireKey(keys, named(kid), now), save, PUBLISH)
    case 'revoke':
      return await revoke(keys, named(kid), options, now, save)
  }
}

type Save = (keys: readonly RegisteredKey[]) => Promise<void>

async function generate(
  keys: readonly RegisteredKey[],
  { alg, env, out, toStdout, age = [] }: KeysOptions,
  now: string,
  save: Save,
): Promise<CommandResult> {
  const { publicKey, privateKey, kid } = await keyPair(alg)
  const encrypted = age.length > 0
  const path = out ?? defaultKeyFile(env, kid, encrypted)
  const text = `${JSON.stringify(privateKey, undefined, 2)}\n`
  // The private half is safe before the public one is on record.
  if (toStdout !== true) await writePrivateKey(path, encrypted ? await ageEncrypt(text, age) : text)
  const entry = {
    kid,
    alg,
    publicKey: publicKey as RegisteredKey['publicKey'],
    generated: now,
  }
  const changed = [...keys, entry]
  await save(changed)
  if (toStdout === true)
    return {
      json: privateKey,
      text: JSON.stringify(privateKey),
      exitCode: EXIT.ok,
    }
  const result = listing(changed)
  return {
    ...result,
    text: `${result.text}\nThe private key is in ${path}${encrypted ? ', encrypted,' : ''} and nowhere else.\nNext: keys promote ${kid}, which publishes its public half.`,
  }
}

/** A key whose name can be typed: every 64th thumbprint begins like an option of a command line. */
async function keyPair(alg: KeysOptions['alg']) {
  for (;;) {
    const pair = await generateKeyPair(alg, { extractable: true })
    const publicKey = await exportJWK(pair.publicKey)
    const kid = await calculateJwkThumbprint(publicKey, 'sha256')
    if (kid.startsWith('-')) continue
    return {
      publicKey,
      kid,
      privateKey: {
        ...(await exportJWK(pair.privateKey)),
        kid,
        alg,
        use: 'sig',
      },
    }
  }
}

/** A registry changes nothing until it is served. */
const PUBLISH =
  'Next: signet diff --record, commit it with the registry, then publish. The first key brings the confidential client’s document with it.'

async function change(transition: Transition, save: Save, next: string): Promise<CommandResult> {
  if ('refused' in transition) throw refusal(transition)
  await save(transition.keys)
  const result = listing(transition.keys)
  return { ...result, text: `${result.text}\n${next}` }
}

/** The emergency brake: says what it breaks, and until when. */
async function revoke(
  keys: readonly RegisteredKey[],
  kid: string,
  { reason }: KeysOptions,
  now: string,
  save: Save,
): Promise<CommandResult> {
  const transition = revokeKey(keys, kid, reason ?? 'not stated', now)
  if ('refused' in transition) throw refusal(transition)
  await save(transition.keys)
  const { promoted } = transition
  const successor = transition.keys.find((key) => key.kid === promoted)
  const forgottenAt = after(now, propagationWait(KEY_POLICY.cacheSeconds).total)
  const result = listing(transition.keys)
  const breaks =
    successor === undefined
      ? 'No standby was published: nothing can authenticate until a new key is published and seen.'
      : successor.emergency === true
        ? `${successor.kid} signs from now on. Servers that fetched the keys before it was published refuse it until ${after(successor.pending ?? now, KEY_POLICY.pendingSeconds)} at the latest.`
        : `${successor.kid} signs from now on; every server has seen it.`
  return {
    ...result,
    json: {
      ...(result.json as object),
      promoted,
      revokedKeyTrustedUntil: forgottenAt,
      breaks,
    },
    text: `${result.text}\n${breaks}\nDeploy now: servers with a copy may trust ${kid} until ${forgottenAt}.`,
  }
}

async function plan(
  keys: readonly RegisteredKey[],
  { env, ics, days }: KeysOptions,
  now: string,
): Promise<CommandResult> {
  const steps = planRotation(keys, now, after(now, Number(days) * DAY_SECONDS))
  const host = new URL(ORIGINS[env]).hostname
  if (ics !== undefined) await writeFile(ics, rotationCalendar(steps, host, now))
  return {
    json: { ...(listing(keys).json as object), steps },
    text: steps.map(stepLine).join('\n'),
    exitCode: EXIT.ok,
  }
}

function stepLine({ at, action, kid, why }: PlannedStep): string {
  return `${at}  ${action.padEnd(8)}  ${kid ?? 'the next key'}  ${ROTATION_WORDS[why]}`
}

function listing(keys: readonly RegisteredKey[]): CommandResult {
  const rows = keys.map((key) => ({
    kid: key.kid,
    alg: key.alg,
    state: stateOf(key),
    since: sinceOf(key),
    safeToUseAt: safeToUseAt(key),
    safeToRemoveAt: safeToRemoveAt(key),
  }))
  const lines = rows.map(({ kid, alg, state, since, safeToUseAt: use, safeToRemoveAt: remove }) =>
    [
      kid,
      alg,
      `${state} since ${since}`,
      ...(use === null ? [] : [`safe to use at ${use}`]),
      ...(remove === null ? [] : [`safe to remove at ${remove}`]),
    ].join('  '),
  )
  return {
    json: { keys: rows },
    text: lines.length === 0 ? 'There are no keys.' : lines.join('\n'),
    exitCode: EXIT.ok,
  }
}

function named(kid: string | undefined): string {
  if (kid !== undefined) return kid
  throw new CommandFailure('key_unknown', 'No key is named.', 'Name a kid of `signet keys list`.')
}

function refusal(transition: Extract<Transition, { refused: string }>): CommandFailure {
  switch (transition.refused) {
    case 'unknown':
      return new CommandFailure(
        'key_unknown',
        'There is no such key in this environment.',
        'Name a kid of `signet keys list`.',
      )
    case 'wrong_state':
      return new CommandFailure(
        'key_wrong_state',
        `The key is ${transition.state}, and that does not lead there.`,
        'See `signet keys list`; an active key ends by promoting its standby, or by `revoke`.',
      )
    case 'no_standby':
      return new CommandFailure(
        'key_no_standby',
        'It is the only key that is published and not in use: without it, a lost key means an outage.',
        'Generate and promote another first; `signet keys revoke` removes a key that may be known to others.',
      )
    case 'too_early':
      return new CommandFailure(
        'key_too_early',
        `Some servers may not have seen the change before ${transition.safeAt}.`,
        `Wait until ${transition.safeAt}.`,
      )
  }
}
