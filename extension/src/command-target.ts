import type { SessionInfo } from '@signet/core'
import type { TreeNode } from './session-tree.ts'

/** What a command is about. Both undefined: the person is asked. */
export interface CommandTarget {
  readonly serverUrl: string | undefined
  readonly session: SessionInfo | undefined
}

const NOTHING: CommandTarget = { serverUrl: undefined, session: undefined }

/** A command's argument: a server's URL, a row of the view, or nothing when it comes from the palette. */
export function commandTarget(argument: unknown): CommandTarget {
  if (typeof argument === 'string') return { serverUrl: argument, session: undefined }
  if (!isNode(argument)) return NOTHING
  switch (argument.kind) {
    case 'server':
      return { serverUrl: argument.server, session: undefined }
    case 'account':
      return { serverUrl: argument.session.server, session: argument.session }
    case 'fact':
      return NOTHING
  }
}

/** Rows come back as the objects that were handed out; anything else has no `kind` of ours. */
function isNode(argument: unknown): argument is TreeNode {
  return (
    typeof argument === 'object' &&
    argument !== null &&
    'kind' in argument &&
    (argument.kind === 'server' || argument.kind === 'account' || argument.kind === 'fact')
  )
}
