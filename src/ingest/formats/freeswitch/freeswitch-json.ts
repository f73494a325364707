/**
 * FreeSWITCH mod_json_cdr: one document a leg, as files, as lines, or replayed from err-log-dir.
 *
 * Key: variables.uuid, unique by contract: a document that a failed post replays is a duplicate.
 * Answered: answer_epoch (or answer_uepoch) is not 0. Otherwise the quantity is 0.
 * Rounding: `billBy: billsec` (default) takes the printed seconds, as the CSV module prints them, so
 *   that both give one bill; `billusec` takes the microseconds, rounded up to whole seconds.
 * Time: *_uepoch and *_epoch, UTC; the local *_stamp fields are not read.
 * Legs: freeswitch-calls.ts judges the documents of a call together, also over files: the caller's
 *   document carries the call, legs through a gateway that a call from outside or the exchange itself
 *   made are charged by themselves. Calls from `incomingContexts` are incoming. Documents leave in order.
 * Text: UTF-8; values are URL-decoded where they hold %XX (encode-values is on by default).
 */
import { z } from 'zod'
import type { Cdr, DecodedRecord } from '../../../core/usage/usage.ts'
import type { EmitRecord, FormatAdapter, RecordDecoder } from '../../format.ts'
import { DURATION_SECONDS_MAX, oversizedRecord } from '../decoded-record.ts'
import { rejectedRecord, unbillableRecord, unusableRecord } from '../decoded-record.ts'
import { wholeNumber } from '../../text/digits.ts'
import { carryOptions, commonOptions, parseOptions } from '../format-options.ts'
import type { FreeswitchLeg } from './freeswitch-calls.ts'
import { createFreeswitchWindow } from './freeswitch-window.ts'
import { DocumentSplitter } from '../../text/json-documents.ts'
import type { DocumentSink } from '../../text/json-documents.ts'
import { isJsonObject, parseJsonObject, valueText } from '../../text/json-fields.ts'
import type { LinkedRow } from '../linked-window.ts'

const optionsSchema = z.strictObject({
  ...commonOptions,
  ...carryOptions,
  billBy: z.enum(['billsec', 'billusec']).default('billsec'),
  incomingContexts: z.array(z.string().min(1)).default(['public']),
  /** `row` judges each document by itself, as builds did whose files are in the archive. */
  legs: z.enum(['linked', 'row']).default('linked'),
})
type Options = z.infer<typeof optionsSchema>

const EARLIEST_EPOCH_SECONDS = 31_536_000
const LATEST_EPOCH_SECONDS = 7_258_118_400

export const freeswitchJsonAdapter: FormatAdapter = {
  name: 'freeswitch-json',
  product: 'voip',
  carriesOpen: true,
  judgesLegs: true,
  detect(head) {
    const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1')
    if (!/^(?:\u00EF\u00BB\u00BF)?[\s[]*\{/.test(text)) return 0
    return /"(?:core-uuid|channel_data|callflow)"\s*:/.test(text) ? 0.95 : 0
  },
  createDecoder(source) {
    return createDocumentDecoder(parseOptions(optionsSchema, source))
  },
}

function createDocumentDecoder(options: Options): RecordDecoder {
  const splitter = new DocumentSplitter()
  const incoming = new Set(options.incomingContexts)

  const window = createFreeswitchWindow()

  function sinkTo(emit: EmitRecord): DocumentSink {
    const take = (row: LinkedRow<FreeswitchLeg>) => {
      if (options.legs === 'row') emit(row.alone)
      else window.add(row, emit)
    }
    const noLeg = (record: DecodedRecord) => {
      take({ alone: record, facts: undefined, isFixed: false, outcome: record })
    }
    return {
      document: (text) => take(readDocument(text, options, incoming)),
      cut: (text) => noLeg(rejectedRecord('truncated_record', 'the document is cut off', text)),
      stray: (text) => noLeg(rejectedRecord('malformed_record', 'no JSON object', text)),
      oversized: (head) => noLeg(oversizedRecord(head)),
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

function readDocument(
  raw: string,
  options: Options,
  incoming: ReadonlySet<string>,
): LinkedRow<FreeswitchLeg> {
  const document = parseJsonObject(raw)
  const variables = document?.['variables']
  if (document === undefined || !isJsonObject(variables)) {
    const record = rejectedRecord('malformed_record', 'no JSON object with variables', raw)
    return { alone: record, facts: undefined, isFixed: false, outcome: record }
  }
  const read = (name: string) => decoded(valueText(variables[name]))
  const uuid = read('uuid')
  const isOutbound = read('direction') === 'outbound'
  const profile = callerProfile(document['callflow'])
  const isIncoming = !isOutbound && incoming.has(firstOf(profile('context'), read('context')))
  const isThroughGateway = isOutbound && read('sip_gateway_name') !== ''
  const usage = usageOf({ read, profile, isIncoming, isThroughGateway, raw }, options)
  const alone =
    isOutbound && uuid !== ''
      ? unbillableRecord('internal_leg', 'the leg to the called party', raw)
      : usage
  const facts = {
    uuid,
    originator: read('originator'),
    isOutbound,
    isIncoming,
    isThroughGateway,
    usage,
    isAnswered:
      usage.status === 'rejected' || (usage.status === 'cdr' && usage.durationSeconds > 0),
  }
  return { alone, facts: uuid === '' ? undefined : facts, isFixed: false, outcome: alone }
}

interface FreeswitchDocument {
  readonly read: (variable: string) => string
  readonly profile: (field: string) => string
  readonly isIncoming: boolean
  readonly isThroughGateway: boolean
  readonly raw: string
}

/** The leg of the document as usage, whichever side of the call it is. */
function usageOf(document: FreeswitchDocument, options: Options): DecodedRecord {
  const { read, profile, isIncoming, isThroughGateway, raw } = document
  const recordKey = read('uuid')
  if (recordKey === '') return rejectedRecord('missing_field', 'variables.uuid is missing', raw)
  const answeredMs = eventMs('answer', read)
  // Asked first: a call that never was up has no end, and differences of minus the epoch.
  const isAnswered = answeredMs !== undefined
  const startMs = answeredMs ?? eventMs('start', read)
  if (startMs === undefined) {
    const detail = 'neither start_epoch nor answer_epoch is set'
    return unusableRecord(isAnswered, { reason: 'missing_field', detail }, raw)
  }
  if (Number.isNaN(startMs)) {
    const detail = 'start or answer'
    return unusableRecord(isAnswered, { reason: 'invalid_time', detail }, raw)
  }
  const billedSeconds = isAnswered ? billedSecondsOf(options, read) : 0
  if (!(billedSeconds <= DURATION_SECONDS_MAX)) {
    return rejectedRecord('invalid_quantity', `${options.billBy} "${read(options.billBy)}"`, raw)
  }
  const sender = firstOf(
    profile('caller_id_number'),
    read('caller_id_number'),
    read('sip_from_user'),
  )
  const receiver = firstOf(
    profile('destination_number'),
    read('destination_number'),
    read('sip_req_user'),
  )
  if (receiver === '') return unbillableRecord('no_number', 'nobody was dialled', raw)
  return {
    status: 'cdr',
    raw,
    recordKey,
    kind: 'voice',
    direction: isIncoming ? 'in' : 'out',
    servedNumber: isIncoming ? receiver : sender,
    imsi: '',
    iccid: '',
    trunk: read('accountcode'),
    sender,
    receiver,
    startMs,
    durationSeconds: billedSeconds,
    volumeUpBytes: 0,
    volumeDownBytes: 0,
    count: 1,
    visitedNetwork: '',
    sessionKey: '',
    partNumber: 0,
    overTrunk: isThroughGateway,
  } satisfies Cdr
}

/** undefined when the event did not happen, NaN when its time is none. */
function eventMs(event: 'start' | 'answer', read: (name: string) => string): number | undefined {
  const micros = read(`${event}_uepoch`)
  if (micros !== '' && micros !== '0') return inRange(Math.floor(digits(micros) / 1_000))
  const seconds = read(`${event}_epoch`)
  return seconds === '' || seconds === '0' ? undefined : inRange(digits(seconds) * 1_000)
}

function inRange(ms: number): number {
  const isReal = ms >= EARLIEST_EPOCH_SECONDS * 1_000 && ms < LATEST_EPOCH_SECONDS * 1_000
  return isReal ? ms : Number.NaN
}

/** A whole number of up to 17 digits; wholeNumber stops at 15, and microseconds have 16. */
function digits(text: string): number {
  return /^\d{1,17}$/.test(text) ? Number.parseInt(text, 10) : Number.NaN
}

function billedSecondsOf(options: Options, read: (name: string) => string): number {
  if (options.billBy === 'billsec') return wholeNumber(read('billsec'))
  return Math.ceil(wholeNumber(read('billusec')) / 1_000_000)
}

/** Reader of the newest caller profile of the call flow. */
function callerProfile(callflow: unknown): (name: string) => string {
  const newest: unknown = Array.isArray(callflow) ? callflow[0] : callflow
  const profile = isJsonObject(newest) ? newest['caller_profile'] : undefined
  return (name) => (isJsonObject(profile) ? decoded(valueText(profile[name])) : '')
}

function firstOf(...texts: readonly string[]): string {
  return texts.find((text) => text !== '') ?? ''
}

function decoded(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text // A percent sign that encodes nothing.
  }
}
