/** Why a file of the person's own cannot be used, in words; undefined for any other error. Pure. */
export function fileWords(error: unknown): string | undefined {
  if (!isFileError(error)) return undefined
  return `${error.path}: ${REASONS[error.code] ?? error.code}.`
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'that is a folder, not a file',
  EACCES: 'you are not allowed to use it',
  EPERM: 'you are not allowed to use it',
  EROFS: 'nothing can be written there',
  ENOSPC: 'no space is left there',
}

function isFileError(error: unknown): error is Error & { code: string; path: string } {
  if (!(error instanceof Error) || !('code' in error) || !('path' in error)) return false
  // A program that cannot be started has a path, too.
  const spawned = 'syscall' in error && String(error.syscall).startsWith('spawn')
  return typeof error.code === 'string' && typeof error.path === 'string' && !spawned
}
