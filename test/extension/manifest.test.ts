import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { COMMANDS } from '../../extension/src/command-ids.ts'

const EXTENSION = join(import.meta.dirname, '..', '..', 'extension')
const read = (name: string): unknown => JSON.parse(readFileSync(join(EXTENSION, name), 'utf8'))

interface Manifest {
  readonly extensionKind: readonly string[]
  readonly capabilities: Readonly<Record<string, unknown>>
  readonly contributes: {
    readonly commands: readonly {
      command: string
      title: string
      category: string
      icon?: string
    }[]
    readonly menus: Readonly<
      Record<string, readonly { command: string; group?: string; when?: string }[]>
    >
    readonly configuration: {
      readonly properties: Readonly<Record<string, { scope?: string; markdownDescription: string }>>
    }
    readonly walkthroughs: readonly {
      steps: readonly {
        description: string
        media: { markdown: string }
        completionEvents: string[]
      }[]
    }[]
  }
}

const manifest = read('package.json') as Manifest
const { commands, menus, configuration, walkthroughs } = manifest.contributes

describe('The manifest (C7)', () => {
  it('works in Restricted Mode and virtual workspaces, where no workspace, and no container of one, can change a setting', () => {
    const { virtualWorkspaces, untrustedWorkspaces } = manifest.capabilities
    equal(virtualWorkspaces, true)
    equal((untrustedWorkspaces as { supported: unknown }).supported, 'limited')
    for (const [name, { scope }] of Object.entries(configuration.properties))
      equal(scope, 'application', name)
  })

  it('runs beside the window where it can, and on the remote host where it cannot (C8)', () =>
    deepEqual(manifest.extensionKind, ['ui', 'workspace']))

  it('documents every setting', () => {
    const readme = readFileSync(join(EXTENSION, 'README.md'), 'utf8')
    for (const name of Object.keys(configuration.properties))
      ok(readme.includes(`| \`${name}\` `), name)
    for (const { markdownDescription } of Object.values(configuration.properties))
      match(markdownDescription, /^%setting\.[\w.]+%$/)
  })

  it('declares exactly the commands that are registered', () =>
    deepEqual(
      commands.map(({ command }) => command).sort(),
      COMMANDS.map((id) => `signet.${id}`).sort(),
    ))

  it('documents every command of the palette, under its title', () => {
    const readme = readFileSync(join(EXTENSION, 'README.md'), 'utf8')
    const titles = read('package.nls.json') as Record<string, string>
    const hidden = (menus.commandPalette ?? []).filter(({ when }) => when === 'false')
    for (const { command, title } of commands)
      if (!hidden.some((entry) => entry.command === command))
        ok(readme.includes(`| Signet: ${titles[title.slice(1, -1)] ?? ''} `), command)
  })

  it('names commands for the palette, and gives those that are shown as icons one', () => {
    for (const { category, title } of commands) {
      equal(category, 'Signet')
      match(title, /^%command\.\w+%$/)
    }
    const shown = Object.values(menus)
      .flat()
      .filter(({ group = '' }) => /^(inline|navigation)/.test(group))
    for (const { command } of shown)
      ok(commands.find((known) => known.command === command)?.icon, command)
  })

  it('has a walkthrough of four steps, each with one action that exists and text in both languages', () => {
    const known = new Set([...commands.map(({ command }) => command), 'signet.sessions.focus'])
    const texts = ['package.nls.json', 'package.nls.de.json'].map(
      (name) => read(name) as Record<string, string>,
    )
    const steps = walkthroughs.flatMap((walkthrough) => walkthrough.steps)
    equal(steps.length, 4)
    for (const { description, media, completionEvents } of steps) {
      ok(completionEvents.length > 0)
      for (const language of texts) {
        const text = (key: string) => language[key.slice(1, -1)] ?? ''
        const actions = [...text(description).matchAll(/\(command:([\w.]+)\)/g)].map(([, id]) => id)
        deepEqual(
          actions.map((id) => known.has(id ?? '')),
          [true],
        )
        // What its button does ticks it off, also where the view was open before.
        ok(completionEvents.includes(`onCommand:${actions[0] ?? ''}`), actions[0])
        ok(existsSync(join(EXTENSION, text(media.markdown))), text(media.markdown))
      }
    }
  })
})
