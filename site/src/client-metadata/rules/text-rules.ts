import type { DocumentText } from '../document-text.ts'
import { when, type Rule } from '../finding.ts'
import { MAX_DOCUMENT_BYTES, SMALLEST_DOCUMENT_LIMIT_BYTES } from '../limits.ts'

const isHtml = ({ text }: DocumentText) => /^\s*(?:<!doctype html|<html|<head|<body)/i.test(text)
const isEmpty = ({ text }: DocumentText) => text.trim() === ''

/** Step 8, of the number of bytes, however they came. */
export const SIZE_RULES: readonly Rule<number>[] = [
  {
    id: 'document-too-large',
    severity: 'error',
    step: 8,
    section: 'CIMD 8.7',
    message: `The document is larger than the ${MAX_DOCUMENT_BYTES} bytes that servers read.`,
    fix: 'Leave out what no server needs.',
    check: (bytes) => when(bytes > MAX_DOCUMENT_BYTES, 'body'),
  },
  {
    id: 'document-nearly-too-large',
    severity: 'warning',
    step: 8,
    section: 'CIMD 8.7',
    message: `The document is larger than ${SMALLEST_DOCUMENT_LIMIT_BYTES} bytes; Keycloak reads no more.`,
    fix: 'Leave out what no server needs.',
    check: (bytes) =>
      when(bytes > SMALLEST_DOCUMENT_LIMIT_BYTES && bytes <= MAX_DOCUMENT_BYTES, 'body'),
  },
]

/** Step 9, of what the bytes say. */
export const TEXT_RULES: readonly Rule<DocumentText>[] = [
  {
    id: 'text-not-utf8',
    severity: 'error',
    step: 9,
    section: 'RFC 8259 8.1',
    message: 'The document is not UTF-8.',
    fix: 'Save it as UTF-8.',
    check: ({ utf8 }) => when(!utf8, 'body'),
  },
  {
    id: 'text-bom',
    severity: 'error',
    step: 9,
    section: 'RFC 8259 8.1',
    message: 'The document begins with a byte order mark; oidc-provider refuses it.',
    fix: 'Save it as UTF-8 without BOM.',
    check: ({ bom }) => when(bom, 'body'),
  },
  {
    id: 'text-empty',
    severity: 'error',
    step: 9,
    section: 'CIMD 4',
    message: 'The document is empty.',
    fix: 'Serve the document.',
    check: (read) => when(isEmpty(read), 'body'),
  },
  {
    id: 'text-html',
    severity: 'error',
    step: 9,
    section: 'CIMD 4',
    message: 'This is an HTML page, not a document.',
    fix: 'Look for a fallback to index.html, an error page or a bot challenge at this path.',
    check: (read) => when(isHtml(read), 'body'),
  },
  {
    id: 'text-not-json',
    severity: 'error',
    step: 9,
    section: 'CIMD 4',
    message: 'The document is not JSON.',
    fix: 'Look for comments, trailing commas and anything after the last brace.',
    check: (read) => when(read.json === undefined && !isEmpty(read) && !isHtml(read), 'body'),
  },
  {
    id: 'text-not-object',
    severity: 'error',
    step: 9,
    section: 'CIMD 4',
    message: 'The document is JSON, but not an object.',
    fix: 'Put the members into one object.',
    check: ({ json, document }) => when(json !== undefined && document === undefined, 'body'),
  },
  {
    id: 'text-duplicate-members',
    severity: 'error',
    step: 9,
    section: 'RFC 8259 4',
    message: 'A member appears more than once; servers differ in which they take.',
    fix: 'Keep one.',
    check: ({ duplicates }) => duplicates,
  },
]
