/**
 * The vendor's errors in our words. Nobody else reads their messages or codes. Both clients give
 * objects with a numeric `code` (ClickHouse's own) or a Node error code of the connection.
 */
import { z } from 'zod'
import { TikError, type ErrorCode } from '../../core/failures/errors.ts'

const vendorError = z.object({
  code: z.union([z.string(), z.number()]).optional(),
  message: z.string().default(''),
})

/** ClickHouse codes after which the same statement may work later. */
const PASSING_CODES: ReadonlySet<string> = new Set([
  '159', // TIMEOUT_EXCEEDED
  '164', // READONLY, during a restart
  '202', // TOO_MANY_SIMULTANEOUS_QUERIES
  '209', // SOCKET_TIMEOUT
  '210', // NETWORK_ERROR
  '225', // NO_ZOOKEEPER
  '236', // ABORTED: the server is shutting down
  '241', // MEMORY_LIMIT_EXCEEDED
  '242', // TABLE_IS_READ_ONLY
  '252', // TOO_MANY_PARTS
  '254', // NO_ACTIVE_REPLICAS
  '285', // TOO_FEW_LIVE_REPLICAS
  '319', // UNKNOWN_STATUS_OF_INSERT
  '394', // QUERY_WAS_CANCELLED
  '999', // KEEPER_EXCEPTION
])
const NOT_ENOUGH_SPACE = '243'

/** A part on disk is not as it was written. */
const DAMAGE = /^Checksum doesn't match|corrupted data|Cannot read all data|Cannot decompress/im

/** How the engine begins what it says. */
const ENGINE_MARK = /(?:Code: \d+\. )?DB::(?:Net)?Exception: /g
const ENGINE_CODE = /Code: (\d+)\. DB::/

/** Node's codes of a connection that is not there. */
const CONNECTION_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CHDB_TIMEOUT',
])

/** What a failed statement means to the rest of tik; `doing` says what was tried, e.g. a query's name. */
export function ledgerError(error: unknown, doing: string): TikError {
  if (error instanceof TikError) return error
  const parsed = vendorError.safeParse(error)
  const text = parsed.success ? parsed.data.message : String(error)
  const message = text.replaceAll(ENGINE_MARK, '')
  // In the middle of a stream there is nothing but the text.
  const inText = ENGINE_CODE.exec(text)?.[1] ?? ''
  const code = parsed.success ? String(parsed.data.code ?? inText) : inText
  const meaning = meaningOf(code, message)
  return new TikError(meaning, `the ledger, at ${doing}: ${sentenceOf(message)}`, { cause: error })
}

/** What a statement does, for a message: its first words, without comments. */
export function statementName(sql: string): string {
  const text = sql
    .replaceAll(/--[^\n]*/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return text.split(/[('{]/, 1)[0]?.slice(0, STATEMENT_NAME_MAX).trim() ?? ''
}

const STATEMENT_NAME_MAX = 60

function meaningOf(code: string, message: string): ErrorCode {
  if (code === NOT_ENOUGH_SPACE || code === 'ENOSPC') return 'disk_full'
  if (message.includes('No space left on device')) return 'disk_full'
  if (PASSING_CODES.has(code) || CONNECTION_CODES.has(code)) return 'ledger_unavailable'
  if (/socket hang up|Timeout error|aborted/i.test(message)) return 'ledger_unavailable'
  return DAMAGE.test(message) ? 'ledger_incomplete' : 'ledger_rejected'
}

/** The engine's sentence without the statement that it repeats and the words that it expected. */
function sentenceOf(message: string): string {
  const line = message.split('\n').find((one) => one.trim() !== '') ?? 'it failed without a word'
  const [sentence = ''] = line.split(
    /\.? (?:in scope|Expected one of)\b|: (?:In scope|While)\b/i,
    1,
  )
  return sentence.slice(0, SENTENCE_MAX).trim()
}

const SENTENCE_MAX = 300
