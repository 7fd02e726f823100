import { EventEmitter, Uri, window, workspace } from 'vscode'
import type { TraceHistory } from './trace-history.ts'

/** Read-only tabs whose text is made on demand. */
export interface TextDocuments {
  readonly show: (name: string, text: () => string) => Promise<void>
  readonly dispose: () => void
}

const SCHEME = 'signet-text'

export function createTextDocuments(history: TraceHistory): TextDocuments {
  const changes = new EventEmitter<Uri>()
  const texts = new Map<string, () => string>()
  const uriOf = (name: string) => Uri.from({ scheme: SCHEME, path: `Signet ${name}.log` })
  const registration = workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: changes.event,
    provideTextDocumentContent: (uri) => texts.get(uri.path)?.() ?? '',
  })
  const unsubscribe = history.onDidAdd(() => changes.fire(uriOf('trace')))
  return {
    show: async (name, text) => {
      const uri = uriOf(name)
      texts.set(uri.path, text)
      changes.fire(uri)
      await window.showTextDocument(await workspace.openTextDocument(uri), { preview: false })
    },
    dispose: () => {
      unsubscribe()
      registration.dispose()
      changes.dispose()
    },
  }
}
