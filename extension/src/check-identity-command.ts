import { ProgressLocation, window } from 'vscode'
import { isSignInError, type CorePorts } from '@signet/core'
import type { PublishedIdentity } from '@signet/site/client-metadata'
import type { Localise } from './localise.ts'
import { networkWords } from './network-words.ts'
import { checkPublished, type PublishedProblem } from './published-check.ts'
import type { TextDocuments } from './text-documents.ts'

export interface CheckIdentityPorts extends Pick<CorePorts, 'fetch' | 'clock'> {
  readonly identity: () => PublishedIdentity
  readonly texts: TextDocuments
  readonly l10n: Localise
}

/**
 * "Check Published Identity": reads the document behind this client's id as an authorization server would, and
 * says in a read-only tab what became of it. Returns that text; undefined when the person cancelled.
 */
export async function checkIdentity(ports: CheckIdentityPorts): Promise<string | undefined> {
  const { l10n, texts } = ports
  const identity = ports.identity()
  const { clientId } = identity
  const words = identity.reservedOrigin
    ? [
        l10n.t('This build has no published identity: its address is a reserved name.'),
        l10n.t(
          'Put your own origin into clients.ts and publish the site. Until then servers that are not on this machine are offered the next way to identify this client.',
        ),
      ]
    : await judged(ports, identity)
  if (words === undefined) return undefined
  const text = [clientId, '', ...words, ''].join('\n')
  await texts.show('identity', () => text)
  return text
}

async function judged(
  ports: CheckIdentityPorts,
  identity: PublishedIdentity,
): Promise<readonly string[] | undefined> {
  const { l10n } = ports
  const options = {
    location: ProgressLocation.Notification,
    title: l10n.t('Reading the published document…'),
    cancellable: true,
  }
  return await window.withProgress(options, async (_progress, token) => {
    const cancelled = new AbortController()
    token.onCancellationRequested(() => cancelled.abort())
    try {
      const problems = await checkPublished(ports, identity, cancelled.signal)
      return problems.length === 0
        ? [l10n.t('Servers read exactly what this build publishes. Nothing to do.')]
        : problems.flatMap((problem) => problemWords(problem, l10n))
    } catch (error) {
      if (isSignInError(error, 'cancelled')) return undefined
      if (isSignInError(error, 'response_too_large'))
        return problemWords({ kind: 'too-large' }, l10n)
      throw error
    }
  })
}

/** What is so, and what to do. Names from the served document are JSON, so that none passes for a line of ours. */
function problemWords(problem: PublishedProblem, l10n: Localise): readonly string[] {
  const again = l10n.t('Publish the site again from this source.')
  switch (problem.kind) {
    case 'unreachable':
      return [
        l10n.t('The document cannot be reached: {0}', networkWords(problem.reason, l10n)),
        l10n.t('While it is away, servers that do not hold a copy refuse every new sign-in.'),
      ]
    case 'status':
      return [
        l10n.t('The address answers with status {0} instead of 200.', problem.status),
        l10n.t('Publish the site again; the document has to be at exactly this address.'),
      ]
    case 'content-type':
      return [
        l10n.t('The document is not served as application/json, so servers refuse it.'),
        l10n.t('Correct the header fields of the host; the site’s build brings them.'),
      ]
    case 'too-large':
      return [l10n.t('The document is larger than 5 KB, more than servers read.'), again]
    case 'not-json':
      return [l10n.t('The document is not a JSON object.'), again]
    case 'client-id':
      return [l10n.t('The document names another client_id than its address.'), again]
    case 'redirects':
      return [
        l10n.t('Redirect URIs that this extension uses are not listed, so sign-ins will fail:'),
        ...problem.missing.map((uri) => `    ${uri}`),
        again,
      ]
    case 'differs':
      return [
        l10n.t('Servers accept the document, but it is not the one of this build.'),
        l10n.t('Different: {0}', JSON.stringify(problem.members)),
        l10n.t('If this build is the newer one, publish its site; else update the extension.'),
      ]
  }
}
