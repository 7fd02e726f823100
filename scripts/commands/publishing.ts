import { Argument, Option, type Command } from 'commander'
import { diffCommand, type DiffOptions } from './diff.ts'
import { KEY_ACTIONS, keysCommand, type KeysOptions } from './keys.ts'
import { runCommand } from './run-command.ts'

/** How every command begins: name, description, `--json`. */
export type NewCommand = (usage: string, description: string) => Command

type Json<T> = T & { readonly json?: boolean }

/** The commands about the published identity. */
export function addPublishingCommands(command: NewCommand): void {
  reachable(
    withEnvironment(
      command('diff', 'say what this tree changes in the published documents, and for whom'),
    ),
  )
    .option('--against <source>', 'compare with: live, ledger, or a file', 'ledger')
    .option('--record', 'append what changed to the ledger, to be reviewed and committed')
    .option('--markdown', 'print a pull request’s comment')
    .option('--ledger <file>', 'another ledger than site/published.json')
    .addHelpText(
      'after',
      '\nA build that goes out (npm run build -- --publish) takes only recorded documents: change\nclients.ts, run `signet diff --record`, commit site/published.json with it.',
    )
    .action(
      async (options: Json<DiffOptions>) =>
        await runCommand(options.json === true, async () => await diffCommand(options)),
    )

  withEnvironment(command('keys', 'look after the keys of the confidential client'))
    .addArgument(new Argument('<action>', 'what to do').choices(KEY_ACTIONS))
    .argument('[kid]', 'which key')
    .addOption(
      new Option('--alg <algorithm>', 'generate: signature algorithm')
        .choices(['ES256', 'RS256', 'EdDSA'])
        .default('ES256'),
    )
    .option('--out <file>', 'generate: private key file, outside this repository (mode 0600)')
    .addOption(
      new Option(
        '--age <recipient>',
        'generate: encrypt the private key to this age recipient; once for each who may read it',
      ).argParser((value: string, before: readonly string[] | undefined) => [
        ...(before ?? []),
        value,
      ]),
    )
    .addOption(
      new Option(
        '--to-stdout',
        'generate: print the private key and keep it nowhere, e.g. for sops',
      ).conflicts(['out', 'age']),
    )
    .option('--reason <words>', 'revoke: why, for people who look for the key')
    .option('--ics <file>', 'plan: also write an iCalendar file')
    .option('--days <number>', 'plan: how far ahead', '365')
    .option('--registry <file>', 'another registry than the repository’s')
    .addHelpText(
      'after',
      '\ngenerated → pending (published) → active (signs) → retiring (published) → retired; revoke ends any of them\nat once and promotes the standby. Commit the registry and deploy after each change.',
    )
    .action(
      async (
        action: (typeof KEY_ACTIONS)[number],
        kid: string | undefined,
        options: Json<KeysOptions>,
      ) =>
        await runCommand(
          options.json === true,
          async () => await keysCommand(action, kid, options),
        ),
    )
}

function withEnvironment(command: Command): Command {
  return command.addOption(
    new Option('--env <environment>', 'whose identity')
      .choices(['production', 'staging', 'local'])
      .default('production'),
  )
}

function reachable(command: Command): Command {
  return command
    .option('--ca <file>', 'also trust the certificates in this PEM file')
    .option('--connect <address:port>', 'reach the origin here instead of where DNS says')
}
