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
 * Conferences and transfers: a leg to the carrier goes on in other records; cucm-calls.ts puts them
 *   together, also over the end of a file. Records leave in their order.
 * Legs: recording legs (join or redirect on behalf of recording, `b00…` as caller) are recording_leg.
 *   With `trunks` (prefixes of device names) a call from a trunk is incoming, from trunk to trunk
 *   forwarded; a call that was redirected (not for recording or transfer) is forwarded, and the
 *   redirecting number pays.
 * Text: quoted, doubled quotes, UTF-8.
 */
import { z } from 'zod'
import type { Cdr, DecodedRecord, Direction } from '../../../core/usage/usage.ts'
import type { EmitRecord, FormatAdapter, RecordDecoder } from '../../format.ts'
import { createFieldScanner, UNTERMINATED_QUOTE } from '../../text/csv-fields.ts'
import type { CucmLeg } from './cucm-calls.ts'
import { CUCM_COLUMNS, CUCM_POSITIONS } from './cucm-columns.ts'
import type { CucmColumn } from './cucm-columns.ts'
import { createCucmWindow } from './cucm-window.ts'
import { DURATION_SECONDS_MAX, oversizedRecord } from '../decoded-record.ts'
import { rejectedRecord, unbillableRecord, unusableRecord } from '../decoded-record.ts'
import { wholeNumber } from '../../text/digits.ts'
import { carryOptions, parseOptions, textOptions } from '../format-options.ts'
import { firstLineOf, LineSplitter } from '../../text/line-splitter.ts'
import type { LineSink } from '../../text/line-splitter.ts'
import type { LinkedRow } from '../linked-window.ts'

const optionsSchema = z.strictObject({
  ...textOptions,
  ...carryOptions,
  /** Prefixes of the names of devices that are gateways or trunks. */
  trunks: z.array(z.string().min(1)).default([]),
  /** `row` judges each record by itself, as builds did whose files are in the archive. */
  legs: z.enum(['linked', 'row']).default('linked'),
})
type Options = z.infer<typeof optionsSchema>

/** Who made the conference, in the comment of its legs. */
const CONTROLLER = /ConfControllerDn=([^;]+)/
const TYPES_ROW = /^"?(?:INTEGER|VARCHAR|STRING|UNIQUEIDENTIFIER)/i
const NAMES_ROW = /^"?cdrRecordType"?,/i
/** Of the number outside, what tells its records apart from others of the same moment. */
const OUTSIDE_DIGITS = 8
/** Values of …OnBehalfOf and …RedirectReason. */
const ON_BEHALF_OF_CONFERENCE = '4'
const ON_BEHALF_OF_TRANSFER = '10'
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
  product: 'voip',
  carriesOpen: true,
  judgesLegs: true,
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

  function decodeLine(line: string, terminated: boolean): LinkedRow<CucmLeg> {
    const count = fields.scan(line)
    if (count === UNTERMINATED_QUOTE) {
      return noLeg(rejectedRecord('truncated_record', 'a quote is not closed', line))
    }
    if (count < columnsCount) {
      const reason = terminated ? 'malformed_record' : 'truncated_record'
      return noLeg(rejectedRecord(reason, `${count} of ${columnsCount} columns`, line))
    }
    if (count > headerCount) {
      const detail = `${count} columns, but a row has ${headerCount}: which is which?`
      return noLeg(rejectedRecord('malformed_record', detail, line))
    }
    switch (read('cdrrecordtype')) {
      case '1':
        return linkedCall(read, options, line)
      case '2':
        return noLeg(unbillableRecord('control_record', 'a CMR, the quality of a call', line))
      case '0':
        return noLeg(unbillableRecord('control_record', 'the start of a call', line))
      default:
        return noLeg(rejectedRecord('malformed_record', 'cdrRecordType is not 0, 1 or 2', line))
    }
  }

  const window = createCucmWindow()
  const sinkTo = (emit: EmitRecord): LineSink => {
    const take = (row: LinkedRow<CucmLeg>) => {
      if (options.legs === 'row') emit(row.alone)
      else window.add(row, emit)
    }
    return {
      line(text, terminated) {
        if (!isHeader(text)) take(decodeLine(text, terminated))
      },
      oversized: (head) => take(noLeg(oversizedRecord(head))),
    }
  }

  return {
    push: (chunk, emit) => splitter.push(chunk, sinkTo(emit)),
    end(emit) {
      splitter.end(sinkTo(emit))
      window.end(emit)
    },
    pendingCalls: () => window.pending(),
    restorePending: (calls) => window.restore(calls),
  }
}

function noLeg(record: DecodedRecord): LinkedRow<CucmLeg> {
  return { alone: record, facts: undefined, isFixed: false, outcome: record }
}

type ReadColumn = (name: CucmColumn) => string

function linkedCall(read: ReadColumn, options: Options, line: string): LinkedRow<CucmLeg> {
  const alone = decodeCall(read, options, line)
  if (alone.status !== 'cdr') return noLeg(alone)
  return { alone, facts: legOf(read, options, alone), isFixed: false, outcome: alone }
}

/** What the record says of the call's legs. Without `trunks` any call may have left the exchange. */
function legOf(read: ReadColumn, options: Options, cdr: Cdr): CucmLeg {
  const isConference = isConferenceLeg(read)
  const isKnown = options.trunks.length > 0
  const isCalled = isKnown ? isTrunkOf(options, read('destdevicename')) : !isConference
  const isCalling = isTrunkOf(options, read('origdevicename'))
  const trunkSide = isCalled ? 'called' : isCalling ? 'calling' : 'none'
  const mayBeOutside = trunkSide !== 'none' || (isConference && !isKnown)
  const number = trunkSide === 'called' ? cdr.receiver : cdr.sender
  return {
    key: cdr.recordKey,
    callId: `${read('globalcallid_callmanagerid')}/${read('globalcallid_callid')}`,
    outside: mayBeOutside ? lastDigits(number) : '',
    trunkSide,
    isConference,
    isTransfer:
      read('joinonbehalfof') === ON_BEHALF_OF_TRANSFER ||
      read('lastredirectredirectonbehalfof') === ON_BEHALF_OF_TRANSFER,
    startMs: cdr.startMs,
    endMs: cdr.startMs + cdr.durationSeconds * 1_000,
    cdr,
  }
}

/** Access codes and country codes come and go from record to record of a call; its end stays. */
function lastDigits(number: string): string {
  return number.replaceAll(/\D/g, '').slice(-OUTSIDE_DIGITS)
}

/** A leg to or from the number of a conference bridge, 'b00…'. */
function isConferenceLeg(read: ReadColumn): boolean {
  const isOnBehalf =
    read('joinonbehalfof') === ON_BEHALF_OF_CONFERENCE ||
    read('lastredirectredirectonbehalfof') === ON_BEHALF_OF_CONFERENCE
  return (
    isOnBehalf && (isBridge(read('finalcalledpartynumber')) || isBridge(read('callingpartynumber')))
  )
}

function isBridge(number: string): boolean {
  return /^b00\d/.test(number)
}

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
  const calling = read('callingpartynumber')
  // A bridge that calls somebody does so for whoever made the conference.
  const sender = isBridge(calling) ? (CONTROLLER.exec(read('comment'))?.[1] ?? '') : calling
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
    (isBridge(read('callingpartynumber')) && !isConferenceLeg(read))
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
