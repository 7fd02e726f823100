import { diagnosisText, findingWords } from '../../extension/src/diagnosis-words.ts'
import { publishedIdentity } from '@signet/site/client-metadata'
import { createTerminalClient } from '../terminal-client.ts'
import { englishWords, EXIT, type CommandResult } from './run-command.ts'
import type { StoreOptions } from './token.ts'
import { trustCa } from './trust-ca.ts'

const EXIT_OF = {
  ok: EXIT.ok,
  degraded: EXIT.ok,
  bad: EXIT.bad,
  unknown: EXIT.unreachable,
} as const

/** `signet diagnose <serverUrl>`: what stands in the way of a sign-in, without signing in. */
export async function diagnoseCommand(
  serverUrl: string,
  options: StoreOptions,
): Promise<CommandResult> {
  await trustCa(options.ca)
  const { loopbackPorts, loopbackPath, bounceUri } = publishedIdentity('production')
  const client = createTerminalClient({
    store: options.store,
    clientId: undefined,
    open: false,
    trace: () => undefined,
  })
  const { verdict, findings, server } = await client.diagnose(
    serverUrl,
    [`http://127.0.0.1:${String(loopbackPorts[0])}${loopbackPath}`, bounceUri],
    new AbortController().signal,
  )
  return {
    json: {
      server,
      verdict,
      findings: findings.map((finding) => {
        const { id, severity, section, step, detail, error } = finding
        const words = findingWords(finding, englishWords)
        return {
          id,
          severity,
          section,
          ...words,
          step,
          detail: error?.detail ?? detail,
        }
      }),
    },
    text: diagnosisText({ server, verdict, findings }, englishWords),
    exitCode: EXIT_OF[verdict],
  }
}
