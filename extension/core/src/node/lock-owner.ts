import { createHash, randomBytes } from 'node:crypto'
import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { hasCode } from './error-code.ts'

/** A name for one stay in a lock: the machine, the process, and what makes it the only one. */
export function ownerName(): string {
  return `${machine()}-${process.pid}-${randomBytes(8).toString('hex')}`
}

/**
 * True when the process of that name has certainly ended. A process of another machine or container is
 * never known to have, nor one whose number another process has got since.
 */
export function hasEnded(owner: string): boolean {
  const [where, pid] = owner.split('-')
  if (where !== machine()) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return hasCode(error, 'ESRCH')
  }
}

/** Process numbers mean something within one of these. */
function machine(): string {
  return createHash('sha256')
    .update(`${hostname()} ${processNamespace()}`)
    .digest('hex')
    .slice(0, 12)
}

/** Containers that share a folder can share a host name as well. Linux only. */
function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    // Other systems number their processes once.
    return ''
  }
}
