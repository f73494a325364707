/**
 * `tik catalogue show`: which price holds for an account and a call type at a moment, and where it
 * comes from: the account's own agreement, a module, the plan, a parent of the plan, or the default
 * plan of the partner.
 */
import type { Account, Directory, Subscription } from '../../core/accounts/accounts.ts'
import { TikError } from '../../core/failures/errors.ts'
import { allValidAt, holdsAt, isWithin, validAt, type Validity } from '../../core/time/validity.ts'
import { agreementAt } from '../../directory/agreement.ts'
import { isRated, type TaxChoices } from '../../core/money/tax.ts'
import { taxCategoryAt, vatPercentAt } from '../../catalogue/vat-at.ts'
import { allowanceAt } from '../../catalogue/allowance-at.ts'
import type { Allowance, CallType, Catalogue, Plan, PlanModule } from '../../catalogue/catalogue.ts'
import type { RateChoice } from '../../catalogue/catalogue.ts'
import { describeRate, quantityText, validityText } from '../../catalogue/describe-rate.ts'

export interface RuleQuestion {
  readonly catalogue: Catalogue
  readonly directory: Directory
  readonly accountId: string
  readonly callType: string
  readonly atMs: number
}

/**
 * The effective rule for each plan that a subscription of the account has at the moment, as text.
 * Throws `not_found` for an unknown account or call type.
 */
export function showRule(question: RuleQuestion): string {
  const { catalogue, directory, accountId, atMs } = question
  const account = directory.accounts.get(accountId)
  if (account === undefined) throw new TikError('not_found', `there is no account "${accountId}"`)
  const callType = findCallType(catalogue, question.callType)
  const active = directory.subscriptions.filter(
    (subscription) =>
      subscription.accountId === accountId &&
      isWithin(atMs, subscription.activatedMs, subscription.terminatedMs),
  )
  const found = { ...question, account, callType }
  const byOffer = Map.groupBy(active, (subscription) => {
    const { planId, moduleIds } = offerOf(subscription, found)
    return [planId, ...moduleIds].join(' + ')
  })
  const sections = [...byOffer.values()].flatMap((holders) => offerSection(holders, found))
  const moment = new Date(atMs).toISOString()
  return [
    `${callType.id} (${callType.names.en}) for account ${accountId} at ${moment}`,
    `catalogue ${catalogue.hash.slice(0, 16)}`,
    ...vatLines(found),
    ...(sections.length === 0 ? ['', 'no subscription is active at that moment'] : sections),
  ].join('\n')
}

/** As the catalogue has it: whether the customer owes it instead, the invoice says. */
function vatLines(found: Found): string[] {
  const { taxes, informationTaxes } = found.callType
  const ofInformation = informationTaxes === undefined ? [] : [vatText(informationTaxes, found)]
  return [vatText(taxes, found), ...ofInformation.map((text) => `information: ${text}`)]
}

function vatText(taxes: TaxChoices, { catalogue, atMs, account, directory }: Found): string {
  const country = directory.partners.get(account.partnerId)?.party.address.country
  const category = taxCategoryAt(taxes, atMs)
  if (country === undefined || !isRated(category)) return `VAT ${category}`
  const percent = vatPercentAt(catalogue, country, category, atMs)
  if (percent === undefined) return `VAT ${category}: no rate in ${country} at that moment`
  return `VAT ${category}, ${percent / 100} % in ${country}`
}

const NAMES_MAX = 10

interface Found extends Omit<RuleQuestion, 'callType'> {
  readonly account: Account
  readonly callType: CallType
}

function findCallType(catalogue: Catalogue, id: string): CallType {
  const callType = catalogue.callTypes[catalogue.callTypeIndexById.get(id) ?? -1]
  if (callType !== undefined) return callType
  const near = catalogue.callTypes
    .map((candidate) => candidate.id)
    .filter((candidate) => candidate.includes(id) || id.includes(candidate))
  const hint = near.length > 0 ? `Did you mean ${near.slice(0, 5).join(', ')}?` : undefined
  throw new TikError(
    'not_found',
    `there is no call type "${id}"`,
    hint === undefined ? {} : { hint },
  )
}

/** The latest module first: it goes before the others. A plan that the catalogue has no longer is named. */
function offerOf(subscription: Subscription, { catalogue, atMs }: Found) {
  const { planId, moduleIds } = agreementAt(subscription, atMs, catalogue)
  return {
    planId: planId ?? validAt(subscription.plans, atMs)?.planId ?? '',
    moduleIds: moduleIds.toReversed(),
  }
}

/** What subscriptions with one plan and the same modules get. */
function offerSection(holders: readonly Subscription[], found: Found): string[] {
  const { catalogue, account, atMs, callType } = found
  const [first] = holders
  if (first === undefined) return []
  const offer = offerOf(first, found)
  const plan = catalogue.plans.get(offer.planId)
  const ids = holderNames(holders)
  const named = offer.planId === '' ? '(none)' : offer.planId
  const title = ['', `${[`plan ${named}`, ...offer.moduleIds].join(' + ')}: ${ids}`]
  if (plan === undefined) return [...title, '  rejected: plan_missing']
  if (!holdsAt(plan, atMs)) {
    const dates = validityText(plan, catalogue.timeZone)
    return [...title, `  rejected: plan_missing, there is such a plan ${dates}`]
  }

  const partner = found.directory.partners.get(account.partnerId)
  const isPartnerDefault = partner?.defaultPlans[first.product] === plan.planId
  const [effective, ...hidden] = [
    ...account.rateOverrides
      .filter((override) => override.callType === callType.id && holdsAt(override, atMs))
      .filter((override) => catalogue.rates.has(override.rateId))
      .map(({ rateId }) => ({ rateId, where: `the agreement of account ${account.accountId}` }))
      .toReversed(),
    ...moduleRates(offer.moduleIds, found),
    ...planRates(plan, isPartnerDefault, found),
  ]
  if (effective === undefined) return [...title, '  rejected: rate_missing']
  return [
    ...title,
    `  rate ${effective.rateId}, from ${effective.where}`,
    ...hidden.map(({ rateId, where }) => `    instead of ${rateId}, from ${where}`),
    ...describeRate(catalogue.rates.get(effective.rateId), atMs, catalogue.timeZone).map(
      (line) => `    ${line}`,
    ),
    ...allowanceLines(plan, holders, found),
  ]
}

function holderNames(holders: readonly Subscription[]): string {
  const ids = holders.slice(0, NAMES_MAX).map((subscription) => subscription.subscriptionId)
  const rest = holders.length - ids.length
  return ids.join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

interface RateSource {
  readonly rateId: string
  readonly where: string
}

function moduleRates(moduleIds: readonly string[], found: Found): RateSource[] {
  const { catalogue, callType, atMs } = found
  return moduleIds.flatMap((moduleId) =>
    allValidAt(catalogue.modules.get(moduleId)?.rates.get(callType.id) ?? [], atMs).map(
      (choice) => ({
        rateId: choice.rateId,
        where: `module ${moduleId}${datesText(choice, found)}`,
      }),
    ),
  )
}

function planRates(plan: Plan, isPartnerDefault: boolean, found: Found): RateSource[] {
  const partner = isPartnerDefault ? `, the default of partner ${found.account.partnerId}` : ''
  const choices = allValidAt(plan.rates.get(found.callType.id) ?? [], found.atMs)
  return choices.map((choice) => ({
    rateId: choice.rateId,
    where: originOf(plan, choice, found) + partner + datesText(choice, found),
  }))
}

/** ', there from 2026-11-01'; '' where it always is. */
function datesText(choice: Validity, { catalogue }: Found): string {
  const text = validityText(choice, catalogue.timeZone)
  return text === 'always' ? '' : `, there ${text}`
}

/** 'plan mobile-pool', or the chain up to the plan that says it: 'mobile-pool ← mobile-default'. */
function originOf(plan: Plan, { from }: RateChoice, { catalogue, callType }: Found): string {
  const chain = [plan.planId]
  for (let current: Plan | undefined = plan; current !== undefined && current.planId !== from;) {
    current = catalogue.plans.get(current.inheritsFrom)
    if (current !== undefined) chain.push(current.planId)
  }
  const as = callType.countsAs === '' ? '' : `, counts as ${callType.countsAs}`
  return `plan ${chain.join(' ← ')}${as}`
}

function allowanceLines(
  plan: Plan,
  subscriptions: readonly Subscription[],
  found: Found,
): string[] {
  const { catalogue, callType, atMs, directory } = found
  const granted = new Map([
    ...grantedBy(plan, `plan ${plan.planId}`, found),
    ...subscriptions.flatMap(({ modules, groups }) => [
      ...allValidAt(modules, atMs).flatMap(({ moduleId }) => {
        const module = catalogue.modules.get(moduleId)
        return module === undefined || !holdsAt(module, atMs)
          ? []
          : grantedBy(module, `module ${moduleId}`, found)
      }),
      ...allValidAt(groups, atMs)
        .flatMap(({ groupId }) => directory.groups.get(groupId)?.allowanceIds ?? [])
        .map((id) => [id, ''] as const),
    ]),
  ])
  const covering = [...granted.keys()]
    .map((id) => catalogue.allowances.get(id))
    .map((allowance) => (allowance === undefined ? undefined : allowanceAt(allowance, atMs)))
    .filter((allowance) => allowance !== undefined)
    .filter((allowance) => allowance.callTypes.includes(callType.id))
    .toSorted((left, right) => left.priority - right.priority)
  if (covering.length === 0) return ['  no allowance covers it']
  return covering.map(
    (allowance) =>
      `  allowance ${allowance.allowanceId} (${allowance.scope}, priority ${allowance.priority}): ` +
      amountText(allowance, allowance.amount) +
      keptText(allowance) +
      versionText(allowance, found) +
      (granted.get(allowance.allowanceId) ?? ''),
  )
}

/** Each with the words that say by what dates it comes; '' where it always comes. */
function grantedBy(
  { allowanceIds, allowanceDates }: Plan | PlanModule,
  source: string,
  { atMs, catalogue }: Found,
): (readonly [string, string])[] {
  return allowanceIds.flatMap((id): (readonly [string, string])[] => {
    const dates = allowanceDates.get(id)
    if (dates === undefined) return [[id, '']]
    const now = dates.find((each) => holdsAt(each, atMs))
    return now === undefined
      ? []
      : [[id, `, in ${source} ${validityText(now, catalogue.timeZone)}`]]
  })
}

function versionText({ versions }: Allowance, { atMs, catalogue }: Found): string {
  const now = versions.find((version) => holdsAt(version, atMs))
  return now === undefined ? '' : `, version ${validityText(now, catalogue.timeZone)}`
}

function amountText({ unit }: Allowance, amount: number): string {
  return amount === Infinity ? 'unlimited' : quantityText(amount, unit)
}

function keptText(allowance: Allowance): string {
  const { rolloverMaximum } = allowance
  if (rolloverMaximum === undefined) return ''
  return `, of a period's rest at most ${amountText(allowance, rolloverMaximum)} is kept`
}
