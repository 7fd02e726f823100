import { env, ProgressLocation, version, window } from 'vscode'
import type { Clock, SignetClient } from '@signet/core'
import type { PublishedIdentity } from '@signet/site/client-metadata'
import { diagnosisText } from './diagnosis-words.ts'
import { diagnosticsReport } from './diagnostics-report.ts'
import type { Localise } from './localise.ts'
import type { WayBack } from './receivers.ts'
import { askForServer } from './server-question.ts'
import type { Settings } from './settings.ts'
import type { TextDocuments } from './text-documents.ts'
import { traceText, type TraceHistory } from './trace-history.ts'

export interface SupportPorts {
  readonly client: SignetClient
  readonly settings: () => Settings
  readonly ignoredSettings: () => readonly string[]
  readonly receivers: () => Promise<readonly WayBack[]>
  readonly identity: () => PublishedIdentity
  readonly history: TraceHistory
  readonly texts: TextDocuments
  readonly extensionVersion: string
  readonly clock: Clock
  readonly l10n: Localise
}

/** "Show Sign-In Trace": a read-only tab that grows while a sign-in goes on. */
export async function showTrace({ texts, history, l10n }: SupportPorts): Promise<void> {
  await texts.show('trace', () => {
    const text = traceText(history.events())
    return text === '' ? l10n.t('No sign-in has been tried in this window yet.') : text
  })
}

/** "Diagnose Server…": what stands in the way of a sign-in, without signing in. */
export async function diagnoseServer(
  ports: SupportPorts,
  given: string | undefined,
): Promise<string | undefined> {
  const { l10n } = ports
  const identity = ports.identity()
  const serverUrl = given ?? (await askForServer(ports))
  if (serverUrl === undefined) return undefined
  const redirectUris = [
    `http://127.0.0.1:${identity.loopbackPorts[0] ?? 0}${identity.loopbackPath}`,
    identity.bounceUri,
  ]
  const options = {
    location: ProgressLocation.Notification,
    title: l10n.t('Asking the servers…'),
    cancellable: true,
  }
  const text = await window.withProgress(options, async (_progress, token) => {
    const controller = new AbortController()
    token.onCancellationRequested(() => controller.abort())
    try {
      const diagnosis = await ports.client.diagnose(serverUrl, redirectUris, controller.signal)
      return diagnosisText(diagnosis, l10n)
    } catch (error) {
      if (controller.signal.aborted) return undefined
      throw error
    }
  })
  if (text !== undefined) await ports.texts.show('diagnosis', () => text)
  return text
}

/** "Copy Diagnostics (Redacted)": a report to paste into an issue. Returns what was copied. */
export async function copyDiagnostics(ports: SupportPorts): Promise<string> {
  const report = diagnosticsReport({
    extensionVersion: ports.extensionVersion,
    editor: `${env.appName} ${version}, ${env.appHost}, scheme ${env.uriScheme}, remote ${env.remoteName === undefined ? 'no' : 'yes'}`,
    platform: `${process.platform} ${process.arch}, Node.js ${process.versions.node}`,
    ways: (await ports.receivers()).map(({ kind }) => kind),
    settings: ports.settings(),
    ignoredSettings: ports.ignoredSettings(),
    sessions: await ports.client.sessions.list(),
    events: ports.history.events(),
    now: ports.clock.now(),
    ownHost: new URL(ports.identity().origin).host,
  })
  await env.clipboard.writeText(report)
  void window.showInformationMessage(
    ports.l10n.t('Diagnostics copied. Server names are numbered and accounts left out.'),
  )
  return report
}
