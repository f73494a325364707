/**
 * Kamailio and OpenSIPS transaction accounting (acc module: flatstore or a table written as CSV): a
 * row for each INVITE, ACK, CANCEL and BYE, paired into calls.
 *
 * Columns: flatstore order method|from_tag|to_tag|callid|sip_code|sip_reason|time, and then what
 *   db_extra adds; `columns` names all of them, `src` and `dst` being the parties. Times are epoch
 *   seconds or local stamps, told by their look.
 * Pairs: call id and both tags in either order, since they swap when the called party hangs up. A BYE
 *   may come before its INVITE: the row that comes second ends as the CDR, the first as `superseded`
 *   just before it. Rows thus leave in the order in which their calls complete. With `carryOpen` a half
 *   whose other one is in a later file is `carried_over` (pendingCalls). A half that never gets its
 *   other is `call_incomplete`: an unknown duration is not charged.
 * CDR mode (dialog module): with columns `duration` (or `ms_duration`), an INVITE row that has one is a
 *   call of its own, answered `setuptime` seconds after `created` where these are columns; the rows of
 *   failed calls may leave these columns out.
 * Key: call id, tags as in the INVITE: unique by contract; a later INVITE within the call (re-INVITE)
 *   and a second BYE are control records.
 * Answered: INVITE with code 200-299. Others are calls of quantity 0 at once. ACK and CANCEL are
 *   control records; an ACK gives the time of an INVITE that has none.
 * Rounding: BYE minus INVITE in whole seconds, as both are printed; in CDR mode as printed, a part of a
 *   second counting as one.
 * Time: epoch, or local time of the source; a stamp that came twice in autumn is the first one that is
 *   not before the INVITE.
 * Text: UTF-8 or Latin-1; `|` without quotes, or `,` with quotes.
 */
import { z } from 'zod'
import type { DecodedRecord } from '../../../core/usage/usage.ts'
import type { FormatAdapter, RecordDecoder, SourceConfig } from '../../format.ts'
import { createFieldScanner, UNTERMINATED_QUOTE } from '../../text/csv-fields.ts'
import { oversizedRecord, rejectedRecord, unbillableRecord } from '../decoded-record.ts'
import { wholeNumber } from '../../text/digits.ts'
import {
  carryOptions,
  localClockOf,
  mappingInvalid,
  parseOptions,
  textOptions,
} from '../format-options.ts'
import { createLeadingLines, leadingOptions, namesColumns } from '../../text/leading-lines.ts'
import { firstLineOf, LineSplitter } from '../../text/line-splitter.ts'
import type { LineSink } from '../../text/line-splitter.ts'
import { SipCallPairs } from './sip-call-pairs.ts'
import type { SipRow } from './sip-call-pairs.ts'
import { compileTimeFormats } from '../../text/time-format.ts'

const FLATSTORE_COLUMNS = [
  'method',
  'from_tag',
  'to_tag',
  'callid',
  'sip_code',
  'sip_reason',
  'time',
]
const METHODS: ReadonlySet<string> = new Set(['INVITE', 'BYE', 'ACK', 'CANCEL'])

const optionsSchema = z.strictObject({
  ...textOptions,
  ...leadingOptions,
  ...carryOptions,
  delimiter: z.string().length(1).default('|'),
  quote: z.union([z.literal(''), z.string().length(1)]).default(''),
  /** All columns in order; `src`, `dst` and `account` are the caller, the callee and who pays. */
  columns: z
    .array(z.string())
    .min(1)
    .default([...FLATSTORE_COLUMNS, 'account', 'src', 'dst']),
  timeFormat: z.enum(['epoch', 'local']).optional(),
})
type Options = z.infer<typeof optionsSchema>

export const kamailioAdapter: FormatAdapter = {
  name: 'kamailio',
  product: 'voip',
  layoutOptions: ['columns', 'delimiter', 'quote'],
  carriesOpen: true,
  detect(head) {
    const first = firstLineOf(head)
    if (/^(?:INVITE|BYE|ACK|CANCEL)\|[^|]*\|[^|]*\|[^|]+\|\d{3}\|/.test(first)) return 0.95
    return /^(?:"\d+",)?"(?:INVITE|BYE|ACK|CANCEL)",/.test(first) ? 0.7 : 0
  },
  createDecoder(source) {
    const options = parseOptions(optionsSchema, source)
    const missing = FLATSTORE_COLUMNS.filter((name) => !options.columns.includes(name))
    if (missing.length > 0) {
      throw mappingInvalid(source, [`options.columns: ${missing.join(', ')} must be among them`])
    }
    return createKamailioDecoder(source, options)
  },
}

function createKamailioDecoder(source: SourceConfig, options: Options): RecordDecoder {
  const isHeader = namesColumns(createFieldScanner(options), options.columns, ['method', 'callid'])
  const isLeading = createLeadingLines(options.skipLines, isHeader)
  const splitter = new LineSplitter(options.encoding, 'skip-empty', isLeading)
  const readRow = createRowReader(source, options)
  const pairs = new SipCallPairs(options.carryOpen)

  function accept(line: string, terminated: boolean, emit: (record: DecodedRecord) => void): void {
    const row = readRow(line, terminated)
    if ('status' in row) emit(row)
    else pairs.accept(row, emit)
  }

  function sinkTo(emit: (record: DecodedRecord) => void): LineSink {
    return {
      line: (text, terminated) => accept(text, terminated, emit),
      oversized: (head) => emit(oversizedRecord(head)),
    }
  }

  return {
    push: (chunk, emit) => splitter.push(chunk, sinkTo(emit)),
    end(emit) {
      splitter.end(sinkTo(emit))
      pairs.end(emit)
    },
    pendingCalls: () => pairs.pending(),
    restorePending: (pending) => pairs.restore(pending),
  }
}

function createRowReader(
  source: SourceConfig,
  options: Options,
): (line: string, terminated: boolean) => SipRow | DecodedRecord {
  const fields = createFieldScanner(options)
  const timesOf = createTimeReader(source)
  const whole = placesIn(options.columns)
  const short = placesIn(options.columns.filter((name) => !CDR_MODE_COLUMNS.has(name)))
  const columnsMin = Math.max(...FLATSTORE_COLUMNS.map((name) => options.columns.indexOf(name))) + 1
  const isInCdrMode = short.count < whole.count

  return (line, terminated) => {
    const count = fields.scan(line)
    // The rows of calls that failed leave out what only a dialog has.
    const places = isInCdrMode && count === short.count ? short : whole
    if (count === UNTERMINATED_QUOTE || (!terminated && count < columnsMin)) {
      return rejectedRecord('truncated_record', 'the row is cut off', line)
    }
    const method = fields.text(places.method)
    if (count < columnsMin || !METHODS.has(method)) {
      return rejectedRecord('malformed_record', `${count} columns, method "${method}"`, line)
    }
    if (method === 'CANCEL') return unbillableRecord('control_record', 'method CANCEL', line)
    const callId = fields.text(places.callId)
    if (callId === '') return rejectedRecord('missing_field', 'callid is empty', line)
    const code = wholeNumber(fields.text(places.code))
    if (!(code >= 100 && code <= 699)) {
      return rejectedRecord('malformed_record', `sip_code "${fields.text(places.code)}"`, line)
    }
    const timeText = fields.text(places.time)
    const isSuccess = code >= 200 && code <= 299
    const isInvite = method === 'INVITE' && isSuccess
    const wholeSeconds = isInvite
      ? printedSeconds(fields.text(places.duration), fields.text(places.durationMs))
      : undefined
    const created = wholeSeconds === undefined ? '' : fields.text(places.created)
    return {
      method: method === 'INVITE' || method === 'BYE' ? method : 'ACK',
      isSuccess,
      callId,
      fromTag: fields.text(places.fromTag),
      toTag: fields.text(places.toTag),
      account: fields.text(places.account),
      src: fields.text(places.src),
      dst: fields.text(places.dst),
      wholeSeconds,
      timeText,
      timeAt: timesOf(timeText, created, fields.text(places.setupTime)),
      raw: line,
    }
  }
}

/** Columns of CDR mode (dialog module): a row with a duration is a call of its own. */
const CDR_MODE_COLUMNS: ReadonlySet<string> = new Set([
  'setuptime',
  'created',
  'duration',
  'ms_duration',
])

function placesIn(columns: readonly string[]) {
  const at = (name: string) => columns.indexOf(name)
  return {
    count: columns.length,
    method: at('method'),
    fromTag: at('from_tag'),
    toTag: at('to_tag'),
    callId: at('callid'),
    code: at('sip_code'),
    time: at('time'),
    account: at('account'),
    src: at('src'),
    dst: at('dst'),
    duration: at('duration'),
    durationMs: at('ms_duration'),
    created: at('created'),
    setupTime: at('setuptime'),
  }
}

/** As printed, a part of a second counting as one; undefined for a row that is half of a call. */
function printedSeconds(seconds: string, milliseconds: string): number | undefined {
  if (seconds === '') {
    return milliseconds === '' ? undefined : Math.ceil(wholeNumber(milliseconds) / 1_000)
  }
  const [whole = '', fraction = '0'] = seconds.split('.', 2)
  const part = wholeNumber(fraction.slice(0, 15))
  return wholeNumber(whole) + (part > 0 ? 1 : part)
}

type TimesOf = (text: string, created: string, setupTime: string) => SipRow['timeAt']

/** Epochs and local stamps, told by their look; the answer is the creation and the set-up after it. */
function createTimeReader(source: SourceConfig): TimesOf {
  const clock = localClockOf(source)
  const readEpoch = compileTimeFormats(['epoch'], clock)
  const readStamp = compileTimeFormats(['YYYY-MM-DD HH:mm:ss'], clock)
  const read = (text: string, notBeforeMs?: number) =>
    (text.includes('-') ? readStamp : readEpoch)(text, notBeforeMs)
  return (text, created, setupTime) => (notBeforeMs) => {
    const answeredMs = created === '' ? Number.NaN : read(created) + wholeNumber(setupTime) * 1_000
    if (!Number.isNaN(answeredMs)) return answeredMs
    return text === '' ? 0 : read(text, notBeforeMs)
  }
}
