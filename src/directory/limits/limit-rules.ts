/**
 * Which limits can be set, whoever sets them: what of, whose, what they do, and how much. A limit that
 * would be taken and then never counted is refused here.
 */
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { LimitCode, LimitSetting } from '../../core/accounts/accounts.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { Product } from '../../core/usage/usage.ts'
import {
  blockedBy,
  isAlwaysOn,
  LIMIT_KINDS,
  servicesOf,
  unitOfLimit,
  type LimitUnit,
} from '../../limits/limit-kinds.ts'
import { formatLimitAmount } from '../../limits/limit-amount.ts'

interface LimitSubject {
  readonly code: LimitCode
  readonly subject: string
}

/** What is wrong with the kind or the subject of a limit, without any catalogue; '' = nothing. */
export function subjectProblem({ code, subject }: LimitSubject): string {
  if (isAlwaysOn(code)) return `${code} is always on and cannot be changed`
  const { watches } = LIMIT_KINDS[code]
  if (watches === 'module') return subject === '' ? `${code} is of a module: name it` : ''
  const services: readonly string[] = servicesOf(code)
  if (services.length === 0) {
    return subject === '' ? '' : `${code} has no subject, and so not "${subject}"`
  }
  if (services.includes(subject)) return ''
  const names = `${services.slice(0, -1).join(', ')} or ${services.at(-1)}`
  return `a ${code} is for ${names}, not "${subject}"`
}

/** What is wrong with a limit of one subscription of this product. */
export function ownerProblem(code: LimitCode, product: Product | undefined): string {
  const kind = LIMIT_KINDS[code]
  if (kind.scope === 'account') return `${code} is a limit of the account, not of a subscription`
  const isOther = product !== undefined && kind.product !== undefined && kind.product !== product
  return isOther ? `${code} is for ${kind.product} subscriptions` : ''
}

export function actionProblem(limit: LimitSubject, action: LimitSetting['action']): string {
  if (action === 'notify' || blockedBy(limit.code, limit.subject) !== undefined) return ''
  return `${named(limit)} cannot block anything`
}

/** Throws `limit_invalid` when the limit cannot be set like that. */
export function assertSettable(
  limit: LimitSubject,
  { action, product }: { action: LimitSetting['action']; product: Product | undefined },
): void {
  const hint = 'only limits of SIMs, mobile data and data roaming can block; use --action notify'
  const problem = subjectProblem(limit)
  if (problem !== '') throw new TikError('limit_invalid', problem)
  const blocks = actionProblem(limit, action)
  if (blocks !== '') throw new TikError('limit_invalid', blocks, { hint })
  const owner = product === undefined ? '' : ownerProblem(limit.code, product)
  if (owner !== '') throw new TikError('limit_invalid', owner)
}

/** The unit of a limit that people can set. Throws `limit_invalid` when there is no such limit. */
export function limitUnitOf(code: LimitCode, subject: string, catalogue: Catalogue): LimitUnit {
  const problem = subjectProblem({ code, subject })
  if (problem !== '') throw new TikError('limit_invalid', problem)
  return unitOfLimit(code, subject) ?? moduleLimit(subject, catalogue).unit
}

/**
 * The amount in the unit of the limit. Throws `limit_invalid` naming the two nearest amounts that
 * are allowed when it is not a multiple of the module's step.
 */
export function checkLimitAmount(
  limit: LimitSubject,
  { amount, unit }: { amount: number; unit: LimitUnit | undefined },
  catalogue: Catalogue,
): number {
  const { code, subject } = limit
  const expected = limitUnitOf(code, subject, catalogue)
  if (amount === 0) return 0
  if (unit !== expected) {
    const example = formatLimitAmount(EXAMPLES[expected], expected)
    throw new TikError('limit_invalid', `${named(limit)} is set as "${example}"`)
  }
  if (LIMIT_KINDS[code].watches !== 'module') return amount
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

function named({ code, subject }: LimitSubject): string {
  return `${code} ${subject}`.trim()
}
