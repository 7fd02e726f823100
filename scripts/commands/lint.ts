import { createReadStream } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { InvalidArgumentError } from 'commander'
import { lintBytes, lintUrl } from '../../site/src/check/lint-document.ts'
import { systemNetwork } from '../../site/src/check/system-network.ts'
import type { Evaluation } from '../../site/src/client-metadata/evaluate.ts'
import { FETCH_TIMEOUT_MS, MAX_DOCUMENT_BYTES } from '../../site/src/client-metadata/limits.ts'
import { PROFILE_IDS, PROFILES, type ProfileId } from '../../site/src/client-metadata/profiles.ts'
import { EXIT, type CommandResult } from './run-command.ts'
import { trustCa } from './trust-ca.ts'

export interface LintOptions {
  readonly as?: readonly ProfileId[]
  readonly url?: string
  readonly ca?: string
  readonly allowLoopback?: boolean
}

/** `signet lint <file|url>`: what an authorization server makes of a client document. */
export async function lintCommand(document: string, options: LintOptions): Promise<CommandResult> {
  await trustCa(options.ca)
  const profiles = options.as ?? PROFILE_IDS
  const evaluation = /^https?:/i.test(document)
    ? await lintUrl(document, {
        profiles,
        network: systemNetwork,
        ca: undefined,
        allowLoopback: options.allowLoopback === true,
        deadline: () => AbortSignal.timeout(FETCH_TIMEOUT_MS),
      })
    : lintBytes(await readFile(document), options.url, profiles)
  return {
    json: evaluation,
    text: describe(evaluation),
    exitCode: exitCode(evaluation),
  }
}

/** For `--as`. Throws what the command line turns into wrong usage. */
export function parseProfiles(value: string): readonly ProfileId[] {
  return value.split(',').map((name) => {
    const known = PROFILE_IDS.find((id) => id === name.trim())
    if (known === undefined) throw new InvalidArgumentError(`one of ${PROFILE_IDS.join(', ')}`)
    return known
  })
}

/** As much as a server would read and one byte more. Undefined: it cannot be read. */
async function readFile(path: string): Promise<Uint8Array | undefined> {
  try {
    return await buffer(createReadStream(path, { end: MAX_DOCUMENT_BYTES }))
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined
    throw error
  }
}

function exitCode({ verdict, findings }: Evaluation): number {
  const unreached = findings.some(({ id }) => id.startsWith('fetch-') || id === 'file-unreadable')
  if (unreached) return EXIT.unreachable
  return verdict === 'bad' ? EXIT.bad : EXIT.ok
}

function describe({ verdict, clientId, findings, profiles }: Evaluation): string {
  const lines = findings.map(
    ({ severity, id, at, message, fix, section, step }) =>
      `${severity.padEnd(7)} ${id} (${at.join(', ')})\n        ${message} ${fix}\n        step ${step}, ${section}`,
  )
  const servers = PROFILES.flatMap(({ id, name }) => {
    const judged = profiles[id]
    if (judged === undefined) return []
    const why =
      judged.step === null ? judged.lost.join(', ') : `step ${judged.step}, ${judged.rule ?? ''}`
    return [`  ${name.padEnd(34)} ${judged.verdict}${why === '' ? '' : ` (${why})`}`]
  })
  const subject = clientId === undefined ? '' : ` ${JSON.stringify(clientId)}`
  return [`${verdict}${subject}`, '', ...lines, '', 'Authorization servers', ...servers].join('\n')
}
