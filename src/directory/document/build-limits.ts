/** The limits of an accounts document, each with its owner, unit and validity checked. */
import type { Account, LimitSetting, Partner } from '../../core/accounts/accounts.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { Product } from '../../core/usage/usage.ts'
import { unitOfLimit } from '../../limits/limit-kinds.ts'
import type { DirectoryDocument } from './directory-schema.ts'
import { parseLimitAmount } from '../../limits/limit-amount.ts'
import { parseLimitLevels } from '../../limits/limit-level-text.ts'
import { actionProblem, ownerProblem, subjectProblem } from '../limits/limit-rules.ts'
import { validityOf } from '../local-moment.ts'
import type { DocumentProblem } from './located-document.ts'

type WrittenLimit = DirectoryDocument['limits'][number]

export interface LimitContext {
  readonly partners: ReadonlyMap<string, Partner>
  readonly accounts: ReadonlyMap<string, Account>
  readonly accountOfSubscription: ReadonlyMap<string, string>
  readonly productOfSubscription: ReadonlyMap<string, Product>
  readonly problems: DocumentProblem[]
}

/** The settings; what is wrong with one is added to `problems`. */
export function buildLimits(document: DirectoryDocument, context: LimitContext): LimitSetting[] {
  return document.limits.flatMap((written, index): LimitSetting[] => {
    const path = ['limits', index]
    const owner = ownerOf(written, path, context)
    const amount = amountOf(written, path, context.problems)
    if (owner === undefined || amount === undefined) return []
    const levels = levelsOf(written, [...path, 'levels'], context.problems)
    const timeZone = context.accounts.get(owner.accountId)?.timeZone ?? 'Europe/Amsterdam'
    return [
      {
        code: written.code,
        scopeKind: owner.scopeKind,
        scopeId: owner.scopeId,
        subject: written.subject,
        amount,
        action: written.action,
        ...(levels === '' ? {} : { levels }),
        ...validityOf(written, timeZone, 0),
      },
    ]
  })
}

function ownerOf(
  written: WrittenLimit,
  path: PropertyKey[],
  { partners, accounts, accountOfSubscription, productOfSubscription, problems }: LimitContext,
): (Pick<LimitSetting, 'scopeKind' | 'scopeId'> & { accountId: string }) | undefined {
  const { partner, account, subscription } = written
  if ([partner, account, subscription].filter((owner) => owner !== undefined).length !== 1) {
    problems.push({ path, message: 'name exactly one of partner, account or subscription' })
    return undefined
  }
  if (partner !== undefined) {
    if (partners.has(partner)) return { scopeKind: 'partner', scopeId: partner, accountId: '' }
    problems.push({ path: [...path, 'partner'], message: `there is no partner "${partner}"` })
    return undefined
  }
  if (account !== undefined) {
    if (accounts.has(account)) return { scopeKind: 'account', scopeId: account, accountId: account }
    problems.push({ path: [...path, 'account'], message: `there is no account "${account}"` })
    return undefined
  }
  const scopeId = subscription ?? ''
  const accountId = accountOfSubscription.get(scopeId)
  if (accountId !== undefined) {
    const message = ownerProblem(written.code, productOfSubscription.get(scopeId))
    if (message === '') return { scopeKind: 'subscription', scopeId, accountId }
    problems.push({ path: [...path, 'subscription'], message })
    return undefined
  }
  problems.push({
    path: [...path, 'subscription'],
    message: `there is no subscription "${scopeId}"`,
  })
  return undefined
}

/** A step is in the unit of the amount. */
function levelsOf(written: WrittenLimit, path: PropertyKey[], problems: DocumentProblem[]): string {
  try {
    return parseLimitLevels(written.levels, parseLimitAmount(written.amount))
  } catch (error) {
    if (!(error instanceof TikError)) throw error
    problems.push({ path, message: error.message })
    return ''
  }
}

function amountOf(
  written: WrittenLimit,
  path: PropertyKey[],
  problems: DocumentProblem[],
): number | undefined {
  try {
    const { amount, unit } = parseLimitAmount(written.amount)
    const expected = unitOfLimit(written.code, written.subject)
    const ofSubject = subjectProblem(written)
    const ofAction = actionProblem(written, written.action)
    if (ofSubject !== '') {
      problems.push({ path: [...path, 'subject'], message: ofSubject })
    } else if (ofAction !== '') {
      problems.push({ path: [...path, 'action'], message: ofAction })
    } else if (unit !== undefined && expected !== undefined && unit !== expected) {
      const message = `${written.code} ${written.subject} is counted in another unit`
      problems.push({ path: [...path, 'amount'], message })
    } else {
      return amount
    }
  } catch (error) {
    if (!(error instanceof TikError)) throw error
    problems.push({ path: [...path, 'amount'], message: error.message })
  }
  return undefined
}
