/** Durations and volumes of mapped files, in whatever unit and spelling their maker chose. */
import { unreachable } from '../../core/outcome.ts'
import type { RejectReason } from '../../core/reasons.ts'
import type { UsageKind } from '../../core/usage.ts'
import { COUNT_MAX, DURATION_SECONDS_MAX, VOLUME_BYTES_MAX } from './decoded-record.ts'
import { digitsBetween, wholeNumber } from './digits.ts'
import type { MappingOptions } from './mapping-options.ts'
import type { MappedSlots, ReadColumn } from './record-mapping.ts'

/** What one record measures; one object, filled again for each record. */
export interface Measured {
  durationSeconds: number
  volumeUpBytes: number
  volumeDownBytes: number
  count: number
}

interface Problem {
  readonly reason: RejectReason
  readonly detail: string
}

/** Fills `measured` from a record; returns what is wrong with it, or undefined. */
export type Measure = (read: ReadColumn, kind: UsageKind, measured: Measured) => Problem | undefined

export function compileMeasure(options: MappingOptions, slots: MappedSlots): Measure {
  const seconds = compileSeconds(options)
  const bytes = compileBytes(options)
  const downSlot = slots.volume === -1 ? slots.volumeDown : slots.volume

  return (read, kind, measured) => {
    const durationText = read(slots.duration)
    const upText = read(slots.volumeUp)
    const downText = read(downSlot)
    const countText = read(slots.count)
    // What is rated must be written: an empty duration of a call is not a duration of 0.
    if (kind === 'voice' && durationText === '') {
      return { reason: 'missing_field', detail: 'duration is empty' }
    }
    if (kind === 'data' && upText === '' && downText === '') {
      return { reason: 'missing_field', detail: 'volume is empty' }
    }
    measured.durationSeconds = seconds(durationText)
    measured.volumeUpBytes = bytes(upText)
    measured.volumeDownBytes = bytes(downText)
    measured.count = countText === '' ? 1 : wholeNumber(countText)
    if (!(measured.durationSeconds <= DURATION_SECONDS_MAX)) {
      return invalid(`duration "${durationText}"`)
    }
    const volume = measured.volumeUpBytes + measured.volumeDownBytes
    if (!(volume <= VOLUME_BYTES_MAX)) return invalid(`volume "${upText}" + "${downText}"`)
    if (!(measured.count <= COUNT_MAX)) return invalid(`count "${countText}"`)
    return undefined
  }
}

const BYTES_PER_UNIT = {
  bytes: 1,
  kB: 1_000,
  KiB: 1_024,
  MB: 1_000_000,
  MiB: 1_048_576,
  GB: 1_000_000_000,
  GiB: 1_073_741_824,
} as const

function invalid(detail: string): Problem {
  return { reason: 'invalid_quantity', detail }
}

function compileSeconds(options: MappingOptions): (text: string) => number {
  const { durationRounding, decimalMark } = options
  const rounded = (milliseconds: number) => wholeSeconds(milliseconds, durationRounding)
  switch (options.durationUnit) {
    case 'seconds':
      return (text) => {
        if (text === '') return 0
        const whole = wholeNumber(text)
        return Number.isNaN(whole) ? rounded(scaledNumber(text, decimalMark, 1_000)) : whole
      }
    case 'milliseconds':
      return (text) => (text === '' ? 0 : rounded(wholeNumber(text)))
    case 'minutes':
      return (text) => (text === '' ? 0 : rounded(scaledNumber(text, decimalMark, 60_000)))
    case 'hh:mm:ss':
      return (text) => (text === '' ? 0 : clockSeconds(text))
    default:
      return unreachable(options.durationUnit)
  }
}

function compileBytes(options: MappingOptions): (text: string) => number {
  const unit = BYTES_PER_UNIT[options.volumeUnit]
  const { decimalMark } = options
  return (text) => {
    if (text === '') return 0
    const whole = wholeNumber(text)
    return Number.isNaN(whole) ? Math.ceil(scaledNumber(text, decimalMark, unit)) : whole * unit
  }
}

/** Milliseconds to whole seconds, rounded as the source is billed. */
export function wholeSeconds(milliseconds: number, rounding: 'up' | 'down' | 'half-up'): number {
  switch (rounding) {
    case 'up':
      return Math.ceil(milliseconds / 1_000)
    case 'down':
      return Math.floor(milliseconds / 1_000)
    case 'half-up':
      return Math.floor((milliseconds + 500) / 1_000)
    default:
      return unreachable(rounding)
  }
}

/** `text × scale` for a decimal with at most six decimals, exact before its one division; or NaN. */
function scaledNumber(text: string, decimalMark: string, scale: number): number {
  const mark = text.indexOf(decimalMark)
  if (mark === -1) return wholeNumber(text) * scale
  const decimals = text.slice(mark + 1)
  const whole = mark === 0 ? 0 : wholeNumber(text.slice(0, mark))
  if (decimals.length === 0 || decimals.length > 6) return Number.NaN
  const power = 10 ** decimals.length
  const product = (whole * power + wholeNumber(decimals)) * scale
  return Number.isSafeInteger(product) ? product / power : Number.NaN
}

/** '1:02:03', '02:03' or '3723' in seconds; minutes and seconds below 60 after the first part. */
function clockSeconds(text: string): number {
  const parts = text.split(':')
  if (parts.length > 3) return Number.NaN
  let seconds = 0
  for (const [position, part] of parts.entries()) {
    const value = part.length === 0 || part.length > 6 ? Number.NaN : wholeOf(part)
    if (position > 0 && !(value < 60)) return Number.NaN
    seconds = seconds * 60 + value
  }
  return seconds
}

function wholeOf(part: string): number {
  return digitsBetween(part, 0, part.length)
}
