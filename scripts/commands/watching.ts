import { join } from 'node:path'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { ROOT } from '../run-tool.ts'
import { checkCommand, type CheckOptions } from './check.ts'
import type { NewCommand } from './publishing.ts'
import { parseSeconds } from './parse-seconds.ts'
import { runCommand } from './run-command.ts'
import { parsePort, watchCommand, type WatchOptions } from './watch.ts'
import { EMITTED } from '../watch/emit.ts'

/** Outside version control: the workflow keeps it on a branch of its own. */
const HISTORY_FOLDER = join(ROOT, 'site', 'history')

type Json<T> = T & { readonly json?: boolean }

/** The commands that watch what is published. */
export function addWatchingCommands(command: NewCommand): void {
  watched(command('check', 'look at everything that is published, as a server would'))
    .argument('[baseUrl]', 'ask here instead of the environment’s own origin', parseOrigin)
    .option('--record', 'keep the run in the history')
    .option('--alert', 'keep it, and tell people of incidents, by the channels of the environment')
    .addOption(
      new Option('--emit <monitor>', 'print the configuration of another monitor instead').choices(
        EMITTED,
      ),
    )
    .addOption(
      new Option(
        '--vantage <service>',
        'also ask from other places of the world; sends the public URLs of documents and keys to it',
      ).choices(['globalping']),
    )
    .addHelpText(
      'after',
      '\nGlobalping works without an account; GLOBALPING_TOKEN raises its limit. Its places give back status, header\nfields, certificate, time, address and 10,000 characters of the body, under one user agent.',
    )
    .action(
      async (baseUrl: string | undefined, options: Json<CheckOptions>) =>
        await runCommand(options.json === true, async () => await checkCommand(baseUrl, options)),
    )

  watched(command('watch', 'look again and again, keep what was seen, tell people of incidents'))
    .argument('[baseUrl]', 'ask here instead of the environment’s own origin', parseOrigin)
    .option('--interval <seconds>', 'from one run to the next', parseSeconds, 60)
    .option('--metrics <port>', 'answer Prometheus on this port of 127.0.0.1', parsePort)
    .option('--systemd', 'print a systemd unit that does this, and end')
    .addHelpText(
      'after',
      '\nChannels come from the environment: SIGNET_ALERT_WEBHOOK, SIGNET_ALERT_SLACK, and GITHUB_TOKEN with\nGITHUB_REPOSITORY. The run in flight ends when the process is told to stop.',
    )
    .action(
      async (baseUrl: string | undefined, options: Json<WatchOptions>) =>
        await runCommand(options.json === true, async () => await watchCommand(baseUrl, options)),
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
