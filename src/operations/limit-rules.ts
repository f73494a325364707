/** What a limit's amount must be: its unit, and for modules a multiple of a step. */
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { LimitCode } from '../core/accounts.ts'
import { TikError } from '../core/errors.ts'
import { formatLimitAmount, limitUnit, type LimitUnit } from './limit-amount.ts'

interface LimitSubject {
  readonly code: LimitCode
  readonly subject: string
}

/** The unit of a limit that people can set. Throws `limit_invalid` when there is no such limit. */
export function limitUnitOf(code: LimitCode, subject: string, catalogue: Catalogue): LimitUnit {
  if (code === 'module-volume') return moduleLimit(subject, catalogue).unit
  const unit = limitUnit(code, subject)
  if (unit !== undefined) return unit
  if (code === 'sim-cap') {
    throw new TikError('limit_invalid', `a sim-cap is for data, sms or voice, not "${subject}"`)
  }
  throw new TikError('limit_invalid', `${code} is always on and cannot be changed`)
}

/**
 * The amount in the unit of the limit. Throws `limit_invalid` naming the two nearest amounts that
 * are allowed when it is not a multiple of the module's step.
 */
export function checkLimitAmount(
  { code, subject }: LimitSubject,
  { amount, unit }: { amount: number; unit: LimitUnit | undefined },
  catalogue: Catalogue,
): number {
  const expected = limitUnitOf(code, subject, catalogue)
  if (amount === 0) return 0
  if (unit !== expected) {
    const example = formatLimitAmount(EXAMPLES[expected], expected)
    throw new TikError('limit_invalid', `${code} ${subject}`.trim() + ` is set as "${example}"`)
  }
  if (code !== 'module-volume') return amount
  const { step } = moduleLimit(subject, catalogue)
  const over = amount % step
  if (over === 0) return amount
  const [below, above] = [amount - over, amount - over + step].map((allowed) =>
    allowed === 0 ? '0 (no limit)' : formatLimitAmount(allowed, expected),
  )
  throw new TikError(
    'limit_invalid',
    `${subject} is limited in steps of ${formatLimitAmount(step, expected)}: ` +
      `the nearest are ${below} and ${above}`,
  )
}

const EXAMPLES: Readonly<Record<LimitUnit, number>> = {
  money: 50_000_000,
  second: 15_000,
  byte: 524_288_000,
  message: 10,
}

function moduleLimit(moduleId: string, catalogue: Catalogue): { unit: LimitUnit; step: number } {
  const limit = catalogue.modules.get(moduleId)?.limit
  if (limit !== undefined) return limit
  throw new TikError('limit_invalid', `there is no module "${moduleId}" that can be limited`)
}
