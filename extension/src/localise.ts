/** The editor's localisation, or an identity function in tests. */
export interface Localise {
  readonly t: (message: string, ...args: (string | number)[]) => string
}
