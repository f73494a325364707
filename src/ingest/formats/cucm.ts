/**
 * Cisco CUCM flat files: CDR (cdrRecordType 1) and CMR (2, quality of a call, never usage).
 *
 * Header: a row of names and a row of SQL types, neither a record. Columns are found by name in any
 *   case, as set and spelling change by release; a file without the row of names is read in the order
 *   of release 8 and later (cucm-columns.ts).
 * Key: pkid, unique by contract.
 * Answered: dateTimeConnect is not 0; otherwise the quantity is 0. With CdrLogCallsWithZeroDurationFlag
 *   off, calls below a second are absent from the file altogether.
 * Rounding: duration as printed, whole seconds from connect to disconnect.
 * Time: epoch seconds, UTC; 0 = did not happen. The start is the connection, or the attempt.
 * Legs: recording legs (join or redirect on behalf of recording, `b00…` as caller) are recording_leg.
 *   With `trunks` (prefixes of device names) a call from a trunk is incoming, from trunk to trunk
 *   forwarded; a call that was redirected (not for recording or transfer) is forwarded, and the
 *   redirecting number pays.
 * Text: quoted, doubled quotes, UTF-8.
 */
import { z } from 'zod'
import type { Cdr, DecodedRecord, Direction } from '../../core/usage.ts'
import type { FormatAdapter, RecordDecoder } from '../format.ts'
import { createFieldScanner, UNTERMINATED_QUOTE } from './csv-fields.ts'
import { CUCM_COLUMNS, CUCM_POSITIONS } from './cucm-columns.ts'
import type { CucmColumn } from './cucm-columns.ts'
import { DURATION_SECONDS_MAX, oversizedRecord } from './decoded-record.ts'
import { rejectedRecord, unbillableRecord, unusableRecord } from './decoded-record.ts'
import { wholeNumber } from './digits.ts'
import { parseOptions, textOptions } from './format-options.ts'
import { firstLineOf, LineSplitter } from './line-splitter.ts'
import type { LineSink } from './line-splitter.ts'

const optionsSchema = z.strictObject({
  ...textOptions,
  /** Prefixes of the names of devices that are gateways or trunks. */
  trunks: z.array(z.string().min(1)).default([]),
})
type Options = z.infer<typeof optionsSchema>

const TYPES_ROW = /^"?(?:INTEGER|VARCHAR|STRING|UNIQUEIDENTIFIER)/i
const NAMES_ROW = /^"?cdrRecordType"?,/i
/** Values of …OnBehalfOf and …RedirectReason. */
const ON_BEHALF_OF_RECORDING = '27'
const REDIRECTED_FOR_RECORDING = '354'
/** Forwarded on busy, no answer, failure, always, by deflection; transfers (4, 34) are not among them. */
const FORWARD_REASONS: ReadonlySet<string> = new Set([
  '1',
  '2',
  '9',
  '10',
  '15',
  '18',
  '50',
  '66',
  '82',
])

export const cucmAdapter: FormatAdapter = {
  name: 'cucm',
  detect(head) {
    const first = firstLineOf(head)
    if (NAMES_ROW.test(first)) return 0.95
    return first.startsWith('INTEGER,INTEGER,INTEGER,') ? 0.7 : 0
  },
  createDecoder(source) {
    return createCucmDecoder(parseOptions(optionsSchema, source))
  },
}

function createCucmDecoder(options: Options): RecordDecoder {
  const splitter = new LineSplitter(options.encoding)
  const fields = createFieldScanner({ delimiter: ',', quote: '"' })
  let positions = CUCM_POSITIONS
  let columnsCount = 0
  let headerCount = Infinity
  const read = (name: CucmColumn) => fields.text(positions.get(name) ?? -1)

  /** Rows before the records; the widths of both tell how many columns a record has. */
  function isHeader(line: string): boolean {
    const isNames = NAMES_ROW.test(line)
    if (!isNames && !TYPES_ROW.test(line)) return false
    columnsCount = fields.scan(line)
    headerCount = headerCount === Infinity ? columnsCount : Math.max(headerCount, columnsCount)
    if (isNames) positions = positionsByName(columnsCount, (column) => fields.text(column))
    return true
  }

  function decodeLine(line: string, terminated: boolean): DecodedRecord {
    const count = fields.scan(line)
    if (count === UNTERMINATED_QUOTE) {
      return rejectedRecord('truncated_record', 'a quote is not closed', line)
    }
    if (count < columnsCount) {
      const reason = terminated ? 'malformed_record' : 'truncated_record'
      return rejectedRecord(reason, `${count} of ${columnsCount} columns`, line)
    }
    if (count > headerCount) {
      const detail = `${count} columns, but a row has ${headerCount}: which is which?`
      return rejectedRecord('malformed_record', detail, line)
    }
    switch (read('cdrrecordtype')) {
      case '1':
        return decodeCall(read, options, line)
      case '2':
        return unbillableRecord('control_record', 'a CMR, the quality of a call', line)
      case '0':
        return unbillableRecord('control_record', 'the start of a call', line)
      default:
        return rejectedRecord('malformed_record', 'cdrRecordType is not 0, 1 or 2', line)
    }
  }

  function sinkTo(emit: (record: DecodedRecord) => void): LineSink {
    return {
      line(text, terminated) {
        if (!isHeader(text)) emit(decodeLine(text, terminated))
      },
      oversized: (head) => emit(oversizedRecord(head)),
    }
  }

  return {
    push: (chunk, emit) => splitter.push(chunk, sinkTo(emit)),
    end: (emit) => splitter.end(sinkTo(emit)),
  }
}

type ReadColumn = (name: CucmColumn) => string

function decodeCall(read: ReadColumn, options: Options, line: string): DecodedRecord {
  const recordKey = read('pkid')
  if (recordKey === '') return rejectedRecord('missing_field', 'pkid is empty', line)
  if (isRecording(read)) {
    return unbillableRecord('recording_leg', `leg of ${read('callingpartynumber')}`, line)
  }
  const connected = wholeNumber(read('datetimeconnect'))
  const originated = wholeNumber(read('datetimeorigination'))
  const isAnswered = connected !== 0
  if (Number.isNaN(connected) || Number.isNaN(originated) || connected + originated === 0) {
    const detail = 'dateTimeConnect or dateTimeOrigination'
    return unusableRecord(isAnswered, { reason: 'invalid_time', detail }, line)
  }
  const duration = isAnswered ? wholeNumber(read('duration')) : 0
  if (!(duration <= DURATION_SECONDS_MAX)) {
    return rejectedRecord('invalid_quantity', `duration "${read('duration')}"`, line)
  }
  const sender = read('callingpartynumber')
  const direction = directionOf(read, options)
  const finalNumber = read('finalcalledpartynumber')
  const outpulsed = read('outpulsedcalledpartynumber')
  const receiver = outpulsed === '' || direction === 'in' ? finalNumber : outpulsed
  if (receiver === '') {
    return unbillableRecord('no_number', 'nobody was dialled', line)
  }
  return {
    status: 'cdr',
    raw: line,
    recordKey,
    kind: 'voice',
    direction,
    servedNumber: servedBy(direction, { sender, receiver, redirecting: read('lastredirectdn') }),
    imsi: '',
    iccid: '',
    trunk: read('clientmattercode'),
    sender,
    receiver,
    startMs: (isAnswered ? connected : originated) * 1_000,
    durationSeconds: duration,
    volumeUpBytes: 0,
    volumeDownBytes: 0,
    count: 1,
    visitedNetwork: '',
    sessionKey: '',
    partNumber: 0,
    overTrunk: isTrunkOf(options, read('destdevicename')),
  } satisfies Cdr
}

function isRecording(read: ReadColumn): boolean {
  return (
    read('joinonbehalfof') === ON_BEHALF_OF_RECORDING ||
    read('lastredirectredirectonbehalfof') === ON_BEHALF_OF_RECORDING ||
    read('lastredirectredirectreason') === REDIRECTED_FOR_RECORDING ||
    /^b00\d/.test(read('callingpartynumber'))
  )
}

function directionOf(read: ReadColumn, options: Options): Direction {
  const isForwarded =
    FORWARD_REASONS.has(read('lastredirectredirectreason')) &&
    read('lastredirectdn') !== '' &&
    read('lastredirectdn') !== read('finalcalledpartynumber')
  const fromTrunk = isTrunkOf(options, read('origdevicename'))
  const toTrunk = isTrunkOf(options, read('destdevicename'))
  if (isForwarded && (toTrunk || options.trunks.length === 0)) return 'forwarded'
  if (fromTrunk) return toTrunk ? 'forwarded' : 'in'
  return 'out'
}

function isTrunkOf(options: Options, device: string): boolean {
  return options.trunks.some((prefix) => device.startsWith(prefix))
}

function servedBy(
  direction: Direction,
  parties: { sender: string; receiver: string; redirecting: string },
): string {
  if (direction === 'in') return parties.receiver
  if (direction === 'forwarded' && parties.redirecting !== '') return parties.redirecting
  return parties.sender
}

function positionsByName(
  count: number,
  nameAt: (column: number) => string,
): ReadonlyMap<CucmColumn, number> {
  const positions = new Map<CucmColumn, number>()
  for (let column = 0; column < count; column += 1) {
    const name = nameAt(column).trim().toLowerCase()
    const known = CUCM_COLUMNS.find((one) => one === name)
    if (known !== undefined && !positions.has(known)) positions.set(known, column)
  }
  return positions
}
