import { join } from 'node:path'
import { runMainJob } from '../../test/e2e/main-job.ts'
import { ROOT } from '../run-tool.ts'

const SCREENSHOTS = join('test-results', 'sign-in')

/** Signs in by itself, prints what was seen, and returns the exit code: 0 when all of it is as it must be. */
export async function runAutomatically(
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  try {
    const screenshots = join(ROOT, SCREENSHOTS)
    const facts = await runMainJob({
      redirect: 'loopback',
      screenshots,
      progress,
      signal,
    })
    const lines = [
      ['document fetched by the server', facts.documentFetched],
      ['redirect used', facts.redirectUri],
      ['token audience', `${facts.aud} (client_id ${facts.clientId})`],
      ['tool call result', facts.toolResult.split('\n').at(-1) ?? ''],
    ] as const
    console.log('')
    for (const [name, value] of lines) console.log(`${name}: ${value}`)
    console.log(`screenshots: ${SCREENSHOTS}`)
    return lines.every(([, value]) => value !== '') && facts.clientId === facts.documentFetched
      ? 0
      : 1
  } catch (error) {
    if (signal.aborted) return 130
    console.error(error instanceof Error ? error.message : error)
    return 1
  }
}
