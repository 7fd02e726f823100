/** Failures of commands that are not the core's, each with its words: they are shown on a terminal only. */
export type CommandFailureCode =
  | 'origin_unreachable'
  | 'origin_refused'
  | 'file_malformed'
  | 'key_unknown'
  | 'key_too_early'
  | 'key_wrong_state'
  | 'key_file_inside_tree'
  | 'key_file_exists'
  | 'key_no_standby'
  | 'key_missing'
  | 'key_file_readable'
  | 'key_unusable'
  | 'key_file_too_large'
  | 'key_age_recipient'
  | 'key_age_identity_missing'
  | 'key_age_identity_unusable'
  | 'key_age_wrong_identity'
  | 'key_age_malformed'
  | 'publication_blocked'
  | 'bytes_not_served'
  | 'vantage_not_public'

export class CommandFailure extends Error {
  readonly code: CommandFailureCode
  /** What to do next, in words. */
  readonly action: string

  constructor(code: CommandFailureCode, message: string, action: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'CommandFailure'
    this.code = code
    this.action = action
  }
}
