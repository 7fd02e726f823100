import {
  commands,
  Disposable,
  EventEmitter,
  FileSystemError,
  FileType,
  window,
  workspace,
  type ExtensionContext,
  type FileChangeEvent,
  type FileSystemProvider,
} from 'vscode'

/** One empty folder that lies nowhere. */
const EMPTY_FOLDER: FileSystemProvider = {
  onDidChangeFile: new EventEmitter<FileChangeEvent[]>().event,
  watch: () => new Disposable(() => undefined),
  stat: ({ path }) => {
    if (path !== '/folder') throw FileSystemError.FileNotFound(path)
    return { type: FileType.Directory, ctime: 0, mtime: 0, size: 0 }
  },
  readDirectory: () => [],
  readFile: ({ path }) => {
    throw FileSystemError.FileNotFound(path)
  },
  createDirectory: refuse,
  writeFile: refuse,
  delete: refuse,
  rename: refuse,
}

function refuse(): never {
  throw FileSystemError.NoPermissions('nothing can be written here')
}

/** The entry of a test-only extension: the file system of a virtual workspace. */
export function activate({ subscriptions }: ExtensionContext): void {
  subscriptions.push(
    workspace.registerFileSystemProvider('signet-test-memory', EMPTY_FOLDER, { isReadonly: true }),
    commands.registerCommand('signetTest.scheme', () => {
      const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.toString())
      void window.showInformationMessage(`This folder is ${folders.join()}`)
    }),
  )
}
