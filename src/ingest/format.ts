/**
 * What every CDR format is to the rest: bytes in, one `DecodedRecord` out for each record, in order.
 * An adapter never throws on input and never loses a record: what it cannot read is `rejected` with
 * the raw text, what is no usage is `unbillable`. Header and type rows are not records.
 */
import type { DecodedRecord, Product } from '../core/usage/usage.ts'
import type { HomeCountry } from '../core/accounts/accounts.ts'

export const FORMAT_NAMES = [
  'asterisk',
  'freeswitch-csv',
  'freeswitch-json',
  'broadworks',
  'cucm',
  'kamailio',
  'tap3',
  'radius',
  'delimited',
  'fixed-width',
  'usage',
] as const
export type FormatName = (typeof FORMAT_NAMES)[number]

/** How one supplier's or exchange's records are to be read. Parsed by zod from sources.yaml. */
export interface SourceConfig {
  readonly sourceId: string
  readonly format: FormatName
  readonly product: Product
  readonly homeCountry: HomeCountry
  /** IANA zone of times without an offset. */
  readonly timeZone: string
  /** Prefixes that the exchange puts before the number towards a carrier; stripped first. */
  readonly techPrefixes: readonly string[]
  /**
   * Codes that precede an international number ('00' by default; '' means that bare digits are
   * international), and the national trunk code ('0', '8', …; '' where the country has none).
   */
  readonly internationalPrefixes: readonly string[]
  readonly nationalPrefix: string
  /** TADIG code → 'MCC-MNC', for roaming records that name the visited network by TADIG. */
  readonly tadigNetworks: Readonly<Record<string, string>>
  /** The account whose extensions call, for an exchange that writes no account codes. */
  readonly account?: string
  /** Who charges us for its usage: one of the catalogue's suppliers. */
  readonly supplier?: string
  /** Digits of extensions (colleagues): such a party makes the call internal. */
  readonly extensionDigits: { readonly min: number; readonly max: number }
  /** Settings of the format itself (column order, delimiter, mapping, …); the adapter validates them. */
  readonly options: Readonly<Record<string, unknown>>
}

export interface FormatAdapter {
  readonly name: FormatName
  /** What its sources sell unless sources.yaml says otherwise. */
  readonly product: Product
  /** It has no lines: a zero byte in it is no fault, and a message of it needs no line end. */
  readonly isBinary?: true
  /** Only its description tells what it is: any text may be one. */
  readonly isOnlyDescribed?: true
  /** Options that describe a layout of its own, which need not look like what `detect` knows. */
  readonly layoutOptions?: readonly string[]
  /** In records from abroad, digits without a plus are national numbers of the visited country. */
  readonly nationalIsVisited?: true
  /** Its calls or sessions may be spread over files: it knows the options of `carryOptions`. */
  readonly carriesOpen?: true
  /** It judges the legs of a call together, by the option `legs`; files of before keep `legs: row`. */
  readonly judgesLegs?: true
  /** How sure it is (0-1) that a file that starts like this is of its format. */
  detect(head: Uint8Array, fileName: string): number
  /** Throws `mapping_invalid` when `source.options` are wrong. */
  createDecoder(source: SourceConfig): RecordDecoder
  /**
   * Throws `mapping_invalid` for options that can be read but have no effect. Asked of sources.yaml
   * alone: an archived file is read with what was written when it came.
   */
  requireEffect?(source: SourceConfig): void
}

export type EmitRecord = (record: DecodedRecord) => void

/** One file or stream of bytes. Chunks may be cut anywhere; memory stays bounded by `RECORD_BYTES_MAX`. */
export interface RecordDecoder {
  push(chunk: Uint8Array, emit: EmitRecord): void
  /** After the last chunk: emits what is still open (a cut last line is `truncated_record`). */
  end(emit: EmitRecord): void
  /** After end(): what the file says about itself. Formats that say nothing have no such function. */
  fileFacts?(): FileFacts
  /**
   * Formats that pair records: what is still open after end(), for the decoder of the next file of
   * the source, when `options.carryOpen` is true. Their records ended as `carried_over` in this file.
   */
  pendingCalls?(): readonly PendingCall[]
  /** Before the first push(). Calls that are never completed are given up: src/files/carry-open.ts. */
  restorePending?(pending: readonly PendingCall[]): void
}

/** A part of a call or session whose rest is in a later file. Plain data, to be kept as JSON. */
export interface PendingCall {
  readonly key: string
  readonly raw: string
  /** Time of the record, epoch milliseconds; NaN is not among them, 0 = not known. */
  readonly atMs: number
  readonly fields: Readonly<Record<string, string>>
  /** What it used so far is charged already: giving it up leaves nothing that is not known. */
  readonly isCounted: boolean
  /** Its record came in an earlier file than the one that was decoded. */
  readonly isCarried: boolean
}

/** The file's own identity and control totals, to be checked before anything of it counts. */
export interface FileFacts {
  /** The format's own identity of the file, such as 'TAP:NLDLT>BELMO'; '' if it has none. */
  readonly stream: string
  /** Number of the file in its stream, or -1; the next one after `sequenceMax` is 1. */
  readonly sequence: number
  readonly sequenceMax: number
  /** Control totals and structure that do not fit, a sentence each. */
  readonly problems: readonly string[]
  /** False when a problem makes the whole file doubtful: quarantine it and rate none of it. */
  readonly mayCount: boolean
  /** A file that says it is a test (TAP 'TD'): nothing of it is charged. */
  readonly isTest: boolean
}

export const NO_FILE_FACTS: FileFacts = {
  stream: '',
  sequence: -1,
  sequenceMax: -1,
  problems: [],
  mayCount: true,
  isTest: false,
}

/** A longer record is rejected as malformed with its first bytes. */
export const RECORD_BYTES_MAX = 1_048_576
