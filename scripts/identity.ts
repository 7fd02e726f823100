// The steps of the publishing pipeline that are not `signet` commands or the build: what a workflow runs, a
// person can run. `npm run identity -- <step> --help`.
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { Command, CommanderError } from 'commander'
import { ORIGINS } from '../site/src/client-metadata/clients.ts'
import { isAppendOnly, markPublished } from '../site/src/client-metadata/versions.ts'
import { onlyAdded, readReleases } from '../site/src/publish/compatibility.ts'
import { buildTarget } from '../site/src/publish/environment.ts'
import { readLedger } from '../site/src/publish/ledger.ts'
import { currentDocuments, routes } from '../site/src/publish/routes.ts'
import { CommandFailure } from './commands/command-failure.ts'
import { EXIT, runCommand, type CommandResult } from './commands/run-command.ts'
import { failureReport, type FailedPublication } from './publish/failure-report.ts'
import { LEDGER_FILE, readLedgerFile, RELEASES_FILE, writeLedgerFile } from './publish/files.ts'
import { LIMITS } from './publish/limits.ts'
import { fetchServed, type Reach } from './publish/served.ts'
import { waitUntilLive, type LiveReport } from './publish/wait-live.ts'

interface LiveOptions extends Reach {
  readonly ledger: string
  readonly timeout: string
  readonly interval: string
}

/** Whether the ledger only grew since another state of it. Throws `publication_blocked`. */
async function ledgerKept(before: string, ledger: string): Promise<CommandResult> {
  const old = readLedger(JSON.parse(await readFile(before, 'utf8')))
  const now = await readLedgerFile(ledger)
  if (!isAppendOnly(old, now))
    throw new CommandFailure(
      'publication_blocked',
      'site/published.json lost or changed an entry.',
      'Restore it, then append with `signet diff --record`.',
    )
  const added = now.versions.length - old.versions.length
  return {
    json: { added },
    text: `${String(added)} versions added`,
    exitCode: EXIT.ok,
  }
}

/** Whether the file of releases only grew since another state of it. Throws `publication_blocked`. */
async function releasesKept(before: string, releases: string): Promise<CommandResult> {
  const read = async (file: string) => readReleases(JSON.parse(await readFile(file, 'utf8')))
  const [old, now] = [await read(before), await read(releases)]
  if (!onlyAdded(old, now))
    throw new CommandFailure(
      'publication_blocked',
      'extension/releases.json lost or changed a release.',
      'Restore it: people run what it names until its support ends.',
    )
  const added = now.length - old.length
  return { json: { added }, text: `${String(added)} releases added`, exitCode: EXIT.ok }
}

/** Waits until what was built is served, then enters the day into the ledger. Throws `bytes_not_served`. */
async function markLive({
  ledger,
  timeout,
  interval,
  ca,
  connect,
}: LiveOptions): Promise<CommandResult> {
  const target = buildTarget(process.env)
  const expected = routes(target)
  const deadline = Date.now() + Number(timeout) * 1000
  const pauseMs = Number(interval) * 1000
  const reach = { ...(ca && { ca }), ...(connect && { connect }) }
  const { live, missing } = await waitUntilLive(ORIGINS[target.environment], expected, {
    look: async (url) => await fetchServed(url, reach),
    pause: async (lacking) => {
      process.stderr.write(`Not yet: ${missingWords(lacking)}.\n`)
      await delay(pauseMs)
    },
    more: () => Date.now() + pauseMs < deadline,
  })
  if (missing.length > 0)
    throw new CommandFailure(
      'bytes_not_served',
      `Not live: ${missingWords(missing)}.`,
      'Deploy the version before this one again, then look at the host.',
    )
  const clientIds = currentDocuments(target).map(({ clientId }) => clientId)
  const before = await readLedgerFile(ledger)
  await writeLedgerFile(ledger, markPublished(before, clientIds, new Date().toISOString()))
  return {
    json: { live },
    text: `live: ${live.join(', ')}`,
    exitCode: EXIT.ok,
  }
}

function missingWords(missing: LiveReport['missing']): string {
  return missing.map(({ path, reason }) => `${path} ${reason}`).join(', ')
}

const program = new Command('identity').exitOverride()

program
  .command('ledger-kept <before>')
  .description('fail unless the ledger only grew since this older file')
  .option('--ledger <file>', 'another ledger than site/published.json', LEDGER_FILE)
  .action(
    async (before: string, { ledger }: { readonly ledger: string }) =>
      await runCommand(false, async () => await ledgerKept(before, ledger)),
  )

program
  .command('releases-kept <before>')
  .description('fail unless the file of releases only grew since this older file')
  .option('--releases <file>', 'another file than extension/releases.json', RELEASES_FILE)
  .action(
    async (before: string, { releases }: { readonly releases: string }) =>
      await runCommand(false, async () => await releasesKept(before, releases)),
  )

program
  .command('mark-live')
  .description('wait until the built bytes are served, then record the day')
  .option('--ledger <file>', 'another ledger than site/published.json', LEDGER_FILE)
  .option('--timeout <seconds>', 'give up after this time', String(LIMITS.pollMs / 1000))
  .option('--interval <seconds>', 'between two looks', String(LIMITS.pollIntervalMs / 1000))
  .option('--ca <file>', 'also trust the certificates in this PEM file')
  .option('--connect <address:port>', 'reach the origin here instead of where DNS says')
  .action(
    async (options: LiveOptions) => await runCommand(false, async () => await markLive(options)),
  )

program
  .command('failure-report')
  .description('print the issue about a publication that did not become live, as Markdown')
  .requiredOption('--version <commit>', 'what was to be published')
  .requiredOption('--deployed <result>', 'how the deployment ended, as GitHub says it')
  .requiredOption('--restored <result>', 'how bringing the last good version back ended')
  .requiredOption('--run <url>', 'where the log is')
  .action(
    async (options: FailedPublication) =>
      await runCommand(false, () => {
        const text = failureReport(ORIGINS[buildTarget(process.env).environment], options)
        return Promise.resolve({ json: { text }, text, exitCode: EXIT.ok })
      }),
  )

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage
}
