/**
 * Levels of a limit as people write and read them: "50%, 80%, +10.00" is a message at 50 and 80 % and,
 * once the amount is reached, at each next 10 EUR. 100 % is always one and need not be written.
 */
import { TikError } from '../core/failures/errors.ts'
import type { LimitUnit } from './limit-kinds.ts'
import { readLevels, writeLevels } from './limit-levels.ts'
import { formatLimitAmount, parseLimitAmount } from './limit-amount.ts'

/** More thresholds than somebody who gets the mails wants. */
const LEVELS_MAX = 10
/** Of the amount: below that, each next usage would be a message. */
const EVERY_PERCENT_MIN = 1

/**
 * In the form that a setting keeps; '' for none. Throws `limit_invalid`: they must be below 100 %, and a
 * step must be in the unit of the limit and at least 1 % of its amount.
 */
export function parseLimitLevels(
  text: string,
  limit: { readonly amount: number; readonly unit: LimitUnit | undefined },
): string {
  const parts = text.split(',').flatMap((part) => part.trim() || [])
  if (parts.length === 0 || parts.join() === 'none') return ''
  const steps = parts.filter((part) => part.startsWith('+'))
  const percents = parts.filter((part) => !part.startsWith('+')).map(percentOf)
  if (steps.length > 1) throw invalid('one step, such as "+10.00", is enough')
  if (percents.length > LEVELS_MAX) throw invalid(`at most ${LEVELS_MAX} levels can be set`)
  const warnPercents = [...new Set(percents)].filter((percent) => percent < 100)
  warnPercents.sort((left, right) => left - right)
  return writeLevels({ warnPercents, everyAmount: everyOf(steps[0], limit) })
}

/** Writes them in the form that `parseLimitLevels` reads; '' for none. */
export function formatLimitLevels(levels: string, unit: LimitUnit): string {
  const { warnPercents, everyAmount } = readLevels(levels)
  return [
    ...warnPercents.map((percent) => `${percent}%`),
    ...(everyAmount > 0 ? [`+${formatLimitAmount(everyAmount, unit)}`] : []),
  ].join(', ')
}

function percentOf(part: string): number {
  const percent = /^(\d{1,3}) ?%$/.exec(part)?.[1]
  const value = Number.parseInt(percent ?? '', 10)
  if (value >= 1 && value <= 100) return value
  throw invalid(`"${part}" is no level: write 1% to 100%, or "+10.00" for each next 10 EUR`)
}

function everyOf(
  step: string | undefined,
  { amount, unit }: { readonly amount: number; readonly unit: LimitUnit | undefined },
): number {
  if (step === undefined || amount === 0) return 0
  const every = parseLimitAmount(step.slice(1))
  if (every.amount === 0 || every.unit !== unit) {
    throw invalid(`"${step}" is no step of it: write it in the unit of the limit`)
  }
  if (every.amount * 100 < amount * EVERY_PERCENT_MIN) {
    throw invalid(`"${step}" is less than ${EVERY_PERCENT_MIN}% of the limit`)
  }
  return every.amount
}

function invalid(problem: string): TikError {
  return new TikError('limit_invalid', problem, {
    hint: 'levels are written as "50%, 80%, +10.00"; "none" removes them',
  })
}
