/**
 * Failures of an operation. Each has a code from a closed list, says whether trying again can help,
 * and may carry a hint that tells a person what to do. Outcomes of a record (rejected, duplicate)
 * are values, not errors: see reasons.ts. Broken invariants are `node:assert` failures.
 */

/** code → is it worth trying again, and the exit status of a command that ends with it. */
export const ERROR_CODES = {
  money_overflow: { retryable: false, exitStatus: 1 },
  money_invalid: { retryable: false, exitStatus: 2 },
  money_inexact: { retryable: false, exitStatus: 1 },
  usage_error: { retryable: false, exitStatus: 2 },
  config_invalid: { retryable: false, exitStatus: 2 },
  catalogue_invalid: { retryable: false, exitStatus: 2 },
  accounts_invalid: { retryable: false, exitStatus: 2 },
  mapping_invalid: { retryable: false, exitStatus: 2 },
  file_missing: { retryable: false, exitStatus: 2 },
  file_unreadable: { retryable: false, exitStatus: 1 },
  format_unknown: { retryable: false, exitStatus: 2 },
  data_folder_busy: { retryable: true, exitStatus: 1 },
  migration_needed: { retryable: false, exitStatus: 2 },
  migration_failed: { retryable: false, exitStatus: 1 },
  ledger_unavailable: { retryable: true, exitStatus: 1 },
  ledger_rejected: { retryable: false, exitStatus: 1 },
  ledger_fenced: { retryable: false, exitStatus: 1 },
  /** Somebody else rates into the ledger, from another log. */
  rating_busy: { retryable: false, exitStatus: 1 },
  operations_unavailable: { retryable: true, exitStatus: 1 },
  operations_conflict: { retryable: false, exitStatus: 1 },
  not_found: { retryable: false, exitStatus: 2 },
  limit_invalid: { retryable: false, exitStatus: 2 },
  period_not_billable: { retryable: false, exitStatus: 1 },
  invoice_invalid: { retryable: false, exitStatus: 1 },
  mail_failed: { retryable: true, exitStatus: 1 },
  mail_refused: { retryable: false, exitStatus: 1 },
  stream_unavailable: { retryable: true, exitStatus: 1 },
  /** The log and the ledger do not join: records expired before they were recorded, or a log was made anew. */
  stream_gap: { retryable: false, exitStatus: 1 },
  disk_full: { retryable: true, exitStatus: 1 },
  interrupted: { retryable: true, exitStatus: 1 },
} as const satisfies Record<string, { retryable: boolean; exitStatus: 1 | 2 }>

export type ErrorCode = keyof typeof ERROR_CODES

export class TikError extends Error {
  readonly code: ErrorCode
  /** What a person can do about it, one sentence. */
  readonly hint: string | undefined

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'TikError'
    this.code = code
    this.hint = options.hint
  }

  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable
  }

  get exitStatus(): 1 | 2 {
    return ERROR_CODES[this.code].exitStatus
  }
}
