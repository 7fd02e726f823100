import { errorSource, isSignInError, plainText } from '@signet/core'
import { CommandFailure } from './command-failure.ts'
import { fileWords } from './file-words.ts'
import { printable } from './printable.ts'
import { messageFor } from '../../extension/src/messages.ts'

/** Exit codes of every command: ok, bad or refused, usage, unreachable or internal. */
export const EXIT = { ok: 0, bad: 1, usage: 2, unreachable: 3 } as const

const UNREACHABLE = new Set([
  'server_unreachable',
  'discovery_unreachable',
  'token_unreachable',
  'store_unavailable',
  'origin_unreachable',
])

/** About the key a client proves itself with, not about publishing one. */
const IDENTITY_FAILURES = new Set([
  'key_missing',
  'key_file_readable',
  'key_file_too_large',
  'key_unusable',
  'key_age_identity_missing',
  'key_age_identity_unusable',
  'key_age_wrong_identity',
  'key_age_malformed',
])

export interface CommandResult {
  /** The command's JSON value. */
  readonly json: unknown
  /** The same for people; printed on stdout unless `--json`. */
  readonly text: string
  readonly exitCode: number
}

/**
 * Runs one command and prints its result: with `--json` one JSON value on stdout and nothing else there,
 * otherwise words. A failure becomes `{"error": {code, step, section, message, action}}`.
 */
export async function runCommand(
  json: boolean,
  command: () => Promise<CommandResult>,
): Promise<void> {
  try {
    const result = await command()
    process.stdout.write(json ? `${JSON.stringify(result.json)}\n` : `${result.text}\n`)
    process.exitCode = result.exitCode
  } catch (error) {
    const failure = describe(error)
    // The detail is what the editor keeps in its log; encoded, because parts of it are a server's words.
    const detail = isSignInError(error) ? ` ${printable(error.detail)}` : ''
    // A sign-in's action is the name of a button; a publishing command's is a sentence.
    const next = error instanceof CommandFailure ? `${failure.action}\n` : ''
    process.stderr.write(
      `${failure.message}\n${next}${failure.code} (${failure.section})${detail}\n`,
    )
    if (json) process.stdout.write(`${JSON.stringify({ error: failure })}\n`)
    process.exitCode =
      UNREACHABLE.has(failure.code) || failure.code === 'internal' ? EXIT.unreachable : EXIT.bad
  }
}

function describe(error: unknown) {
  if (error instanceof CommandFailure) {
    const { code, message, action } = error
    const step = IDENTITY_FAILURES.has(code) ? 'identity' : 'publish'
    return { code, step, section: '-', message, action }
  }
  const file = fileWords(error)
  if (file !== undefined) {
    const action = 'Check the path.'
    return { code: 'file_unusable', step: 'input', section: '-', message: plainText(file), action }
  }
  if (!isSignInError(error)) {
    // An MCP server's own words, where it refuses a call.
    const message = plainText(error instanceof Error ? error.message : String(error))
    return {
      code: 'internal',
      step: 'internal',
      section: '-',
      message,
      action: 'log',
    }
  }
  const { step, section } = errorSource(error.code)
  const { text, actions } = messageFor(error.code, error.detail, englishWords)
  return {
    code: error.code,
    step,
    section,
    message: text,
    action: actions[0] ?? 'none',
  }
}

/** The editor's l10n without a language: puts arguments into the English text. */
export const englishWords = {
  t: (message: string, ...args: (string | number)[]): string =>
    message.replace(/\{(\d)\}/g, (_match, index: string) => String(args[Number(index)] ?? '')),
}
