import { Option, type Command } from 'commander'
import { diffCommand, type DiffOptions } from './diff.ts'
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
