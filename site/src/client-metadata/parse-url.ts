/**
 * Strings that are kept: about what twenty documents name. Evaluating one document asks for the same few
 * addresses in a hundred rules, and parsing them is most of the work.
 */
const CAPACITY = 256

/** A pure function of one string that keeps its latest answers. */
export function remembered<Value>(compute: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, { readonly value: Value }>()
  return (text) => {
    const kept = known.get(text)
    if (kept !== undefined) return kept.value
    if (known.size === CAPACITY) known.clear()
    const value = compute(text)
    known.set(text, { value })
    return value
  }
}

/** What servers see once a parser has tidied a URL up; null when it is none. Never changed: it is shared. */
export const parseUrl: (text: string) => Readonly<URL> | null = remembered((text) =>
  URL.parse(text),
)
