import { join } from 'node:path'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { ROOT } from '../run-tool.ts'
import { checkCommand, type CheckOptions } from './check.ts'
import type { NewCommand } from './publishing.ts'
import { runCommand } from './run-command.ts'

/** Outside version control: the workflow keeps it on a branch of its own. */
const HISTORY_FOLDER = join(ROOT, 'site', 'history')

type Json<T> = T & { readonly json?: boolean }

/** The commands that watch what is published. */
export function addWatchingCommands(command: NewCommand): void {
  watched(command('check', 'look at everything that is published, as a server would'))
    .argument('[baseUrl]', 'ask here instead of the environment’s own origin', parseOrigin)
    .option('--record', 'keep the run in the history')
    .option('--alert', 'keep it, and tell people of incidents, by the channels of the environment')
    .action(
      async (baseUrl: string | undefined, options: Json<CheckOptions>) =>
        await runCommand(options.json === true, async () => await checkCommand(baseUrl, options)),
    )
}

function watched(command: Command): Command {
  return command
    .addOption(
      new Option('--env <environment>', 'whose identity')
        .choices(['production', 'staging', 'local'])
        .default('production'),
    )
    .option('--ca <file>', 'also trust the certificates in this PEM file')
    .option('--connect <address:port>', 'reach the origin here instead of where DNS says')
    .option('--history <folder>', 'folder of the history', HISTORY_FOLDER)
    .option('--dist <folder>', 'compare the pages with this build of the site')
}

function parseOrigin(value: string): string {
  const url = URL.parse(value)
  if (url?.protocol !== 'https:') throw new InvalidArgumentError('an https origin')
  return url.origin
}
