/**
 * Writes TAP 3 files with invented events, for tests, the decode bench and the fuzzer. Only what the
 * adapter reads is written.
 */
import { TAP } from '../../src/ingest/formats/tap3/tap3-tags.ts'

export interface TapFileEvent {
  readonly kind: 'mo' | 'mt' | 'sms-mo' | 'sms-mt' | 'gprs' | 'supplementary'
  readonly imsi?: string
  readonly msisdn?: string
  readonly other?: string
  /** CCYYMMDDhhmmss, local. */
  readonly start?: string
  readonly offsetCode?: number
  readonly seconds?: number
  readonly charge?: number
  readonly up?: number
  readonly down?: number
  readonly chargingId?: number
}

export interface TapFileOptions {
  readonly sender?: string
  readonly recipient?: string
  readonly sequence?: string
  readonly fileType?: string
  readonly indefinite?: boolean
  /** Overrides of the audit. */
  readonly count?: number
  readonly charge?: number
  readonly audit?: boolean
  /** What the accounting information says; there is none when left out. */
  readonly currency?: { readonly tap?: string; readonly local: string; readonly decimals?: number }
}

const CONTAINER_CALL_INFORMATION = { mo: 147, mt: 153, gprs: 114 } as const
const CHARGEABLE_SUBSCRIBER = 427
const SIM_SUBSCRIBER = 199
const DESTINATION = 89
const ORIGINATOR = 41
const BASIC_SERVICE_USED_LIST = 38
const BASIC_SERVICE_USED = 39
const BASIC_SERVICE = 36
const BASIC_SERVICE_CODE = 426
const CHARGE_INFORMATION_LIST = 70
const CHARGE_INFORMATION = 69
const CHARGE_DETAIL_LIST = 64
const GPRS_SERVICE_USED = 121
const GPRS_LOCATION = 117
const GPRS_NETWORK_LOCATION = 118
const REC_ENTITY_CODE_LIST = 185

/** One element: definite length, or indefinite when constructed and asked for. */
export function berElement(tag: number, content: Buffer | Buffer[], indefinite = false): Buffer {
  const body = Array.isArray(content) ? Buffer.concat(content) : content
  const isConstructed = Array.isArray(content)
  const first = 0x40 | (isConstructed ? 0x20 : 0)
  const head = tag < 31 ? [first | tag] : [first | 0x1f, ...base128(tag)]
  if (indefinite && isConstructed) {
    return Buffer.concat([Buffer.from([...head, 0x80]), body, Buffer.of(0, 0)])
  }
  return Buffer.concat([Buffer.from([...head, ...lengthBytes(body.length)]), body])
}

function base128(value: number): number[] {
  const last = value & 0x7f
  return value < 128 ? [last] : [...base128(value >> 7).map((byte) => byte | 0x80), last]
}

function lengthBytes(length: number): number[] {
  if (length < 128) return [length]
  const bytes = bigEndian(length)
  return [0x80 | bytes.length, ...bytes]
}

function bigEndian(value: number): number[] {
  const low = value % 256
  return value < 256 ? [low] : [...bigEndian(Math.floor(value / 256)), low]
}

function integer(tag: number, value: number): Buffer {
  const bytes = bigEndian(value)
  return berElement(tag, Buffer.from((bytes[0] ?? 0) >= 128 ? [0, ...bytes] : bytes))
}

function ascii(tag: number, text: string): Buffer {
  return berElement(tag, Buffer.from(text, 'latin1'))
}

function digits(tag: number, text: string): Buffer {
  const hex = text.replaceAll('*', 'a').replaceAll('#', 'b')
  return berElement(tag, Buffer.from(hex.length % 2 === 0 ? hex : `${hex}f`, 'hex'))
}

/** A file of the events with an audit that fits, unless the options say otherwise. */
export function tapFile(events: readonly TapFileEvent[], options: TapFileOptions = {}): Buffer {
  const nested = (tag: number, content: Buffer[]) => berElement(tag, content, options.indefinite)
  const charge = events.reduce((sum, event) => sum + (event.charge ?? 0), 0)
  const stamps = events.map((event) => event.start ?? '20261005090000').sort()
  const longTime = (tag: number, stamp: string) =>
    nested(tag, [ascii(TAP.localTimeStamp, stamp), ascii(TAP.utcTimeOffset, '+0200')])
  const control = nested(TAP.batchControlInfo, [
    ascii(TAP.sender, options.sender ?? 'DEUD1'),
    ascii(TAP.recipient, options.recipient ?? 'NLDLT'),
    ascii(TAP.fileSequenceNumber, options.sequence ?? '00042'),
    longTime(TAP.fileCreationTime, '20261006010000'),
    ...(options.fileType === undefined ? [] : [ascii(TAP.fileTypeIndicator, options.fileType)]),
  ])
  const audit = nested(TAP.auditControlInfo, [
    longTime(TAP.earliestCallTime, stamps[0] ?? '20261005090000'),
    longTime(TAP.latestCallTime, stamps.at(-1) ?? '20261005090000'),
    integer(TAP.totalCharge, options.charge ?? charge),
    integer(TAP.callEventDetailsCount, options.count ?? events.length),
  ])
  return nested(TAP.transferBatch, [
    control,
    ...(options.currency === undefined ? [] : [accountingInfo(options.currency, nested)]),
    networkInfo(nested),
    nested(
      TAP.callEventDetailList,
      events.map((event) => tapEvent(event, nested)),
    ),
    ...(options.audit === false ? [] : [audit]),
  ])
}

export function tapNotification(sequence: string): Buffer {
  return berElement(TAP.notification, [
    ascii(TAP.sender, 'DEUD1'),
    ascii(TAP.recipient, 'NLDLT'),
    ascii(TAP.fileSequenceNumber, sequence),
  ])
}

type Nest = (tag: number, content: Buffer[]) => Buffer

function accountingInfo(
  { tap, local, decimals }: NonNullable<TapFileOptions['currency']>,
  nested: Nest,
): Buffer {
  return nested(TAP.accountingInfo, [
    ascii(TAP.localCurrency, local),
    ...(tap === undefined ? [] : [ascii(TAP.tapCurrency, tap)]),
    ...(decimals === undefined ? [] : [integer(TAP.tapDecimalPlaces, decimals)]),
  ])
}

function networkInfo(nested: Nest): Buffer {
  const offset = (code: number, text: string) =>
    nested(TAP.utcTimeOffsetInfo, [
      integer(TAP.utcTimeOffsetCode, code),
      ascii(TAP.utcTimeOffset, text),
    ])
  return nested(TAP.networkInfo, [
    nested(TAP.utcTimeOffsetInfoList, [offset(0, '+0200'), offset(1, '+0100')]),
    nested(TAP.recEntityInfoList, [
      nested(TAP.recEntityInformation, [
        integer(TAP.recEntityCode, 7),
        integer(TAP.recEntityType, 3),
        ascii(TAP.recEntityId, '192.0.2.7'),
      ]),
    ]),
  ])
}

function tapEvent(event: TapFileEvent, nested: Nest): Buffer {
  if (event.kind === 'supplementary') {
    return nested(TAP.supplementaryService, [charges(event, nested)])
  }
  const subscriber = nested(CHARGEABLE_SUBSCRIBER, [
    nested(SIM_SUBSCRIBER, [
      ...(event.imsi === '' ? [] : [digits(TAP.imsi, event.imsi ?? '204040000000001')]),
      ...(event.msisdn === '' ? [] : [digits(TAP.msisdn, event.msisdn ?? '31612345678')]),
    ]),
  ])
  const start = nested(TAP.callEventStart, [
    ascii(TAP.localTimeStamp, event.start ?? '20261005090000'),
    integer(TAP.utcTimeOffsetCode, event.offsetCode ?? 0),
  ])
  const duration = event.seconds === undefined ? [] : [integer(223, event.seconds)]
  if (event.kind === 'gprs') return gprsEvent(event, [subscriber, start, ...duration], nested)
  const isOut = event.kind === 'mo' || event.kind === 'sms-mo'
  const other = event.other ?? '4930123456'
  const party = isOut
    ? nested(DESTINATION, [digits(TAP.calledNumber, other)])
    : nested(ORIGINATOR, [digits(TAP.callingNumber, other)])
  const information = isOut ? CONTAINER_CALL_INFORMATION.mo : CONTAINER_CALL_INFORMATION.mt
  const service = { mo: '11', mt: '11', 'sms-mo': '22', 'sms-mt': '21' }[event.kind]
  return nested(isOut ? TAP.mobileOriginatedCall : TAP.mobileTerminatedCall, [
    nested(information, [subscriber, party, start, ...duration]),
    nested(BASIC_SERVICE_USED_LIST, [
      nested(BASIC_SERVICE_USED, [
        nested(BASIC_SERVICE, [nested(BASIC_SERVICE_CODE, [ascii(TAP.teleServiceCode, service)])]),
        charges(event, nested),
      ]),
    ]),
  ])
}

function gprsEvent(event: TapFileEvent, basics: Buffer[], nested: Nest): Buffer {
  return nested(TAP.gprsCall, [
    nested(CONTAINER_CALL_INFORMATION.gprs, [
      ...basics,
      integer(TAP.chargingId, event.chargingId ?? 77),
    ]),
    nested(GPRS_LOCATION, [
      nested(GPRS_NETWORK_LOCATION, [
        nested(REC_ENTITY_CODE_LIST, [integer(TAP.recEntityCode, 7)]),
      ]),
    ]),
    nested(GPRS_SERVICE_USED, [
      ...(event.down === undefined ? [] : [integer(TAP.dataVolumeIncoming, event.down)]),
      ...(event.up === undefined ? [] : [integer(TAP.dataVolumeOutgoing, event.up)]),
      charges(event, nested),
    ]),
  ])
}

/** The total (00) and a component (01) of the same charge: only the total may count. */
function charges(event: TapFileEvent, nested: Nest): Buffer {
  const detail = (type: string) =>
    nested(TAP.chargeDetail, [ascii(TAP.chargeType, type), integer(TAP.charge, event.charge ?? 0)])
  return nested(CHARGE_INFORMATION_LIST, [
    nested(CHARGE_INFORMATION, [nested(CHARGE_DETAIL_LIST, [detail('00'), detail('01')])]),
  ])
}
