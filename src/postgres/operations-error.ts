/**
 * Translates what PGlite, pg and the network throw into the error codes of tik. Nobody else reads
 * a vendor's error.
 */
import { z } from 'zod'
import { TikError, type ErrorCode } from '../core/failures/errors.ts'

const vendorErrorSchema = z.object({
  code: z.string().optional(),
  message: z.string(),
  constraint: z.string().optional(),
  detail: z.string().optional(),
})

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
])

/** pg reports these losses of a connection without any code. */
const CONNECTION_LOST =
  /connection terminated|connection error|timeout exceeded when trying to connect|is closed/i

/** What a server refuses or cannot do as it is set up; each with what to do about it. */
const REFUSALS: readonly {
  readonly codes?: ReadonlySet<string>
  readonly says?: RegExp
  readonly is: ErrorCode
  readonly hint: string
}[] = [
  {
    codes: new Set(['28P01', '28000']),
    is: 'operations_refused',
    hint: 'check user and password in TIK_POSTGRES_URL, and pg_hba.conf of the server',
  },
  {
    says: /password must be a string|no password supplied/i,
    is: 'operations_refused',
    hint: 'the server asks for a password: put it into TIK_POSTGRES_URL',
  },
  {
    codes: new Set(['3D000']),
    is: 'operations_refused',
    hint: 'create the database (`createdb`), or correct its name in TIK_POSTGRES_URL',
  },
  {
    codes: new Set(['42501']),
    is: 'operations_refused',
    hint: 'grant the user of TIK_POSTGRES_URL what is named; to migrate it needs CREATE on schema and database',
  },
  {
    says: /does not support SSL|certificate|self.signed|unable to verify/i,
    is: 'operations_refused',
    hint: 'set sslmode and sslrootcert in TIK_POSTGRES_URL as the server has it',
  },
  {
    codes: new Set(['25006']),
    is: 'operations_read_only',
    hint: 'name the primary server in TIK_POSTGRES_URL: this one is a standby, or set to read only',
  },
  {
    codes: new Set(['57014', '55P03']),
    is: 'operations_busy',
    hint: 'somebody holds a lock there: pg_stat_activity shows who; run it again when they are done',
  },
]

const IN_THE_WAY: ReadonlySet<string> = new Set(['40001', '40P01'])

/** The transaction was ended because of another one at the same time; done again, it may pass. */
export function isInTheWay(error: unknown): boolean {
  const parsed = z.object({ cause: z.object({ code: z.string() }) }).safeParse(error)
  return parsed.success && IN_THE_WAY.has(parsed.data.cause.code)
}

/** A TikError for every failure that is not a bug in the statement; that one is returned as it is. */
export function operationsError(cause: unknown): unknown {
  if (cause instanceof TikError) return cause
  const parsed = vendorErrorSchema.safeParse(cause)
  if (!parsed.success) return cause
  const { code = '', message, constraint, detail } = parsed.data
  if (code === '53100' || code === 'ENOSPC') {
    return new TikError('disk_full', 'the operations store has no room left', { cause })
  }
  if (isUnavailable(code, message)) {
    return new TikError(
      'operations_unavailable',
      `the operations store does not answer: ${message}`,
      {
        cause,
        hint: 'check that PostgreSQL runs and that its URL is right; the work goes on when it is back',
      },
    )
  }
  const refused = REFUSALS.find(({ codes, says }) => codes?.has(code) ?? says?.test(message))
  if (refused !== undefined) {
    const { is, hint } = refused
    return new TikError(is, `the operations store says: ${message}`, { cause, hint })
  }
  if (code === '42P01' || code === '42703' || code === '3F000') {
    return new TikError(
      'migration_needed',
      `the operations store has an older layout: ${message}`,
      {
        cause,
        hint: 'run `tik migrate`',
      },
    )
  }
  if (code.startsWith('23') || IN_THE_WAY.has(code)) {
    const which = constraint === undefined ? '' : ` (${constraint}${detail ? `: ${detail}` : ''})`
    return new TikError('operations_conflict', `${message}${which}`, { cause })
  }
  return cause
}

/** SQLSTATE classes 08 (connection), 53 (resources) and 57P (shutdown), or the network itself. */
function isUnavailable(code: string, message: string): boolean {
  if (NETWORK_CODES.has(code) || code.startsWith('08') || code.startsWith('57P')) return true
  if (code.startsWith('53')) return true
  return code === '' && CONNECTION_LOST.test(message)
}
