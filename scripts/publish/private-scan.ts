import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import JSZip from 'jszip'
import { PRIVATE_MEMBERS } from '../../site/src/client-metadata/keys/registry.ts'

const PEM = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/
/** What opens age files: as secret as the keys in them. */
const AGE_IDENTITY = /AGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]{50}/
/** A quoted or bare member `d`, `k`, … with base64url of at least 20 characters, as in JSON and in code. */
const MEMBER = new RegExp(
  `(?<![\\w$.])["']?(?:${PRIVATE_MEMBERS.join('|')})["']?\\s*:\\s*["'][\\w-]{20,}["']`,
)
const KEY_TYPE = /["']?kty["']?\s*:\s*["'](?:EC|OKP|RSA|oct)["']/

/** Whether a text holds a private key: PEM, an age identity, a JWK in JSON, or a JWK as code writes it. */
export function holdsPrivateKey(text: string): boolean {
  return (
    PEM.test(text) ||
    AGE_IDENTITY.test(text) ||
    jsonHolds(text) ||
    (KEY_TYPE.test(text) && MEMBER.test(text))
  )
}

/** Names of the files in a folder or a zip file (a VSIX) that hold a private key. */
export async function filesWithPrivateKeys(path: string): Promise<readonly string[]> {
  const found: string[] = []
  if (/\.(vsix|zip)$/.test(path)) {
    const zip = await JSZip.loadAsync(await readFile(path))
    for (const file of Object.values(zip.files))
      if (!file.dir && holdsPrivateKey(await file.async('string'))) found.push(file.name)
    return found
  }
  for await (const entry of glob('**/*', { cwd: path, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name)
    if (entry.isFile() && holdsPrivateKey(await readFile(file, 'utf8'))) found.push(file)
  }
  return found
}

function jsonHolds(text: string): boolean {
  try {
    return valueHolds(JSON.parse(text))
  } catch {
    // No JSON: the patterns look at it.
    return false
  }
}

function valueHolds(value: unknown): boolean {
  if (typeof value === 'string')
    return PEM.test(value) || (value.startsWith('{') && jsonHolds(value))
  if (typeof value !== 'object' || value === null) return false
  const record = value as Readonly<Record<string, unknown>>
  const key = typeof record.kty === 'string' && PRIVATE_MEMBERS.some((name) => name in record)
  return key || Object.values(record).some(valueHolds)
}
