import { readFile } from 'node:fs/promises'
import JSZip from 'jszip'

/** Name → text of every file in a VSIX, which is a zip. */
export async function vsixFiles(path: string): Promise<ReadonlyMap<string, string>> {
  const zip = await JSZip.loadAsync(await readFile(path))
  const files = Object.values(zip.files).filter((file) => !file.dir)
  return new Map(
    await Promise.all(files.map(async (file) => [file.name, await file.async('string')] as const)),
  )
}
