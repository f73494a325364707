/**
 * The vocabulary between the stages: a decoded CDR, and the usage that mediation makes of it.
 * Units are last in a name. Instants are UTC epoch milliseconds. '' means "none" in every text.
 */
import type { Reason, RejectReason, UnbillableReason } from './reasons.ts'

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
 */
export interface Usage {
  /** `<sourceId>:<recordKey>`; the same record always gets the same id. */
  usageId: string
  /** 52-bit hash of the content: same id and other content is a conflict, not a duplicate. */
  contentHash: number
  /** The file name or topic-partition that the CDR came from, and its number there. */
  origin: string
  originRecord: number
  rejectReason: RejectReason | ''
  unbillableReason: UnbillableReason | ''
  /** Kept for suspense: what was wrong, and the record itself (only when rejected). */
  detail: string
  raw: string
  partnerId: string
  accountId: string
  subscriptionId: string
  /** Index into `Directory.subscriptions`, -1 when nobody was found. */
  subscriptionIndex: number
  product: Product
  kind: UsageKind
  direction: Direction
  /** Call type id of the catalogue, and its index in `Catalogue.callTypes` (-1: none). */
  callType: string
  callTypeIndex: number
  /** Destination id of the rate deck ('' for data and for incoming). */
  destination: string
  /** E.164 with '+', a short code, or an alphanumeric sender. */
  sender: string
  receiver: string
  servedNumber: string
  /** 'MCC-MNC' or ''. */
  visitedNetwork: string
  startMs: number
  durationSeconds: number
  volumeBytes: number
  /** What is rated: seconds for voice, bytes for data, messages for SMS/MMS, units for events. */
  quantity: number
  sessionKey: string
  partNumber: number
}
