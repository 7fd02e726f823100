import { equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { glob, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { runTool, ROOT } from '../../scripts/run-tool.ts'

const SUITE = join(ROOT, 'node_modules', '@modelcontextprotocol', 'conformance')
const CLIENT = 'node test/conformance/client.ts'
/** Of one scenario, on a loaded machine. */
const SCENARIO_TIMEOUT_MS = 120_000

/** Where the right answer is a refusal, the code it has to have: a crash would pass the suite as well. */
const REFUSALS: Readonly<Record<string, string>> = {
  'auth/resource-mismatch': 'resource_mismatch',
  'auth/metadata-issuer-mismatch': 'issuer_mismatch',
  'auth/iss-supported-missing': 'redirect_issuer_missing',
  'auth/iss-wrong-issuer': 'redirect_issuer_mismatch',
  'auth/iss-unexpected': 'redirect_issuer_mismatch',
  'auth/iss-normalized': 'redirect_issuer_mismatch',
  'auth/scope-retry-limit': 'step_up_refused',
}

interface Requirements {
  readonly client: readonly string[]
  readonly not_scored: readonly { readonly scenario: string; readonly leg: string }[]
}

interface Check {
  readonly id: string
  readonly status: string
}

interface Outcome {
  readonly checks: readonly Check[]
  readonly stderr: string
}

for (const revision of ['2026-07-28', '2025-11-25']) {
  describe(`The MCP conformance suite, requirements of ${revision}`, function () {
    this.timeout(600_000)
    const { client, not_scored: unscored } = parse(
      readFileSync(join(SUITE, 'requirements', `${revision}.yaml`), 'utf8'),
    ) as Requirements
    const extensions = unscored.filter(({ leg }) => leg === 'client').map((it) => it.scenario)
    let outcomes: ReadonlyMap<string, Outcome>

    before(async () => {
      outcomes = await runSuite(revision)
    })

    it('runs all scenarios it asks of a client', () => {
      ok(client.length > 0)
      equal(client.filter((scenario) => !outcomes.has(scenario)).join(), '')
    })

    for (const scenario of [...client, ...extensions]) {
      const code = REFUSALS[scenario]
      it(code === undefined ? `${scenario}: passes` : `${scenario}: refused with ${code}`, () => {
        const outcome = outcomes.get(scenario)
        ok(outcome)
        const failed = outcome.checks.filter(({ status }) => /FAILURE|WARNING/.test(status))
        equal(failed.map(({ id }) => id).join(), '', outcome.stderr)
        ok(outcome.checks.some(({ status }) => status === 'SUCCESS'))
        equal(failureCode(outcome.stderr), code)
        console.log(`      ${String(outcome.checks.length)} checks`)
      })
    }
  })
}

/** The code that the client printed when it gave up; undefined when it went through. */
function failureCode(stderr: string): string | undefined {
  const line = stderr.split('\n').find((text) => text.startsWith('{"code"'))
  return line === undefined ? undefined : (JSON.parse(line) as { code: string }).code
}

/** One run of the suite over everything a revision asks of a client; keyed by scenario. */
async function runSuite(revision: string): Promise<ReadonlyMap<string, Outcome>> {
  const folder = await mkdtemp(join(tmpdir(), 'signet-conformance-'))
  try {
    const args = ['client', '--command', CLIENT, '--requirements', revision]
    const limits = ['--timeout', String(SCENARIO_TIMEOUT_MS), '--output-dir', folder]
    // It fails when a scenario does, and prints its report then; the tests below say which, and why.
    await runTool('conformance', [...args, ...limits], { cwd: ROOT, env: {} }).catch(
      (error: unknown) => console.log(String(error)),
    )
    const outcomes = new Map<string, Outcome>()
    for await (const file of glob('**/checks.json', { cwd: folder })) {
      // The folder of a scenario is its name and the time of the run.
      const name = file.replaceAll('\\', '/').replace(/-\d{4}-\d\d-\d\dT[\w-]+\/checks\.json$/, '')
      outcomes.set(name, {
        checks: JSON.parse(await readFile(join(folder, file), 'utf8')) as Check[],
        stderr: await readFile(join(folder, file, '..', 'stderr.txt'), 'utf8'),
      })
    }
    return outcomes
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
