const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** Text as HTML that shows it: what Atom calls `type="html"` (RFC 4287 section 3.1.1.2). Not for attributes. */
export function htmlText(text: string): string {
  return text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character)
}
