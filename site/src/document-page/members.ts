import { ANNOTATIONS, redirectKind, type Annotation } from './annotations.ts'

/** One member as it stands in the bytes, and what there is to say about it. */
export interface AnnotatedMember {
  readonly name: string
  /** Its lines, verbatim, with the line feed at the end. */
  readonly text: string
  readonly annotation: Annotation
  /** Values of it that have something of their own to say; in the document's order, alike ones together. */
  readonly notes: readonly ValueNote[]
}

export interface ValueNote {
  readonly values: readonly string[]
  readonly words: string
}

/**
 * The members of a rendered document, in its order; their texts, joined and put between `{` and `}` lines,
 * are its bytes. Throws TypeError for a member or a value that nobody has annotated.
 */
export function annotatedMembers(body: string, bounceUri: string): readonly AnnotatedMember[] {
  const members = JSON.parse(body) as Readonly<Record<string, unknown>>
  const texts = memberTexts(body)
  return Object.entries(members).map(([name, value], index) => {
    const annotation = annotationOf(name)
    const text = texts[index]
    if (text === undefined) throw new TypeError(`${name} has no lines of its own`)
    return { name, text, annotation, notes: notesOf(name, value, annotation, bounceUri) }
  })
}

/**
 * Members of `body` that `main` has not, or has with another value; of their notes, those `main` has not.
 * The client_id is always another and says nothing.
 */
export function differingMembers(
  body: string,
  main: string,
  bounceUri: string,
): readonly AnnotatedMember[] {
  const before = annotatedMembers(main, bounceUri)
  return annotatedMembers(body, bounceUri).flatMap((member) => {
    const same = before.find(({ name }) => name === member.name)
    if (member.name === 'client_id' || same?.text === member.text) return []
    const known = new Set(same?.notes.map(({ words }) => words))
    return [{ ...member, notes: member.notes.filter(({ words }) => !known.has(words)) }]
  })
}

/** Lines that begin a member are indented by two spaces and no more. */
function memberTexts(body: string): readonly string[] {
  const inner = body.slice(body.indexOf('\n') + 1, body.lastIndexOf('}'))
  return inner.split(/^(?= {2}")/m)
}

function annotationOf(name: string): Annotation {
  const found = Object.entries(ANNOTATIONS).find(([known]) => known === name)?.[1]
  if (found === undefined) throw new TypeError(`${name} is not annotated`)
  return found
}

function notesOf(
  name: string,
  value: unknown,
  { values }: Annotation,
  bounceUri: string,
): readonly ValueNote[] {
  if (values === undefined) return []
  const notes = new Map<string, string[]>()
  for (const entry of [value].flat()) {
    const text = String(entry)
    const key = name === 'redirect_uris' ? redirectKind(text, bounceUri) : text
    const words = values[key]
    if (words === undefined) throw new TypeError(`${name}: ${text} is not annotated`)
    notes.set(words, [...(notes.get(words) ?? []), text])
  }
  return [...notes].map(([words, entries]) => ({ words, values: entries }))
}
