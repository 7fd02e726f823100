import { visit } from 'jsonc-parser'
import { MAX_JSON_DEPTH } from './limits.ts'
import { isObject, type UntypedDocument } from './members.ts'
import { shown } from './finding.ts'

/** A document's bytes, read step by step as far as they go. */
export interface DocumentText {
  readonly bytes: Uint8Array
  readonly bom: boolean
  readonly utf8: boolean
  /** Without a byte order mark; what is not UTF-8 is replaced. */
  readonly text: string
  /** JSON of any kind; undefined when it is none. */
  readonly json: { readonly value: unknown } | undefined
  readonly document: UntypedDocument | undefined
  /** Members that appear more than once in one object. Not looked for in what nests too deep to be a document. */
  readonly duplicates: readonly string[]
}

const BOM = [0xef, 0xbb, 0xbf]

/** Reads bytes the way the most lenient server does, and remembers what a stricter one would refuse. */
export function readDocumentText(bytes: Uint8Array): DocumentText {
  const text = new TextDecoder().decode(bytes)
  const json = parse(text)
  return {
    bytes,
    bom: BOM.every((byte, index) => bytes[index] === byte),
    utf8: isUtf8(bytes),
    text,
    json,
    document: isObject(json?.value) ? json.value : undefined,
    duplicates:
      json === undefined || isDeeperThan(json.value, MAX_JSON_DEPTH) ? [] : duplicateMembers(text),
  }
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    // Not JSON is an answer here, not a failure; the caller makes a finding of it.
    return undefined
  }
}

/** Level by level, because what nests deep enough breaks a parser that recurses. */
function isDeeperThan(value: unknown, depth: number): boolean {
  let level: readonly unknown[] = [value]
  for (let at = 0; at <= depth && level.length > 0; at += 1) {
    level = level.flatMap((item): readonly unknown[] =>
      typeof item === 'object' && item !== null ? Object.values(item) : [],
    )
  }
  return level.length > 0
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

/** The parser every platform has keeps the last of several equal names and says nothing. */
function duplicateMembers(text: string): readonly string[] {
  const open: Set<string>[] = []
  const duplicates = new Set<string>()
  visit(text, {
    onObjectBegin: () => void open.push(new Set()),
    onObjectEnd: () => void open.pop(),
    onObjectProperty: (name) => {
      const names = open.at(-1)
      if (names?.has(name) === true) duplicates.add(shown(name))
      names?.add(name)
    },
  })
  return [...duplicates]
}
