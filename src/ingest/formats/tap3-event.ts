/** The fields of one TAP event, collected in one pass over its elements. */
import { asciiText, bcdDigits, berInteger } from './ber.ts'
import { localStampMs, visitElements } from './tap3-batch.ts'
import type { VisitElement } from './tap3-batch.ts'
import { TAP } from './tap3-tags.ts'

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
  chargingId = -1
  volumeIncoming = -1
  volumeOutgoing = -1
  entityCodes: number[] = []

  #isChargeTotal = false
  #chargeOfDetail = 0
  readonly #visit: VisitElement = (tag, bytes, from, to) => this.#take(tag, bytes, from, to)

  /** Reads the content of an event; false when it is no BER. */
  read(bytes: Buffer, from: number, to: number): boolean {
    this.#clear()
    return visitElements(bytes, from, to, this.#visit)
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
    this.chargingId = -1
    this.volumeIncoming = -1
    this.volumeOutgoing = -1
    this.entityCodes.length = 0
  }

  #take(tag: number, bytes: Buffer, from: number, to: number): boolean {
    switch (tag) {
      case TAP.imsi:
        this.imsi = bcdDigits(bytes, from, to)
        return false
      case TAP.msisdn:
        this.msisdn = bcdDigits(bytes, from, to)
        return false
      case TAP.calledNumber:
        this.calledNumber = bcdDigits(bytes, from, to)
        return false
      case TAP.callingNumber:
        this.callingNumber = bcdDigits(bytes, from, to)
        return false
      case TAP.dialledDigits:
        this.dialledDigits = asciiText(bytes, from, to)
        return false
      case TAP.callEventStart:
        visitElements(bytes, from, to, (inner, _bytes, start, end) => {
          if (inner === TAP.localTimeStamp) this.localStartMs = localStampMs(bytes, start, end)
          else if (inner === TAP.utcTimeOffsetCode) this.offsetCode = berInteger(bytes, start, end)
        })
        return false
      case TAP.chargeDetail:
        this.#addChargeDetail(bytes, from, to)
        return false
      default:
        return this.#takeQuantity(tag, bytes, from, to)
    }
  }

  /** Quantities; every other element may hold more of them. */
  #takeQuantity(tag: number, bytes: Buffer, from: number, to: number): boolean {
    switch (tag) {
      case TAP.totalCallEventDuration:
        this.durationSeconds = berInteger(bytes, from, to)
        return false
      case TAP.teleServiceCode:
        if (this.teleService === '') this.teleService = asciiText(bytes, from, to)
        return false
      case TAP.chargingId:
        this.chargingId = berInteger(bytes, from, to)
        return false
      case TAP.dataVolumeIncoming:
        this.volumeIncoming = berInteger(bytes, from, to)
        return false
      case TAP.dataVolumeOutgoing:
        this.volumeOutgoing = berInteger(bytes, from, to)
        return false
      case TAP.recEntityCode:
        this.entityCodes.push(berInteger(bytes, from, to))
        return false
      default:
        return true
    }
  }

  #addChargeDetail(part: Buffer, start: number, end: number): void {
    this.#isChargeTotal = false
    this.#chargeOfDetail = 0
    visitElements(part, start, end, this.#visitDetail)
    if (this.#isChargeTotal) this.charge += this.#chargeOfDetail
  }

  readonly #visitDetail: VisitElement = (tag, bytes, from, to) => {
    if (tag === TAP.chargeType) {
      this.#isChargeTotal = to - from === 2 && bytes[from] === 0x30 && bytes[from + 1] === 0x30
    } else if (tag === TAP.charge) this.#chargeOfDetail = berInteger(bytes, from, to)
  }
}
