/** Every command of the manifest; a test holds the two lists against each other. */
export const COMMANDS = [
  'signIn',
  'signInAgain',
  'signOut',
  'switchAccount',
  'copySignInLink',
  'pasteRedirectUrl',
  'tryAnotherWay',
  'useInChat',
  'stopUsingInChat',
  'setClientSecret',
  'checkIdentity',
  'showTrace',
  'diagnose',
  'copyDiagnostics',
  'showLog',
] as const

/** Without the `signet.` before it. */
export type CommandId = (typeof COMMANDS)[number]
