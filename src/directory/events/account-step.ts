/** One step of an account: its discounts, its one-off charges, and what stands on its invoices. */
import { accountCalendar } from '../../core/time/account-calendar.ts'
import type { Account, Directory, Discount } from '../../core/accounts/accounts.ts'
import { dayToIso, type BillingPeriod } from '../../core/time/period.ts'
import { endedAt, holdsAt } from '../../core/time/validity.ts'
import { buildDirectory, type DirectoryContent } from '../document/build-directory.ts'
import { buildDiscounts, isDoubleDiscount } from '../document/build-discounts.ts'
import { directoryDocumentSchema } from '../document/directory-schema.ts'
import type { DocumentProblem } from '../document/located-document.ts'
import type { AccountStep } from './directory-event.ts'
import { eventMomentMs, NO_DIRECTORY, wrong } from './event-parts.ts'

interface StepContent {
  readonly content: DirectoryContent
  readonly atMs: number | null
}

/** Throws `accounts_invalid` when it does not fit what there is, or what was billed. */
export function accountStepContent(event: AccountStep, known: Directory): StepContent {
  switch (event.type) {
    case 'add-discount':
      return addDiscount(event, accountOf(known, event.account))
    case 'end-discount':
      return endDiscount(event, accountOf(known, event.account))
    case 'add-charge':
      return addCharge(event, known)
    case 'remove-charge':
      return { content: { ...NOTHING, removedChargeIds: [event.charge] }, atMs: null }
    case 'change-references':
      break
  }
  return changeReferences(event, accountOf(known, event.account))
}

const NOTHING: DirectoryContent = { directory: NO_DIRECTORY, oneOffCharges: [], webhooks: [] }

type StepOf<Type extends AccountStep['type']> = Extract<AccountStep, { type: Type }>

function addDiscount(event: StepOf<'add-discount'>, account: Account): StepContent {
  const problems: DocumentProblem[] = []
  const context = { timeZone: account.timeZone, path: [], problems, callTypes: undefined }
  const [added] = buildDiscounts([event.discount], context)
  if (added === undefined || problems.length > 0)
    throw wrong(problems.map(({ message }) => message))
  if (added.toMs <= added.fromMs) throw wrong('the discount ends before it begins')
  if (account.discounts.some((one) => isSame(one, added))) return unchanged(account, added.fromMs)
  const other = account.discounts.find((one) => isDoubleDiscount(one, added))
  if (other !== undefined) {
    throw wrong(
      `${account.accountId} has "${other.description}" on ${nameOf(other)} at that time already: there is one at a time`,
      'end that one first, from the day on which the new one begins',
    )
  }
  refuseBilled(account, added.fromMs)
  return {
    content: withAccount({ ...account, discounts: [...account.discounts, added] }),
    atMs: added.fromMs,
  }
}

function endDiscount(event: StepOf<'end-discount'>, account: Account): StepContent {
  const atMs = eventMomentMs(event.at, account.timeZone)
  const isMeant = (one: Discount): boolean =>
    one.on === event.on &&
    one.callType === event.callType &&
    (event.kind === undefined || (event.kind === 'amount') === one.amountMicros > 0)
  if (account.discounts.some((one) => isMeant(one) && one.toMs === atMs)) {
    return unchanged(account, atMs)
  }
  const ending = account.discounts.filter(
    (one) => isMeant(one) && (holdsAt(one, atMs) || one.fromMs === atMs),
  )
  const [first, second] = ending
  if (first === undefined) {
    throw wrong(`${account.accountId} has no discount on ${nameOf(event)} then`)
  }
  if (second !== undefined) {
    throw wrong(
      `${account.accountId} has a percentage and an amount on ${nameOf(event)} then`,
      'say which of them ends',
    )
  }
  refuseBilled(account, atMs)
  const discounts = account.discounts.flatMap((one) =>
    one === first ? endedAt([one], atMs) : [one],
  )
  return { content: withAccount({ ...account, discounts }), atMs }
}

function addCharge({ charge }: StepOf<'add-charge'>, known: Directory): StepContent {
  const document = directoryDocumentSchema.parse({ oneOffCharges: [charge] })
  const { content, problems } = buildDirectory(document, known)
  if (problems.length > 0) throw wrong(problems.map(({ message }) => message))
  return { content, atMs: content.oneOffCharges[0]?.atMs ?? null }
}

function changeReferences(event: StepOf<'change-references'>, account: Account): StepContent {
  const { customerText: text = '', ...others } = account
  const customerText = event.customerText ?? text
  const changed = {
    ...others,
    purchaseOrder: event.purchaseOrder ?? account.purchaseOrder,
    ...(customerText === '' ? {} : { customerText }),
  }
  return { content: withAccount(changed), atMs: null }
}

/**
 * A discount holds by the charges' own time, and those of a billed period are not billed again: one that
 * begins or ends there would say what no invoice says.
 */
function refuseBilled(account: Account, atMs: number): void {
  const billed = lastBilled(account)
  if (billed === undefined || atMs >= billed.endMs) return
  const day = dayToIso(billed.endDay)
  throw wrong(
    `${account.accountId} is billed until ${dayToIso(billed.endDay - 1)}: a discount cannot begin or end before that`,
    `let it begin or end on ${day}, and give the difference of before by a one-off charge (\`tik accounts charge\`)`,
  )
}

function lastBilled(account: Account): BillingPeriod | undefined {
  if (account.closedPeriods.length === 0) return undefined
  const calendar = accountCalendar(account)
  const days = account.closedPeriods.map(({ periodStartDay }) => periodStartDay)
  return calendar.periodStarting(Math.max(...days))
}

function unchanged(account: Account, atMs: number): StepContent {
  return { content: withAccount(account), atMs }
}

function withAccount(account: Account): DirectoryContent {
  const accounts = new Map([[account.accountId, account]])
  return { ...NOTHING, directory: { ...NO_DIRECTORY, accounts } }
}

function accountOf({ accounts }: Directory, accountId: string): Account {
  const account = accounts.get(accountId)
  if (account === undefined) throw wrong(`there is no account ${accountId}`)
  return account
}

function isSame(left: Discount, right: Discount): boolean {
  return (
    isDoubleDiscount(left, right) &&
    left.percentHundredths === right.percentHundredths &&
    left.amountMicros === right.amountMicros &&
    left.description === right.description &&
    left.fromMs === right.fromMs &&
    left.toMs === right.toMs
  )
}

function nameOf({ on, callType }: Pick<Discount, 'on' | 'callType'>): string {
  return on === 'call-type' ? `call type ${callType}` : on
}
