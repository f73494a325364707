/** Durations and volumes of mapped files, in whatever unit and spelling their maker chose. */
import { digitsBetween, wholeNumber } from './digits.ts'
import type { MappingOptions } from './mapping-options.ts'

export interface QuantityReaders {
  /** Whole seconds, or NaN; '' is 0. */
  seconds(text: string): number
  /** Whole bytes, or NaN; '' is 0. */
  bytes(text: string): number
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

export function compileQuantities(options: MappingOptions): QuantityReaders {
  return { seconds: compileSeconds(options), bytes: compileBytes(options) }
}

function compileSeconds(options: MappingOptions): (text: string) => number {
  const { durationRounding, decimalMark } = options
  const rounded = (milliseconds: number) => wholeSeconds(milliseconds, durationRounding)
  switch (options.durationUnit) {
    case 'seconds':
      return (text) => {
        if (text === '') return 0
        if (!text.includes(decimalMark)) return wholeNumber(text)
        return rounded(scaledNumber(text, decimalMark, 1_000))
      }
    case 'milliseconds':
      return (text) => (text === '' ? 0 : rounded(wholeNumber(text)))
    case 'minutes':
      return (text) => (text === '' ? 0 : rounded(scaledNumber(text, decimalMark, 60_000)))
    case 'hh:mm:ss':
      return (text) => (text === '' ? 0 : clockSeconds(text))
  }
}

function compileBytes(options: MappingOptions): (text: string) => number {
  const unit = BYTES_PER_UNIT[options.volumeUnit]
  const { decimalMark } = options
  return (text) => {
    if (text === '') return 0
    if (!text.includes(decimalMark)) return wholeNumber(text) * unit
    return Math.ceil(scaledNumber(text, decimalMark, unit))
  }
}

function wholeSeconds(milliseconds: number, rounding: 'up' | 'down' | 'half-up'): number {
  switch (rounding) {
    case 'up':
      return Math.ceil(milliseconds / 1_000)
    case 'down':
      return Math.floor(milliseconds / 1_000)
    case 'half-up':
      return Math.floor((milliseconds + 500) / 1_000)
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
