/**
 * The fields of one TAP event, collected in one pass over its bytes. This runs for every event of
 * every roaming file, so it walks with a stack of its own instead of functions and copies nothing.
 */
import { BER_NESTING_MAX, createBerHeader, END_OF_CONTENTS, readBerHeader } from './ber.ts'
import { asciiText, bcdDigits, berInteger } from './ber.ts'
import { localStampMs } from './tap3-batch.ts'
import { TAP } from './tap3-tags.ts'

const INDEFINITE = -1

/** One object, filled again for each event. Quantities are NaN when unreadable, -1 when absent. */
export class TapEvent {
  imsi = ''
  msisdn = ''
  calledNumber = ''
  callingNumber = ''
  dialledDigits = ''
  /** Local time of the visited network, read as UTC. */
  localStartMs = Number.NaN
  offsetCode = Number.NaN
  durationSeconds = -1
  teleService = ''
  /** Sum of the charge details of type 00, the total of each charge information. */
  charge = 0
  /** The event says what it is charged, be it nothing. */
  hasCharge = false
  chargingId = -1
  volumeIncoming = -1
  volumeOutgoing = -1
  entityCodes: number[] = []

  #isChargeTotal = false
  #chargeOfDetail = 0
  readonly #header = createBerHeader()
  /** Ends and tags of the elements around the one that is read. */
  readonly #ends = new Int32Array(BER_NESTING_MAX)
  readonly #tags = new Int32Array(BER_NESTING_MAX)

  /** Reads the content of an event; false when it is no BER. */
  read(bytes: Buffer, from: number, to: number): boolean {
    this.#clear()
    const header = this.#header
    const ends = this.#ends
    const tags = this.#tags
    ends[0] = to
    tags[0] = 0
    let depth = 0
    let at = from
    for (;;) {
      while (ends[depth] === at) {
        if (depth === 0) return true
        this.#leave(tags[depth] ?? 0)
        depth -= 1
      }
      const content = readBerHeader(bytes, at, to, header)
      if (content < 0) return false
      const { tag, length, isConstructed } = header
      if (tag === END_OF_CONTENTS) {
        if (ends[depth] !== INDEFINITE || length !== 0) return false
        this.#leave(tags[depth] ?? 0)
        depth -= 1
        at = content
        continue
      }
      const end = content + length
      const limit = ends[depth] ?? 0
      if (end > (limit === INDEFINITE ? to : limit)) return false
      if (isConstructed) {
        depth += 1
        if (depth === BER_NESTING_MAX) return false
        ends[depth] = length === -1 ? INDEFINITE : end
        tags[depth] = tag
        this.#enter(tag)
        at = content
      } else {
        this.#take(tag, tags[depth] ?? 0, bytes, content, end)
        at = end
      }
    }
  }

  #clear(): void {
    this.imsi = ''
    this.msisdn = ''
    this.calledNumber = ''
    this.callingNumber = ''
    this.dialledDigits = ''
    this.localStartMs = Number.NaN
    this.offsetCode = Number.NaN
    this.durationSeconds = -1
    this.teleService = ''
    this.charge = 0
    this.hasCharge = false
    this.chargingId = -1
    this.volumeIncoming = -1
    this.volumeOutgoing = -1
    this.entityCodes.length = 0
  }

  #enter(tag: number): void {
    if (tag !== TAP.chargeDetail) return
    this.#isChargeTotal = false
    this.#chargeOfDetail = 0
  }

  #leave(tag: number): void {
    if (tag !== TAP.chargeDetail || !this.#isChargeTotal) return
    this.charge += this.#chargeOfDetail
    this.hasCharge = true
  }

  #take(tag: number, parent: number, bytes: Buffer, from: number, to: number): void {
    switch (parent) {
      case TAP.chargeDetail:
        if (tag === TAP.charge) this.#chargeOfDetail = berInteger(bytes, from, to)
        else if (tag === TAP.chargeType) {
          this.#isChargeTotal = to - from === 2 && bytes[from] === 0x30 && bytes[from + 1] === 0x30
        }
        break
      case TAP.callEventStart:
        if (tag === TAP.localTimeStamp) this.localStartMs = localStampMs(bytes, from, to)
        else if (tag === TAP.utcTimeOffsetCode) this.offsetCode = berInteger(bytes, from, to)
        break
      default:
        if (tag >= TAP.imsi) this.#takeField(tag, bytes, from, to)
        else if (tag === TAP.chargingId) this.chargingId = berInteger(bytes, from, to)
    }
  }

  #takeField(tag: number, bytes: Buffer, from: number, to: number): void {
    switch (tag) {
      case TAP.imsi:
        this.imsi = bcdDigits(bytes, from, to)
        break
      case TAP.msisdn:
        this.msisdn = bcdDigits(bytes, from, to)
        break
      case TAP.calledNumber:
        this.calledNumber = bcdDigits(bytes, from, to)
        break
      case TAP.callingNumber:
        this.callingNumber = bcdDigits(bytes, from, to)
        break
      case TAP.dialledDigits:
        this.dialledDigits = asciiText(bytes, from, to)
        break
      case TAP.totalCallEventDuration:
        this.durationSeconds = berInteger(bytes, from, to)
        break
      case TAP.teleServiceCode:
        if (this.teleService === '') this.teleService = asciiText(bytes, from, to)
        break
      case TAP.dataVolumeIncoming:
        this.volumeIncoming = berInteger(bytes, from, to)
        break
      case TAP.dataVolumeOutgoing:
        this.volumeOutgoing = berInteger(bytes, from, to)
        break
      case TAP.recEntityCode:
        this.entityCodes.push(berInteger(bytes, from, to))
        break
      default:
    }
  }
}
