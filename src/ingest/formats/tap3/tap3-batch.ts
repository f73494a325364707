/**
 * What a TAP file says about itself: who sent it to whom under which number, its offsets from UTC, and
 * the audit that its events must add up to.
 */
import { NO_FILE_FACTS } from '../../format.ts'
import type { FileFacts } from '../../format.ts'
import { asciiText, berInteger, createBerHeader, endOfIndefinite } from './ber.ts'
import { BER_NESTING_MAX, readBerHeader } from './ber.ts'
import { civilMs, digitsBetween } from '../../text/digits.ts'
import { TAP } from './tap3-tags.ts'
import { offsetMs } from '../../text/time-parts.ts'

const SEQUENCE_MAX = 99_999
const RECORDING_ENTITY_GGSN = 3

/** One element below a part, where visiting decides whether to go into it. */
export type VisitElement = (tag: number, bytes: Buffer, from: number, to: number) => boolean | void

/**
 * Visits the elements of [from, to) in order, and those inside of the ones for which `visit` returns
 * true. Returns false when the bytes are no BER.
 */
export function visitElements(
  bytes: Buffer,
  from: number,
  to: number,
  visit: VisitElement,
  depth = 0,
): boolean {
  const header = createBerHeader()
  if (depth > BER_NESTING_MAX) return false
  let at = from
  while (at < to) {
    const content = readBerHeader(bytes, at, to, header)
    if (content < 0) return false
    const { tag, length, isConstructed } = header
    const end = length === -1 ? endOfIndefinite(bytes, content, to) : content + length
    if (end < 0 || end > to) return false
    if (visit(tag, bytes, content, end) === true && isConstructed) {
      if (!visitElements(bytes, content, end, visit, depth + 1)) return false
    }
    at = length === -1 ? end + 2 : end
  }
  return true
}

export class TapBatch {
  sender = ''
  recipient = ''
  sequence = -1
  isTest = false
  createdLocal = ''
  /** UtcTimeOffsetCode → milliseconds. */
  readonly offsetsMs = new Map<number, number>()
  /** RecEntityCode of gateways → address. */
  readonly gateways = new Map<number, string>()
  /** In which the charges are: that of the file, else the local one of the sender. */
  tapCurrency = ''
  localCurrency = ''
  /** A charge is a count of units of this decimal; NaN where the file does not say. */
  decimalPlaces = Number.NaN
  readonly #problems: string[] = []
  #audit: { count: number; charge: number; earliestMs: number; latestMs: number } | undefined
  #isNotification = false

  /** Reads one part of the batch; parts that are not known do not matter. */
  readPart(tag: number, bytes: Buffer, from: number, to: number): void {
    switch (tag) {
      case TAP.batchControlInfo:
        this.#check(this.#readControl(bytes, from, to), 'batch control')
        break
      case TAP.networkInfo:
        this.#check(this.#readNetwork(bytes, from, to), 'network information')
        break
      case TAP.accountingInfo:
        this.#check(this.#readAccounting(bytes, from, to), 'accounting')
        break
      case TAP.auditControlInfo:
        this.#check(this.#readAudit(bytes, from, to), 'audit')
        break
      default:
        // In a notification the control elements stand at the top.
        this.#isNotification ||= tag === TAP.sender
        if (this.#isNotification) this.#readControlElement(tag, bytes, from, to)
    }
  }

  /** The stable part of record keys: who, to whom, in which year, under which number; '' if unknown. */
  key(): string {
    if (this.sender === '' || this.sequence < 0) return ''
    const year = this.createdLocal.slice(0, 4)
    const sequence = String(this.sequence).padStart(5, '0')
    return `${this.sender}>${this.recipient}:${this.isTest ? 'T' : 'C'}${year}:${sequence}`
  }

  facts(seen: TapTotals, structure: readonly string[]): FileFacts {
    const problems = [...structure, ...this.#problems, ...this.#auditProblems(seen)]
    return {
      ...NO_FILE_FACTS,
      stream: `TAP:${this.isTest ? 'T' : 'C'}D:${this.sender}>${this.recipient}`,
      sequence: this.sequence,
      sequenceMax: SEQUENCE_MAX,
      problems,
      mayCount: problems.length === 0,
      isTest: this.isTest,
    }
  }

  #check(isReadable: boolean, part: string): void {
    if (!isReadable) this.#problems.push(`the ${part} cannot be read`)
  }

  #readControl(part: Buffer, start: number, end: number): boolean {
    return visitElements(part, start, end, (tag, bytes, from, to) => {
      this.#readControlElement(tag, bytes, from, to)
    })
  }

  #readControlElement(tag: number, bytes: Buffer, from: number, to: number): void {
    switch (tag) {
      case TAP.sender:
        this.sender = asciiText(bytes, from, to)
        break
      case TAP.recipient:
        this.recipient = asciiText(bytes, from, to)
        break
      case TAP.fileSequenceNumber: {
        const sequence = digitsBetween(asciiText(bytes, from, to), 0, to - from)
        this.sequence = sequence <= SEQUENCE_MAX ? sequence : -1
        break
      }
      case TAP.fileTypeIndicator:
        this.isTest = asciiText(bytes, from, to) === 'T'
        break
      case TAP.fileCreationTime:
      case TAP.fileAvailableTime:
        visitElements(bytes, from, to, (inner, _bytes, start, end) => {
          if (inner === TAP.localTimeStamp && this.createdLocal === '') {
            this.createdLocal = asciiText(bytes, start, end)
          }
        })
        break
      default:
    }
  }

  #readNetwork(part: Buffer, start: number, end: number): boolean {
    let code = Number.NaN
    let entityType = Number.NaN
    return visitElements(part, start, end, (tag, bytes, from, to) => {
      switch (tag) {
        case TAP.utcTimeOffsetCode:
        case TAP.recEntityCode:
          code = berInteger(bytes, from, to)
          return false
        case TAP.utcTimeOffset:
          this.offsetsMs.set(code, offsetMs(asciiText(bytes, from, to)))
          return false
        case TAP.recEntityType:
          entityType = berInteger(bytes, from, to)
          return false
        case TAP.recEntityId:
          if (entityType === RECORDING_ENTITY_GGSN) {
            this.gateways.set(code, asciiText(bytes, from, to))
          }
          return false
        default:
          return true
      }
    })
  }

  #readAccounting(part: Buffer, start: number, end: number): boolean {
    return visitElements(part, start, end, (tag, bytes, from, to) => {
      if (tag === TAP.tapCurrency) this.tapCurrency = asciiText(bytes, from, to)
      else if (tag === TAP.localCurrency) this.localCurrency = asciiText(bytes, from, to)
      else if (tag === TAP.tapDecimalPlaces) this.decimalPlaces = berInteger(bytes, from, to)
    })
  }

  #readAudit(part: Buffer, start: number, end: number): boolean {
    const audit = { count: Number.NaN, charge: Number.NaN, earliestMs: 0, latestMs: 0 }
    this.#audit = audit
    return visitElements(part, start, end, (tag, bytes, from, to) => {
      if (tag === TAP.callEventDetailsCount) audit.count = berInteger(bytes, from, to)
      else if (tag === TAP.totalCharge) audit.charge = berInteger(bytes, from, to)
      else if (tag === TAP.earliestCallTime) audit.earliestMs = longTimeMs(bytes, from, to)
      else if (tag === TAP.latestCallTime) audit.latestMs = longTimeMs(bytes, from, to)
    })
  }

  #auditProblems(seen: TapTotals): string[] {
    if (this.#isNotification) return []
    const audit = this.#audit
    if (audit === undefined) return ['the file has no audit']
    const problems: string[] = []
    if (Number.isNaN(audit.count)) problems.push('the audit has no count of events')
    else if (audit.count !== seen.count) {
      problems.push(`the audit counts ${audit.count} events, the file has ${seen.count}`)
    }
    if (!Number.isNaN(audit.charge) && audit.charge !== seen.charge) {
      problems.push(`the audit charges ${audit.charge}, the events ${seen.charge}`)
    }
    if (seen.count > 0 && !Number.isNaN(seen.earliestMs + seen.latestMs)) {
      if (audit.earliestMs !== 0 && audit.earliestMs !== seen.earliestMs) {
        problems.push('the earliest event is not the one of the audit')
      }
      if (audit.latestMs !== 0 && audit.latestMs !== seen.latestMs) {
        problems.push('the latest event is not the one of the audit')
      }
    }
    return problems
  }
}

/** What the events of the file add up to, in the charge unit of the file (TapDecimalPlaces). */
export interface TapTotals {
  count: number
  charge: number
  earliestMs: number
  latestMs: number
}

/** `CCYYMMDDhhmmss` read as UTC, from the bytes of a LocalTimeStamp; NaN when it is none. */
export function localStampMs(bytes: Uint8Array, from: number, to: number): number {
  if (to - from !== 14) return Number.NaN
  return civilMs({
    year: pair(bytes, from) * 100 + pair(bytes, from + 2),
    month: pair(bytes, from + 4),
    day: pair(bytes, from + 6),
    hour: pair(bytes, from + 8),
    minute: pair(bytes, from + 10),
    second: pair(bytes, from + 12),
  })
}

function pair(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] ?? 0) - 48
  const ones = (bytes[at + 1] ?? 0) - 48
  const isPair = tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9
  return isPair ? tens * 10 + ones : Number.NaN
}

/** An instant with its own offset. */
function longTimeMs(part: Buffer, start: number, end: number): number {
  let localMs = Number.NaN
  let offset = Number.NaN
  visitElements(part, start, end, (tag, bytes, from, to) => {
    if (tag === TAP.localTimeStamp) localMs = localStampMs(bytes, from, to)
    else if (tag === TAP.utcTimeOffset) offset = offsetMs(asciiText(bytes, from, to))
  })
  return localMs - offset
}
