/** What one event says in terms of the accounts document: the changed subscription and its charge. */
import type { Directory, OneOffCharge, Subscription } from '../../core/accounts/accounts.ts'
import { holdersOf } from '../../core/accounts/held-subscriptions.ts'
import { microsFromDecimal } from '../../core/money/money.ts'
import { buildDirectory, type DirectoryContent } from '../document/build-directory.ts'
import { changeSubscription } from './change-subscription.ts'
import { accountStepContent } from './account-step.ts'
import { CHARGE_DESCRIPTIONS, isAccountStep } from './directory-event.ts'
import type { DirectoryEvent, SubscriptionStep } from './directory-event.ts'
import { eventMomentMs, NO_DIRECTORY, wrong } from './event-parts.ts'
import { directoryDocumentSchema } from '../document/directory-schema.ts'

/** Throws `accounts_invalid` when it does not fit what there is. */
export function contentOf(
  event: DirectoryEvent,
  known: Directory,
): { content: DirectoryContent; atMs: number | null } {
  if (event.type === 'document') return { content: built(event.document, known), atMs: null }
  if (event.type === 'activate') {
    const document = directoryDocumentSchema.parse({ subscriptions: [event.subscription] })
    const content = built(document, known)
    const [subscription] = content.directory.subscriptions
    if (subscription === undefined) throw wrong('no subscription')
    if (known.subscriptions.some((one) => one.subscriptionId === subscription.subscriptionId)) {
      throw wrong(`there is a subscription ${subscription.subscriptionId} already`)
    }
    const { activatedMs: atMs, accountId } = subscription
    const charges = chargesOf(event, { accountId, subscriptionId: event.subscription.id, atMs })
    return { content: { ...content, oneOffCharges: charges }, atMs }
  }
  if (isAccountStep(event)) return accountStepContent(event, known)
  return stepContent(event, known)
}

function stepContent(
  event: SubscriptionStep,
  known: Directory,
): { content: DirectoryContent; atMs: number } {
  const subscription = known.subscriptions.find(
    ({ subscriptionId }) => subscriptionId === event.subscription,
  )
  const account = known.accounts.get(subscription?.accountId ?? '')
  if (subscription === undefined || account === undefined) {
    throw wrong(`there is no subscription ${event.subscription}`)
  }
  const atMs = eventMomentMs(event.at, account.timeZone)
  const result = changeSubscription(subscription, event, atMs)
  if ('problem' in result) throw wrong(result.problem)
  const { subscriptionId } = subscription
  const isKnown = event.type !== 'takeover' || known.accounts.has(event.account)
  if (!isKnown) throw wrong(`there is no account ${event.account}`)
  if (event.type === 'change-bill-to') refuseForeign(event.billTo, subscription, known)
  // A charge is of whoever has it from then on.
  const holder = holdersOf(result.changed).findLast(({ fromMs }) => fromMs <= atMs)
  const accountId = holder?.accountId ?? subscription.accountId
  return {
    content: {
      directory: { ...NO_DIRECTORY, subscriptions: [result.changed] },
      oneOffCharges: chargesOf(event, { accountId, subscriptionId, atMs }),
      webhooks: [],
    },
    atMs,
  }
}

/** A bill-to is of the account that has the subscription. */
function refuseForeign(
  billToId: string | undefined,
  { accountId }: Subscription,
  { billTos }: Directory,
): void {
  if (billToId === undefined || billTos?.get(billToId)?.accountId === accountId) return
  throw wrong(`${accountId} has no bill-to "${billToId}"`)
}

function built(document: Parameters<typeof buildDirectory>[0], known: Directory): DirectoryContent {
  const { content, problems } = buildDirectory(document, known)
  if (problems.length === 0) return content
  throw wrong(problems.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`))
}

/** Its id is of the event, so it is on one invoice line whatever comes again. */
function chargesOf(
  event: SubscriptionStep | Extract<DirectoryEvent, { type: 'activate' }>,
  whose: Pick<OneOffCharge, 'accountId' | 'subscriptionId' | 'atMs'>,
): OneOffCharge[] {
  if (event.charge === undefined) return []
  return [
    {
      chargeId: `event:${event.id}`,
      ...whose,
      description: event.charge.description ?? CHARGE_DESCRIPTIONS[event.type],
      amountMicros: microsFromDecimal(event.charge.amount),
      ...(event.charge.tax === undefined ? {} : { taxCategory: event.charge.tax }),
    },
  ]
}
