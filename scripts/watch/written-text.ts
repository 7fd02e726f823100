import type { Target, TargetKind } from '../../site/src/check/targets.ts'

/** What may not change but by a publication; a page's words may, and a picture cannot be written down. */
const WRITTEN_DOWN = new Set<TargetKind>(['document', 'keys', 'copy', 'file', 'callback'])

/** The text that another monitor should expect, without white space at its ends; undefined: any. */
export function writtenText({ kind, expected }: Target): string | undefined {
  if (expected === undefined || !WRITTEN_DOWN.has(kind)) return undefined
  return new TextDecoder().decode(expected).trim()
}
