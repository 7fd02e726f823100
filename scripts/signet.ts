// The command line: `npm run signet -- <command> …`. Words for people on stderr or stdout, `--json` for
// programs; exit codes 0 ok, 1 bad or refused, 2 usage, 3 unreachable or internal.
import { Command, CommanderError, Option } from 'commander'
import { callCommand } from './commands/call.ts'
import { lintCommand, parseProfiles, type LintOptions } from './commands/lint.ts'
import { addPublishingCommands } from './commands/publishing.ts'
import { diagnoseCommand } from './commands/diagnose.ts'
import { parseSeconds } from './commands/parse-seconds.ts'
import { EXIT, runCommand } from './commands/run-command.ts'
import { signInCommand, type SignInOptions } from './commands/sign-in.ts'
import { signOutCommand } from './commands/sign-out.ts'
import { parseKeySource } from './commands/signing-key.ts'
import { tokenCommand, type StoreOptions, type TokenOptions } from './commands/token.ts'
import { addWatchingCommands } from './commands/watching.ts'

type Json<T> = T & { readonly json?: boolean }

const program = new Command('signet')
  .description('Sign in to MCP servers, and publish and watch the identity that does it.')
  .exitOverride()

function command(usage: string, description: string): Command {
  return program
    .command(usage)
    .description(description)
    .option('--json', 'print one JSON value on stdout')
}

function sessionCommand(usage: string, description: string): Command {
  return command(usage, description)
    .option('--store <file>', 'session store (default: your own)')
    .option('--ca <file>', 'also trust the certificates in this PEM file')
}

sessionCommand('sign-in <serverUrl>', 'sign in to an MCP server')
  .option('--client-id <url>', 'identify with the document at this URL')
  .addOption(
    new Option('--redirect <way>', 'how the answer comes back')
      .choices(['loopback', 'paste', 'device'])
      .default('loopback'),
  )
  .option('--no-open', 'print the authorization URL instead of opening it')
  .option('--scope <scopes>', 'ask for these scopes')
  .option('--timeout <seconds>', 'give up after this time', parseSeconds)
  .action(
    async (serverUrl: string, options: Json<SignInOptions>) =>
      await runCommand(options.json === true, async () => await signInCommand(serverUrl, options)),
  )

sessionCommand('token <serverUrl>', 'print a valid access token')
  .addOption(
    new Option(
      '--client <name>',
      'ask as this confidential client itself, no person present',
    ).choices(['agent']),
  )
  .addOption(
    new Option(
      '--key <source>',
      'its private JWK: env:NAME, file:PATH of mode 0600, or age:PATH',
    ).conflicts('store'),
  )
  .option(
    '--client-id <url>',
    'with --client: the address of its document, if not the built-in one',
  )
  .option('--scope <scopes>', 'with --client: ask for these scopes')
  .addHelpText(
    'after',
    '\nage:PATH is opened with the age identity in SIGNET_AGE_IDENTITY, or with those of the file that\nSIGNET_AGE_IDENTITY_FILE names (mode 0600). From sops: `sops exec-env secrets.yaml "signet token … --key env:AGENT_KEY"`.',
  )
  .action(
    async (
      serverUrl: string,
      { key, ...options }: Json<Omit<TokenOptions, 'key'>> & { readonly key?: string },
      self: Command,
    ) => {
      const source = key === undefined ? undefined : parseKeySource(key)
      if (key !== undefined && source === undefined)
        self.error('error: --key takes env:NAME, file:PATH or age:PATH, never the key itself')
      if ((options.client === undefined) !== (source === undefined))
        self.error('error: --client and --key belong together')
      await runCommand(
        options.json === true,
        async () => await tokenCommand(serverUrl, { ...options, key: source }),
      )
    },
  )

sessionCommand('sign-out <serverUrl>', 'revoke and forget a session').action(
  async (serverUrl: string, options: Json<StoreOptions>) =>
    await runCommand(options.json === true, async () => await signOutCommand(serverUrl, options)),
)

sessionCommand(
  'call <serverUrl> <tool> [arguments]',
  'call one MCP tool; arguments are a JSON object',
).action(
  async (serverUrl: string, tool: string, json: string | undefined, options: Json<StoreOptions>) =>
    await runCommand(
      options.json === true,
      async () => await callCommand(serverUrl, tool, json, options),
    ),
)

command(
  'lint <document>',
  'evaluate a client document, a file or a URL, like an authorization server',
)
  .option('--as <profiles>', 'judge it by these servers only, comma-separated', parseProfiles)
  .option('--url <url>', 'where a file would be served (default: its own client_id)')
  .option('--ca <file>', 'also trust the certificates in this PEM file')
  .option('--allow-loopback', 'fetch from loopback hosts too, as a server on this machine would')
  .action(
    async (document: string, options: Json<LintOptions>) =>
      await runCommand(options.json === true, async () => await lintCommand(document, options)),
  )

sessionCommand('diagnose <serverUrl>', 'say what stands in the way of a sign-in').action(
  async (serverUrl: string, options: Json<StoreOptions>) =>
    await runCommand(options.json === true, async () => await diagnoseCommand(serverUrl, options)),
)

addPublishingCommands(command)
addWatchingCommands(command)

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage
  if (process.exitCode === EXIT.usage && process.argv.includes('--json')) {
    const failure = {
      code: 'usage',
      step: 'input',
      section: '-',
      message: error.message.replace(/^error: /, ''),
    }
    const action = 'Run it with --help.'
    process.stdout.write(`${JSON.stringify({ error: { ...failure, action } })}\n`)
  }
}
