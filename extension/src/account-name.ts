import type { SessionInfo } from '@signet/core'
import type { Localise } from './localise.ts'

/** Enough that two accounts of one person do not meet; short enough to read out. */
const TAG_CHARS = 5

/** What a person calls a session's account. Pure. */
export function accountName(session: SessionInfo, l10n: Localise): string {
  return session.accountLabel ?? suggestedName(session, l10n)
}

/** True when no name, or one that another account has, is all that the server says. Pure. */
export function needsName(session: SessionInfo, all: readonly SessionInfo[]): boolean {
  if (session.accountNamed) return false
  return session.accountLabel === undefined || isTaken(session, session.accountLabel, all)
}

/** Never the name of an earlier account, also one that is gone: part of the session's random id. Pure. */
export function suggestedName({ id, accountLabel }: SessionInfo, l10n: Localise): string {
  return `${accountLabel ?? l10n.t('Account')} ${id.slice(0, TAG_CHARS)}`
}

/** Whether another account of the same server is called like this. Pure. */
export function isTaken(session: SessionInfo, name: string, all: readonly SessionInfo[]): boolean {
  return all.some(
    ({ id, server, accountLabel }) =>
      id !== session.id && server === session.server && accountLabel === name.trim(),
  )
}
