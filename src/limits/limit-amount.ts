/**
 * Amounts of limits as people write and read them: "50.00" (EUR), "250 min", "500 MB", "10 SMS".
 * Inside they are micros, seconds, bytes or messages. 0 and an empty field mean no limit.
 * 1 MB = 1,024 KB = 1,048,576 bytes, as the portals count.
 */
import { TikError } from '../core/failures/errors.ts'
import { micros, microsFromDecimal, microsToDecimal } from '../core/money/money.ts'
import type { LimitUnit } from './limit-kinds.ts'

export const BYTES_PER_MB = 1_048_576
const SECONDS_PER_MINUTE = 60
const AMOUNT = /^(\d+) ?(min|MB|GB|SMS)$/i

const UNIT_OF_SUFFIX = {
  min: { unit: 'second', size: SECONDS_PER_MINUTE },
  mb: { unit: 'byte', size: BYTES_PER_MB },
  gb: { unit: 'byte', size: 1_024 * BYTES_PER_MB },
  sms: { unit: 'message', size: 1 },
} as const

/**
 * Reads an amount into the unit that it is written in; `unit` undefined for 0 and for nothing.
 * Throws `limit_invalid` when it is neither money nor a volume.
 */
export function parseLimitAmount(text: string): {
  amount: number
  unit: LimitUnit | undefined
} {
  const trimmed = text.trim()
  if (/^(0|none|)$/i.test(trimmed)) return { amount: 0, unit: undefined }
  const volume = AMOUNT.exec(trimmed)
  if (volume !== null) {
    const suffix = UNIT_OF_SUFFIX[suffixOf(volume[2] ?? '')]
    const amount = Number.parseInt(volume[1] ?? '', 10) * suffix.size
    if (!Number.isSafeInteger(amount)) throw invalidAmount(text)
    return { amount, unit: suffix.unit }
  }
  if (!/^\d+(\.\d{1,2})?$/.test(trimmed)) throw invalidAmount(text)
  return { amount: microsFromDecimal(trimmed), unit: 'money' }
}

/** Writes an amount in the form that `parseLimitAmount` reads. */
export function formatLimitAmount(amount: number, unit: LimitUnit): string {
  if (unit === 'money') return microsToDecimal(micros(amount), 2)
  if (unit === 'second') return `${Math.ceil(amount / SECONDS_PER_MINUTE)} min`
  if (unit === 'byte') return `${Math.ceil(amount / BYTES_PER_MB)} MB`
  return `${amount} SMS`
}

function suffixOf(written: string): keyof typeof UNIT_OF_SUFFIX {
  const suffix = written.toLowerCase()
  if (suffix === 'min' || suffix === 'mb' || suffix === 'gb') return suffix
  return 'sms'
}

function invalidAmount(text: string): TikError {
  return new TikError(
    'limit_invalid',
    `"${text}" is no amount: write "50.00" for euros, "250 min", "500 MB" or "10 SMS"`,
  )
}
