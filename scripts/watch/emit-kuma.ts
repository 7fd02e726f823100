import type { Target } from '../../site/src/check/targets.ts'
import { SHORTEST_SERVER_TIMEOUT_MS } from '../../site/src/client-metadata/limits.ts'
import { writtenText } from './written-text.ts'

/** What one entry of a backup's `monitorList` may say; its import takes over no other members that are of use here. */
export interface KumaMonitor {
  readonly id: number
  readonly name: string
  readonly type: 'http' | 'keyword'
  readonly url: string
  readonly method: 'GET'
  /** What the body has to contain; where that is JSON, as written without white space. */
  readonly keyword?: string
  readonly interval: number
  readonly retryInterval: number
  readonly maxretries: number
  /** Seconds. */
  readonly timeout: number
  readonly maxredirects: number
  readonly accepted_statuscodes: readonly string[]
  readonly ignoreTls: boolean
  readonly upsideDown: boolean
  readonly invertKeyword: boolean
  /** Anything but the number 1 is imported as paused. */
  readonly active: 1
  readonly notificationIDList: Readonly<Record<string, boolean>>
  readonly tags: readonly never[]
}

/** A backup file of Uptime Kuma 1. JSON has no comments, so the first member is one. */
export function kumaBackup(targets: readonly Target[], missing: readonly string[]): string {
  const comment = [
    ...missing,
    'Nor any header field. It holds the published text, so write it anew with each publication. A backup of',
    'Uptime Kuma 1 (Settings, Backup, Import); version 2 imports none.',
  ]
  const backup = {
    '//': comment.join(' '),
    version: '1.23.16',
    notificationList: [],
    monitorList: kumaMonitors(targets),
  }
  return `${JSON.stringify(backup, undefined, 2)}\n`
}

/** The strictest look that Uptime Kuma can be told to take. */
export function kumaMonitors(targets: readonly Target[]): readonly KumaMonitor[] {
  return targets.map(kumaMonitor)
}

function kumaMonitor(target: Target, index: number): KumaMonitor {
  const { path, url, clientId } = target
  const text = writtenText(target)
  const named = clientId === undefined ? undefined : `"client_id":${JSON.stringify(clientId)}`
  const keyword = text === undefined ? named : asKumaCompares(text)
  return {
    id: index + 1,
    name: path,
    type: keyword === undefined ? 'http' : 'keyword',
    url,
    method: 'GET',
    ...(keyword !== undefined && { keyword }),
    interval: 60,
    retryInterval: 20,
    maxretries: 1,
    // Its status does not depend on how long an answer took, so what is too slow has to end in a failure.
    timeout: SHORTEST_SERVER_TIMEOUT_MS / 1000,
    maxredirects: 0,
    accepted_statuscodes: ['200'],
    ignoreTls: false,
    upsideDown: false,
    invertKeyword: false,
    active: 1,
    notificationIDList: {},
    tags: [],
  }
}

/** It parses whatever is JSON, and writes it again before it looks for the keyword. */
export function asKumaCompares(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    return text
  }
}
