/** Durations and volumes of mapped files, in whatever unit and spelling their maker chose. */
import { unreachable } from '../../../core/failures/outcome.ts'
import type { RejectReason } from '../../../core/failures/reasons.ts'
import type { UsageKind } from '../../../core/usage/usage.ts'
import { countMaxOf, DURATION_SECONDS_MAX, VOLUME_BYTES_MAX } from '../decoded-record.ts'
import { wholeNumber } from '../../text/digits.ts'
import { compileDuration } from '../../text/duration-units.ts'
import { hasLostDigits, scaledDecimal, scaledSum } from '../../text/exact-decimal.ts'
import type { RoundingMode } from '../../../core/money/money.ts'
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
export type ReadQuantity = (
  read: ReadColumn,
  kind: UsageKind,
  measured: Measured,
) => Problem | undefined

export function compileMeasure(options: MappingOptions, slots: MappedSlots): ReadQuantity {
  const seconds = compileDuration(options)
  const fillVolumes = compileVolumes(options)
  const downSlot = slots.volume === -1 ? slots.volumeDown : slots.volume

  const isAskedWhetherAnswered = slots.answered !== -1 || slots.answeredAt !== -1
  const emptyDuration = isAskedWhetherAnswered
    ? 'duration is empty'
    : 'duration is empty, and no column says whether the call was answered (answered, answeredAt)'

  return (read, kind, measured) => {
    const durationText = read(slots.duration)
    const upText = read(slots.volumeUp)
    const downText = read(downSlot)
    const countText = read(slots.count)
    // What is rated must be written: an empty duration of a call is not a duration of 0.
    if (kind === 'voice' && durationText === '') {
      return { reason: 'missing_field', detail: emptyDuration }
    }
    if (kind === 'data' && upText === '' && downText === '') {
      return { reason: 'missing_field', detail: 'volume is empty' }
    }
    measured.durationSeconds = durationText === '' ? 0 : seconds(durationText)
    fillVolumes(upText, downText, measured)
    measured.count = countText === '' ? 1 : wholeNumber(countText)
    if (!(measured.durationSeconds <= DURATION_SECONDS_MAX)) {
      return invalid(`duration ${described(durationText)}`)
    }
    const volume = measured.volumeUpBytes + measured.volumeDownBytes
    if (!(volume <= VOLUME_BYTES_MAX)) {
      return invalid(`volume ${described(upText)} + ${described(downText)}`)
    }
    if (!(measured.count <= countMaxOf(kind))) return invalid(`count "${countText}"`)
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

function described(text: string): string {
  return hasLostDigits(text) ? `"${text}", which has lost digits in a spreadsheet` : `"${text}"`
}

function invalid(detail: string): Problem {
  return { reason: 'invalid_quantity', detail }
}

/** A part of a byte counts as one: of both directions together, so that it is never two. */
function compileVolumes(
  options: MappingOptions,
): (upText: string, downText: string, measured: Measured) => void {
  const unit = BYTES_PER_UNIT[options.volumeUnit]
  const { decimalMark } = options
  const scale = { factor: unit, divisor: 1, rounding: 'up' } as const
  return (upText, downText, measured) => {
    const up = upText === '' ? 0 : wholeNumber(upText)
    const down = downText === '' ? 0 : wholeNumber(downText)
    measured.volumeUpBytes = up * unit
    measured.volumeDownBytes = down * unit
    if (!Number.isNaN(up + down)) return
    const total = scaledSum([upText || '0', downText || '0'], decimalMark, scale)
    measured.volumeUpBytes = scaledDecimal(upText || '0', decimalMark, scale)
    measured.volumeDownBytes = total - measured.volumeUpBytes
  }
}

/** Milliseconds to whole seconds, rounded as the source is billed. */
export function wholeSeconds(milliseconds: number, rounding: RoundingMode): number {
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
