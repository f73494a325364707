/**
 * The vocabulary between the stages: a decoded CDR, and the usage that mediation makes of it.
 * Units are last in a name. Instants are UTC epoch milliseconds. '' means "none" in every text.
 */
import { compileEmpty } from './compile-fields.ts'
import type { Fields, ValuesOf } from './field.ts'
import { REJECT_WORDS, UNBILLABLE_WORDS, type Reason } from '../failures/reasons.ts'

export const PRODUCTS = ['none', 'voip', 'mobile'] as const
export type Product = (typeof PRODUCTS)[number]

export const USAGE_KINDS = ['none', 'voice', 'sms', 'mms', 'data', 'event'] as const
export type UsageKind = (typeof USAGE_KINDS)[number]

export const DIRECTIONS = ['none', 'out', 'in', 'forwarded'] as const
export type Direction = (typeof DIRECTIONS)[number]

/** Part numbers have 32 bits in the ledger. */
const PART_NUMBER_MAX = 2 ** 31 - 1

/** From 0 on, and no larger than the ledger can keep. */
export function isPartNumber(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= PART_NUMBER_MAX
}

/** A CDR as an adapter decoded it: typed, but numbers and places still in the source's own form. */
export interface Cdr {
  readonly status: 'cdr'
  /** The record as it came, for suspense. */
  readonly raw: string
  /** The format's own record key with an occurrence index where it can repeat; never content alone. */
  readonly recordKey: string
  readonly kind: UsageKind
  readonly direction: Direction
  /** Who is served, as far as the record says; mediation tries them in this order. */
  readonly servedNumber: string
  readonly imsi: string
  readonly iccid: string
  /** Account code or trunk name, for sources whose calls carry no own number. */
  readonly trunk: string
  /** Digits as they came. */
  readonly sender: string
  readonly receiver: string
  readonly startMs: number
  readonly durationSeconds: number
  readonly volumeUpBytes: number
  readonly volumeDownBytes: number
  /** Messages, or units of an event; 1 where the record is one. */
  readonly count: number
  /** 'MCC-MNC', 'TADIG:XXXXX', or '' at home. */
  readonly visitedNetwork: string
  readonly sessionKey: string
  readonly partNumber: number
  /**
   * The exchange says that the call left through a trunk to a carrier, so its other party is nobody on
   * the exchange. Left out where the source does not say.
   */
  readonly overTrunk?: boolean
  /** What the supplier charges for it, '3.10 USD', as the record says; left out where it does not. */
  readonly amount?: string
}

/** A record that an adapter could not use. It keeps its place in the count of records. */
export interface UndecodedRecord {
  readonly status: 'rejected' | 'unbillable'
  readonly reason: Reason
  readonly detail: string
  readonly raw: string
}

export type DecodedRecord = Cdr | UndecodedRecord

/**
 * One normalised event that one subscription must account for. A rejected or unbillable record is
 * a usage too, with `rejectReason` or `unbillableReason` set and whatever fields are known.
 *
 * This table is the only list of its fields. The types, the columns of the ledger, the message between
 * the stages, what `tik verify` compares and what a reversal negates follow from it.
 */
export const USAGE_FIELDS = {
  /** `<sourceId>:<recordKey>`; the same record always gets the same id. */
  usageId: { holds: 'text', column: 'usage_id', place: 1 },
  /** 52-bit hash of the content: same id and other content is a conflict, not a duplicate. */
  contentHash: { holds: 'number', column: 'content_hash', place: 2 },
  /** The file name or topic-partition that the CDR came from, and its number there. */
  origin: { holds: 'category', column: 'origin', place: 3 },
  originRecord: { holds: 'number', column: 'origin_record', place: 4 },
  rejectReason: { holds: REJECT_WORDS, place: 23 },
  unbillableReason: { holds: UNBILLABLE_WORDS, place: 24 },
  /** Kept for suspense: what was wrong, and the record itself (only when rejected). */
  detail: { holds: 'text', place: 25 },
  raw: { holds: 'text', column: 'raw', place: 26, tells: 'people' },
  partnerId: { holds: 'category', column: 'partner_id', place: 5 },
  accountId: { holds: 'category', column: 'account_id', place: 6 },
  subscriptionId: { holds: 'text', column: 'subscription_id', place: 7 },
  /** Index into `Directory.subscriptions`, -1 when nobody was found. */
  subscriptionIndex: { holds: 'index' },
  product: { holds: PRODUCTS, column: 'product', place: 8 },
  kind: { holds: USAGE_KINDS, column: 'kind', place: 9 },
  direction: { holds: DIRECTIONS, column: 'direction', place: 10 },
  /** Call type id of the catalogue, and its index in `Catalogue.callTypes` (-1: none). */
  callType: { holds: 'category', column: 'call_type', place: 11 },
  callTypeIndex: { holds: 'index' },
  /** Destination id of the rate deck ('' for data and for incoming). */
  destination: { holds: 'category', column: 'destination', place: 12 },
  /** E.164 with '+', a short code, or an alphanumeric sender. */
  sender: { holds: 'text', column: 'sender', place: 13 },
  receiver: { holds: 'text', column: 'receiver', place: 14 },
  servedNumber: { holds: 'text', column: 'served_number', place: 15 },
  /** 'MCC-MNC' or ''. */
  visitedNetwork: { holds: 'category', column: 'visited_network', place: 16 },
  startMs: { holds: 'instant', column: 'started_at', place: 17 },
  durationSeconds: { holds: 'quantity', column: 'duration_seconds', place: 18 },
  volumeBytes: { holds: 'quantity', column: 'volume_bytes', place: 19 },
  /** What is rated: seconds for voice, bytes for data, messages for SMS/MMS, units for events. */
  quantity: { holds: 'quantity', column: 'quantity', place: 20 },
  sessionKey: { holds: 'text', column: 'session_key', place: 21 },
  partNumber: { holds: 'partNumber', column: 'part_number', place: 22 },
  /** What the supplier charges for it, '3.10 USD', as the record says; '' where it does not. */
  recordAmount: { holds: 'text', column: 'record_amount', place: 27 },
  /** Who charges us for it, by the catalogue's suppliers; '' where the source names nobody. */
  supplier: { holds: 'category', column: 'supplier', place: 28 },
} as const satisfies Fields

export interface Usage extends ValuesOf<typeof USAGE_FIELDS> {}

/** A usage of nobody, of nothing: what is known is set in it. Made for every record. */
export const emptyUsage = compileEmpty(USAGE_FIELDS)
