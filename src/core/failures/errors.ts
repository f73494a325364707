/**
 * Failures of an operation. Each has a code from a closed list, says whether trying again can help,
 * and may carry a hint that tells a person what to do. Outcomes of a record (rejected, duplicate)
 * are values, not errors: see reasons.ts. Broken invariants are `node:assert` failures.
 */

/**
 * code → is it worth trying again, the exit status of a command that ends with it, and what it means
 * and what to do, for docs/errors.md and where a failure has no hint of its own.
 */
export const ERROR_CODES = {
  money_overflow: {
    retryable: false,
    exitStatus: 1,
    meaning: 'an amount is beyond what is exact (9 thousand million EUR)',
    advice: 'look for an absurd quantity or price in what the message names',
  },
  money_invalid: {
    retryable: false,
    exitStatus: 2,
    meaning: 'an amount is no plain decimal, or has too many decimals',
    advice: 'write it as 12.50, with at most six decimals',
  },
  money_inexact: {
    retryable: false,
    exitStatus: 1,
    meaning: 'an amount does not fit the decimals in which it must be shown',
    advice: 'report it: exact amounts are rounded before they are shown',
  },
  quantity_overflow: {
    retryable: false,
    exitStatus: 1,
    meaning: 'a count or sum is beyond what is exact (9 petabytes)',
    advice: 'look for absurd quantities in what was asked for: `tik details` shows them',
  },
  usage_error: {
    retryable: false,
    exitStatus: 2,
    meaning: 'the words of the command do not fit together',
    advice: '`tik COMMAND --help` says what it takes',
  },
  config_invalid: {
    retryable: false,
    exitStatus: 2,
    meaning: 'a setting is wrong, in the environment or in tik.yaml',
    advice: 'mend what the message names; `tik config` prints every setting',
  },
  catalogue_invalid: {
    retryable: false,
    exitStatus: 2,
    meaning: 'the price catalogue has mistakes',
    advice: '`tik catalogue check` names each with file and line',
  },
  accounts_invalid: {
    retryable: false,
    exitStatus: 2,
    meaning: 'an accounts document or list has mistakes; nothing of it was taken',
    advice: 'mend the lines that are named',
  },
  mapping_invalid: {
    retryable: false,
    exitStatus: 2,
    meaning: 'sources.yaml, or a list with columns, has mistakes',
    advice: 'mend the lines that are named',
  },
  file_missing: {
    retryable: false,
    exitStatus: 2,
    meaning: 'a file is not there or cannot be opened',
    advice: 'check the path and the rights',
  },
  file_unreadable: {
    retryable: false,
    exitStatus: 1,
    meaning: 'a file cannot be read to its end, or is none that can be read',
    advice: 'ask its sender for it again; nothing after the damage was counted',
  },
  format_unknown: {
    retryable: false,
    exitStatus: 2,
    meaning: 'no format was recognised, or none has that name',
    advice: 'name it with --format, or describe it in sources.yaml',
  },
  path_invalid: {
    retryable: false,
    exitStatus: 2,
    meaning: 'a file lies where a folder is needed, or the other way round',
    advice: 'move it away, or choose another path',
  },
  permission_denied: {
    retryable: false,
    exitStatus: 2,
    meaning: 'the system does not let this user read or write there',
    advice: 'run as the owner of the folder, or give the rights back',
  },
  too_many_open: {
    retryable: true,
    exitStatus: 1,
    meaning: 'the system lets this process open no more files',
    advice: 'raise its limit (`ulimit -n`), or close other programs',
  },
  data_folder_busy: {
    retryable: true,
    exitStatus: 1,
    meaning: 'another process has the data folder',
    advice: 'wait until it is done or stop it, or choose another folder with --dir',
  },
  data_folder_gone: {
    retryable: false,
    exitStatus: 1,
    meaning: 'the data folder, or a part of it, was removed while it was in use',
    advice: 'put it back from a backup; what was recorded until then is in it',
  },
  engine_missing: {
    retryable: false,
    exitStatus: 2,
    meaning: 'an embedded engine is needed that is not installed',
    advice: 'install tik with its optional packages, or name servers for both stores',
  },
  migration_needed: {
    retryable: false,
    exitStatus: 2,
    meaning: 'a store has the layout of an older version',
    advice: 'run `tik migrate`',
  },
  store_newer: {
    retryable: false,
    exitStatus: 2,
    meaning: 'a store was brought to the layout of a newer version',
    advice: 'run that version of tik, or put back a backup of before',
  },
  migration_failed: {
    retryable: false,
    exitStatus: 1,
    meaning: 'a store cannot be brought to this version',
    advice: 'see the message; the store is as it was before the step that failed',
  },
  ledger_unavailable: {
    retryable: true,
    exitStatus: 1,
    meaning: 'the ledger does not answer',
    advice: 'check that ClickHouse runs; work goes on where it stopped',
  },
  ledger_rejected: {
    retryable: false,
    exitStatus: 1,
    meaning: 'the ledger does not run a statement',
    advice: 'see the message; if the server is of a supported version, report it',
  },
  ledger_incomplete: {
    retryable: false,
    exitStatus: 1,
    meaning: 'rows of the ledger are missing or cannot be read: a disk or a person took them away',
    advice:
      '`tik rebuild` rates them again from the archive, or put a backup back (docs/recovery.md)',
  },
  ledger_fenced: {
    retryable: false,
    exitStatus: 1,
    meaning: 'another writer recorded the same records first',
    advice: 'nothing is lost or doubled: run the command again',
  },
  rating_busy: {
    retryable: false,
    exitStatus: 1,
    meaning: 'somebody else rates into the ledger, from another log',
    advice: 'wait, or stop the process that is named',
  },
  operations_unavailable: {
    retryable: true,
    exitStatus: 1,
    meaning: 'the operations store does not answer',
    advice: 'check that PostgreSQL runs and that its URL is right',
  },
  operations_refused: {
    retryable: false,
    exitStatus: 2,
    meaning: 'the PostgreSQL server does not let this user in, or not do that',
    advice: 'see what it says: user, password, database, rights or TLS',
  },
  operations_read_only: {
    retryable: false,
    exitStatus: 1,
    meaning: 'the PostgreSQL server takes no changes',
    advice: 'name the primary server: this one is a standby, or set to read only',
  },
  operations_busy: {
    retryable: true,
    exitStatus: 1,
    meaning: 'a statement waited too long in the PostgreSQL server',
    advice: 'see who holds a lock there, and run it again when they are done',
  },
  operations_damaged: {
    retryable: false,
    exitStatus: 1,
    meaning: 'the operations store in the data folder cannot be opened',
    advice: 'put operations/ back from a backup; ledger and archive are whole',
  },
  operations_conflict: {
    retryable: false,
    exitStatus: 1,
    meaning:
      'a change contradicts what the operations store holds, or came at the same time as another',
    advice: 'see what is named, and run it again',
  },
  not_allowed: {
    retryable: false,
    exitStatus: 1,
    meaning: 'whoever asks has no right to that',
    advice: 'ask somebody who may, or have the right given',
  },
  not_found: {
    retryable: false,
    exitStatus: 2,
    meaning: 'nothing has that name, number or id',
    advice: 'check how it is spelled',
  },
  limit_invalid: {
    retryable: false,
    exitStatus: 2,
    meaning: 'a limit, or an amount of one, is not allowed there',
    advice: '`tik limits list` shows what can be set; of amounts the message names the nearest',
  },
  period_not_billable: {
    retryable: false,
    exitStatus: 1,
    meaning: 'a period cannot be billed yet, or not any more',
    advice: '`tik bill check` says why',
  },
  finance_differs: {
    retryable: false,
    exitStatus: 1,
    meaning: 'figures that finance closed, or a file that it wrote, are not as they were',
    advice: 'restore the operations store from its backup',
  },
  invoice_invalid: {
    retryable: false,
    exitStatus: 1,
    meaning: 'an invoice lacks something that the law asks for, or does not add up',
    advice: 'see what is named; nothing was finalised',
  },
  credit_refused: {
    retryable: false,
    exitStatus: 1,
    meaning: 'a credit note would take back more than is left, or of what cannot be credited',
    advice: '`tik bill list` shows what stands beside the invoice',
  },
  payment_refused: {
    retryable: false,
    exitStatus: 1,
    meaning: 'a payment, its assignment or a dispute contradicts what stands beside the invoice',
    advice: '`tik bill list` and `tik bill payments list` show what does',
  },
  mail_failed: {
    retryable: true,
    exitStatus: 1,
    meaning: 'a mail server is away or said: later',
    advice: 'it is tried again by itself',
  },
  mail_refused: {
    retryable: false,
    exitStatus: 1,
    meaning: 'a mail server does not take a mail',
    advice: 'correct the address and send it again',
  },
  identity_provider_failed: {
    retryable: false,
    exitStatus: 1,
    meaning: 'an identity provider is away, or does not fit what is known of it',
    advice: 'try again; if it stays, correct its address, client id or secret',
  },
  stream_unavailable: {
    retryable: true,
    exitStatus: 1,
    meaning: 'Kafka does not answer',
    advice: 'check the brokers; work goes on where it stopped',
  },
  stream_gap: {
    retryable: false,
    exitStatus: 1,
    meaning:
      'the log and the ledger do not join: records expired before they were recorded, or a log was made anew',
    advice: 'see docs/scaling.md before anything else',
  },
  disk_full: {
    retryable: true,
    exitStatus: 1,
    meaning: 'a disk has no room left',
    advice: 'make room; work goes on where it stopped',
  },
  interrupted: {
    retryable: true,
    exitStatus: 1,
    meaning: 'it was told to stop',
    advice: 'run it again: it goes on where it stopped',
  },
} as const satisfies Record<string, ErrorMeaning>

export interface ErrorMeaning {
  readonly retryable: boolean
  readonly exitStatus: 1 | 2
  readonly meaning: string
  readonly advice: string
}

export type ErrorCode = keyof typeof ERROR_CODES

export class TikError extends Error {
  readonly code: ErrorCode
  /** What a person can do about it, one sentence. */
  readonly hint: string

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'TikError'
    this.code = code
    this.hint = options.hint ?? ERROR_CODES[code].advice
  }

  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable
  }

  get exitStatus(): 1 | 2 {
    return ERROR_CODES[this.code].exitStatus
  }
}
