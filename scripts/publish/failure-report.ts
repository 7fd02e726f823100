/** A publication that did not become live. Results are GitHub’s words: success, failure, cancelled, skipped. */
export interface FailedPublication {
  /** The commit that was to be published. */
  readonly version: string
  readonly deployed: string
  /** Of bringing the last good version back, until its bytes were seen being served. */
  readonly restored: string
  /** Where the log is. */
  readonly run: string
}

/** The text of an issue: what servers get now, and what to do next. Markdown. */
export function failureReport(
  origin: string,
  { version, deployed, restored, run }: FailedPublication,
): string {
  const what =
    deployed === 'success'
      ? `was deployed, but ${origin} did not serve its bytes in time`
      : 'could not be deployed'
  const now =
    restored === 'success'
      ? 'The last good version is back: its bytes were seen being served. People can sign in.'
      : `**The last good version is not known to be back (${restored}).** Nobody knows what servers get: sign-ins may fail now.`
  const next =
    restored === 'success'
      ? ['Read the log for what was served instead.', 'Correct it, and publish again.']
      : [
          `Look at ${origin}/oauth/client.json with \`npm run signet -- check\`.`,
          'Deploy the branch `identity-live` again: it is the last version that was seen being served.',
          'Read the log for what was served instead.',
        ]
  return [
    `The identity of commit ${version} ${what}.`,
    '',
    now,
    '',
    ...next.map((step, index) => `${String(index + 1)}. ${step}`),
    '',
    `Log: ${run}`,
  ].join('\n')
}
