import { readFile } from 'node:fs/promises'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'

/** Trusts the certificates of one PEM file in this process, beside the system's. */
export async function trustCa(file: string | undefined): Promise<void> {
  if (file === undefined) return
  setDefaultCACertificates([...getCACertificates('default'), await readFile(file, 'utf8')])
}
