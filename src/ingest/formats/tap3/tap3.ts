/**
 * GSMA TAP 3 (3.09 to 3.12), BER with definite and indefinite lengths: one event, one record.
 *
 * Key: the file's own identity (sender, recipient, year, sequence number) and the event's number in it;
 *   never content: two identical messages are two usages. A file under another name gives the same
 *   keys. Without batch control, the content hash of the file.
 * Kinds: mobile originated and terminated calls are voice, or messages by teleservice 22 and 21; GPRS
 *   calls are data, parts of the session of their charging id and gateway. A supplementary service that
 *   costs nothing is no usage; other events are `call_type_unknown`, for a person.
 * Answered: an event without duration, or with 0, is quantity 0; it was charged as it stands.
 * Rounding: TotalCallEventDuration and octets as they are, never the charged units.
 * Time: local to the visited network, with the file's table of offsets: no DST hour is ambiguous.
 * Numbers: called and calling numbers are international without sign (`numbers: as-written` for
 *   senders that write national ones); fewer than 7 digits are short codes. The other party of an
 *   originated event is the called number, else the dialled digits.
 * Network: the sender's TADIG code, empty when it is one of `homeTadigs`.
 * Amount: with `charges`, the sum of the details of type 00 in the file's currency and decimal places.
 * Totals: count, charge (details of type 00; others are components) and first and last event against
 *   the audit, in `fileFacts`. Test files (type T) end as control records.
 * Damage: a text transfer (LF to CRLF) breaks the lengths: `fileFacts` tells, and nothing may count.
 */
import { z } from 'zod'
import type { Cdr, DecodedRecord, Direction, UsageKind } from '../../../core/usage/usage.ts'
import { RECORD_BYTES_MAX } from '../../format.ts'
import type { EmitRecord, FormatAdapter, RecordDecoder } from '../../format.ts'
import { createBerHeader, readBerHeader } from './ber.ts'
import { DURATION_SECONDS_MAX, VOLUME_BYTES_MAX } from '../decoded-record.ts'
import { rejectedRecord, unbillableRecord } from '../decoded-record.ts'
import { commonOptions, parseOptions } from '../format-options.ts'
import { recordAmount, scaledAmount } from '../../text/record-amount.ts'
import { TapBatch } from './tap3-batch.ts'
import type { TapTotals } from './tap3-batch.ts'
import { TapEvent } from './tap3-event.ts'
import { TapElementStream, TAP_HEAD_BYTES } from './tap3-stream.ts'
import type { TapElementSink } from './tap3-stream.ts'
import { TAP } from './tap3-tags.ts'

const optionsSchema = z.strictObject({
  ...commonOptions,
  homeTadigs: z.array(z.string().length(5)).default([]),
  numbers: z.enum(['international', 'as-written']).default('international'),
  /** Usage carries what the sender charges for it, for rates that charge that on. */
  charges: z.boolean().default(false),
})
type Options = z.infer<typeof optionsSchema>

const SHORT_CODE_DIGITS_MAX = 6
const MESSAGE_TERMINATED = '21'
const MESSAGE_ORIGINATED = '22'

export const tap3Adapter: FormatAdapter = {
  name: 'tap3',
  product: 'mobile',
  isBinary: true,
  nationalIsVisited: true,
  detect(head) {
    const header = createBerHeader()
    const content = readBerHeader(head, 0, head.length, header)
    if (content < 0 || !header.isConstructed) return 0
    if (header.tag !== TAP.transferBatch && header.tag !== TAP.notification) return 0
    const inner = createBerHeader()
    if (readBerHeader(head, content, head.length, inner) < 0) return 0
    return inner.tag === TAP.batchControlInfo || inner.tag === TAP.sender ? 0.95 : 0
  },
  createDecoder(source) {
    return createTapDecoder(parseOptions(optionsSchema, source))
  },
}

function createTapDecoder(options: Options): RecordDecoder {
  const stream = new TapElementStream()
  const batch = new TapBatch()
  const event = new TapEvent()
  const seen: TapTotals = { count: 0, charge: 0, earliestMs: Infinity, latestMs: -Infinity }
  let key: string | undefined

  function decodeEvent(tag: number, bytes: Buffer, start: number, from: number, to: number) {
    const raw = bytes.toString('hex', start, Math.min(to, start + TAP_HEAD_BYTES))
    seen.count += 1
    key ??= batch.key() === '' ? (options.fileIdentity ?? '') : batch.key()
    if (!event.read(bytes, from, to)) {
      seen.charge = Number.NaN
      return rejectedRecord('malformed_record', `event ${seen.count} is no BER`, raw)
    }
    const startMs = event.localStartMs - (batch.offsetsMs.get(event.offsetCode) ?? Number.NaN)
    addToTotals(seen, event.charge, startMs)
    if (batch.isTest) return unbillableRecord('control_record', 'an event of a test file', raw)
    if (key === '') {
      return rejectedRecord('missing_field', 'neither batch control nor file identity', raw)
    }
    const recordKey = `${key}/${seen.count}`
    return toRecord(event, { tag, startMs, recordKey, raw, batch, options, number: seen.count })
  }

  function sinkTo(emit: EmitRecord): TapElementSink {
    const rejectHead = (head: Buffer, reason: 'malformed_record' | 'truncated_record') =>
      emit(rejectedRecord(reason, headDetail(reason), head.toString('hex')))
    return {
      part: (tag, bytes, from, to) => batch.readPart(tag, bytes, from, to),
      event: (tag, bytes, start, from, to) => emit(decodeEvent(tag, bytes, start, from, to)),
      oversized(head) {
        seen.count += 1
        seen.charge = Number.NaN
        rejectHead(head, 'malformed_record')
      },
      broken: (head) => rejectHead(head, 'malformed_record'),
      truncated: (head) => rejectHead(head, 'truncated_record'),
    }
  }

  return {
    push: (chunk, emit) => stream.push(chunk, sinkTo(emit)),
    end: (emit) => stream.end(sinkTo(emit)),
    fileFacts: () => batch.facts(seen, stream.problems),
  }
}

function headDetail(reason: 'malformed_record' | 'truncated_record'): string {
  return reason === 'truncated_record'
    ? 'the file ends inside an element'
    : `no BER of TAP 3, or an event of more than ${RECORD_BYTES_MAX} bytes`
}

function addToTotals(seen: TapTotals, charge: number, startMs: number): void {
  seen.charge += charge
  seen.earliestMs = Math.min(seen.earliestMs, startMs)
  seen.latestMs = Math.max(seen.latestMs, startMs)
}

interface EventPlace {
  readonly tag: number
  readonly startMs: number
  readonly recordKey: string
  readonly raw: string
  readonly batch: TapBatch
  readonly options: Options
  readonly number: number
}

function toRecord(event: TapEvent, place: EventPlace): DecodedRecord {
  const { tag, raw, startMs, batch, options } = place
  const what = kindOf(tag, event)
  if (what === undefined) {
    return tag === TAP.supplementaryService && event.charge === 0
      ? unbillableRecord('control_record', 'a supplementary service free of charge', raw)
      : rejectedRecord('call_type_unknown', `events with tag ${tag} are not rated`, raw)
  }
  if (event.imsi === '' && event.msisdn === '') {
    return rejectedRecord('missing_field', 'neither IMSI nor MSISDN', raw)
  }
  if (Number.isNaN(startMs)) {
    return rejectedRecord('invalid_time', 'start or its offset is not known', raw)
  }
  const problem = quantityProblem(what.kind, event)
  if (problem !== undefined) return rejectedRecord(problem.reason, problem.detail, raw)

  const own = event.msisdn === '' ? '' : `+${event.msisdn}`
  const called =
    event.calledNumber === '' ? event.dialledDigits : signed(event.calledNumber, options)
  const isIn = what.direction === 'in'
  const isData = what.kind === 'data'
  return {
    status: 'cdr',
    raw,
    recordKey: place.recordKey,
    kind: what.kind,
    direction: what.direction,
    servedNumber: own,
    imsi: event.imsi,
    iccid: '',
    trunk: '',
    sender: isIn ? signed(event.callingNumber, options) : own,
    receiver: isData ? '' : isIn ? own : called,
    startMs,
    durationSeconds: Math.max(event.durationSeconds, 0),
    volumeUpBytes: isData ? Math.max(event.volumeOutgoing, 0) : 0,
    volumeDownBytes: isData ? Math.max(event.volumeIncoming, 0) : 0,
    count: 1,
    visitedNetwork: options.homeTadigs.includes(batch.sender) ? '' : `TADIG:${batch.sender}`,
    sessionKey: isData ? sessionOf(event, batch) : '',
    partNumber: isData && event.chargingId >= 0 ? place.number : 0,
    ...(options.charges ? { amount: chargeOf(event, batch) } : {}),
  } satisfies Cdr
}

const DECIMAL_PLACES_MAX = 12

/** '' where the event has no total, or the file does not say in what it counts. */
function chargeOf({ charge, hasCharge }: TapEvent, batch: TapBatch): string {
  const { decimalPlaces, tapCurrency, localCurrency } = batch
  if (!hasCharge || !(decimalPlaces >= 0 && decimalPlaces <= DECIMAL_PLACES_MAX)) return ''
  return recordAmount(scaledAmount(charge, decimalPlaces), tapCurrency || localCurrency)
}

function kindOf(
  tag: number,
  event: TapEvent,
): { kind: UsageKind; direction: Direction } | undefined {
  switch (tag) {
    case TAP.mobileOriginatedCall:
      return { kind: event.teleService === MESSAGE_ORIGINATED ? 'sms' : 'voice', direction: 'out' }
    case TAP.mobileTerminatedCall:
      return { kind: event.teleService === MESSAGE_TERMINATED ? 'sms' : 'voice', direction: 'in' }
    case TAP.gprsCall:
      return { kind: 'data', direction: 'out' }
    default:
      return undefined
  }
}

function quantityProblem(
  kind: UsageKind,
  event: TapEvent,
): { reason: 'missing_field' | 'invalid_quantity'; detail: string } | undefined {
  if (!(event.durationSeconds <= DURATION_SECONDS_MAX)) {
    return { reason: 'invalid_quantity', detail: 'duration' }
  }
  if (kind === 'voice' && event.durationSeconds === -1) {
    return { reason: 'missing_field', detail: 'duration' }
  }
  if (kind !== 'data') return undefined
  if (event.volumeIncoming === -1 && event.volumeOutgoing === -1) {
    return { reason: 'missing_field', detail: 'data volume' }
  }
  const volume = event.volumeIncoming + event.volumeOutgoing
  return volume <= VOLUME_BYTES_MAX ? undefined : { reason: 'invalid_quantity', detail: 'volume' }
}

/** One PDP context: charging ids count anew at each gateway. */
function sessionOf(event: TapEvent, batch: TapBatch): string {
  if (!(event.chargingId >= 0)) return ''
  const gateway = event.entityCodes
    .map((code) => batch.gateways.get(code))
    .find((address) => address !== undefined)
  return `${batch.sender}/${gateway ?? ''}/${event.chargingId}/${event.imsi}`
}

function signed(digits: string, options: Options): string {
  if (digits.length <= SHORT_CODE_DIGITS_MAX || options.numbers === 'as-written') return digits
  return /^\d/.test(digits) && !digits.startsWith('00') ? `+${digits}` : digits
}
