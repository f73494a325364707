/** Balances as text for a terminal and as JSON. */
import type { Language } from '../../core/accounts/accounts.ts'
import { micros, microsToDecimal, roundToCents } from '../../core/money/money.ts'
import { dayToIso } from '../../core/time/period.ts'
import { formatTable } from '../../core/text/text-table.ts'
import type { AccountBalances, SubscriptionBalance } from '../../balances/account-balances.ts'
import type { BundleBalance, BundleMark } from '../../balances/bundle-balance.ts'
import type { LimitBalance } from '../../balances/limit-balance.ts'

export const BALANCE_ORDERS = ['number', 'usage', 'cost'] as const
export type BalanceOrder = (typeof BALANCE_ORDERS)[number]

export interface BalancesView {
  readonly language: Language
  readonly sortBy: BalanceOrder
  readonly withTerminated: boolean
}

const BYTES_PER_MB = 1_048_576
const MARKS: Readonly<Record<BundleMark, string>> = {
  none: '',
  yellow: ' (own share exceeded)',
  red: ' (used up)',
}

const CELL_MARKS: Readonly<Record<BundleMark, string>> = { none: '', yellow: ' !', red: ' !!' }

/** Everything that the mobile page shows, top to bottom. */
export function renderBalances(balances: AccountBalances, view: BalancesView): string {
  const { name, accountId, period, totalMicros, groups, limits, simGroups } = balances
  const head = [
    `${name} (${accountId}), ${dayToIso(period.startDay)} to ${dayToIso(period.endDay - 1)}`,
    `Usage charged so far: ${euros(totalMicros)}`,
    ...limits.map((limit) => `Limit ${limitText(limit)}`),
  ].join('\n')
  const sims = simGroups.enough + simGroups.low + simGroups.empty
  const simsText =
    sims === 0
      ? []
      : [
          `SIMs by data left: ${simGroups.enough} with 20-100 %, ${simGroups.low} under 20 %, ` +
            `${simGroups.empty} with none`,
        ]
  return [
    head,
    ...groups.map((group) =>
      [
        `Group ${group.name}, ${group.membersCount} subscriptions`,
        ...group.bundles.map((bundle) => `  ${bundleText(bundle, view.language)}`),
      ].join('\n'),
    ),
    subscriptionsTable(sortBalances(balances.subscriptions, view)),
    ...simsText,
  ].join('\n\n')
}

/** Active ones in the asked order; terminated ones last and only on request. */
export function sortBalances(
  subscriptions: readonly SubscriptionBalance[],
  { sortBy, withTerminated }: Pick<BalancesView, 'sortBy' | 'withTerminated'>,
): SubscriptionBalance[] {
  return subscriptions
    .filter(({ terminated }) => withTerminated || !terminated)
    .sort((left, right) => {
      const ended = Number(left.terminated) - Number(right.terminated)
      if (ended !== 0) return ended
      if (sortBy === 'cost' && left.costMicros !== right.costMicros) {
        return right.costMicros - left.costMicros
      }
      if (sortBy === 'usage' && usedMost(left) !== usedMost(right)) {
        return usedMost(right) - usedMost(left)
      }
      return byNumber(left, right)
    })
}

function byNumber(left: SubscriptionBalance, right: SubscriptionBalance): number {
  return left.number < right.number ? -1 : Number(left.number > right.number)
}

/** JSON has no infinity: an unlimited amount is null. */
export function balancesJson(balances: AccountBalances): unknown {
  return JSON.parse(JSON.stringify(balances))
}

function subscriptionsTable(subscriptions: readonly SubscriptionBalance[]): string {
  if (subscriptions.length === 0) return 'No subscriptions.'
  const table = formatTable(
    [
      { key: 'number', title: 'Number' },
      { key: 'label', title: 'Label' },
      { key: 'product', title: 'Product' },
      { key: 'cost', title: 'Charged', align: 'right' },
      { key: 'data', title: 'Data', align: 'right' },
      { key: 'voice', title: 'Calls', align: 'right' },
      { key: 'sms', title: 'SMS', align: 'right' },
      { key: 'credit', title: 'Credit', align: 'right' },
      { key: 'limits', title: 'Limits' },
    ],
    subscriptions.map((one) => ({
      number: one.number,
      label: one.terminated ? `${one.label} (ended)` : one.label,
      product: one.product,
      cost: euros(one.costMicros),
      data: bundlesCell(one.bundles, 'byte'),
      voice: bundlesCell(one.bundles, 'second'),
      sms: bundlesCell(one.bundles, 'message'),
      credit: bundlesCell(one.bundles, 'money'),
      limits: limitsCell(one.limits),
    })),
  )
  const marks = subscriptions.flatMap(({ bundles }) => bundles.map(({ mark }) => mark))
  if (marks.every((mark) => mark === 'none')) return table
  return `${table}\n! own share of the group bundle exceeded   !! bundle or group bundle used up`
}

/** '966/500 MB 193 % !!'; several bundles of one kind stand side by side. */
function bundlesCell(bundles: readonly BundleBalance[], unit: BundleBalance['unit']): string {
  return bundles
    .filter((bundle) => bundle.unit === unit)
    .map(({ used, amount, percent, mark }) => {
      const total = amount === Infinity ? '∞' : quantity(amount, unit)
      const share = percent === undefined ? '' : ` ${percent} %`
      return `${bareQuantity(used, unit)}/${total}${share}${CELL_MARKS[mark]}`
    })
    .join(' + ')
}

/** Those that something counts against, the fullest first; JSON has them all. */
function limitsCell(limits: readonly LimitBalance[]): string {
  return limits
    .filter(({ used }) => used > 0)
    .sort((left, right) => right.percent - left.percent)
    .map(({ code, subject, percent }) => `${[code, subject].join(' ').trim()} ${percent} %`)
    .join(', ')
}

function bundleText(bundle: BundleBalance, language: Language): string {
  const { names, used, amount, unit, percent, above, remaining, mark } = bundle
  const total = amount === Infinity ? '∞' : quantity(amount, unit)
  const share = percent === undefined ? '' : ` (${percent} %)`
  const rest =
    amount === Infinity
      ? ''
      : above > 0
        ? `, ${quantity(above, unit)} above`
        : `, ${quantity(remaining, unit)} left`
  return `${names[language]}: ${quantity(used, unit)} of ${total}${share}${rest}${MARKS[mark]}`
}

function limitText({ code, subject, unit, used, amount, percent }: LimitBalance): string {
  const name = subject === '' ? code : `${code} ${subject}`
  return `${name}: ${quantity(used, unit)} of ${quantity(amount, unit)} (${percent} %)`
}

/** Used up to now, so minutes and megabytes that are not full are not counted. */
export function quantity(amount: number, unit: BundleBalance['unit']): string {
  if (unit === 'money') return euros(amount)
  if (unit === 'second') return `${whole(amount / 60)} min`
  if (unit === 'byte') return `${whole(amount / BYTES_PER_MB)} MB`
  if (unit === 'event') return `${whole(amount)} events`
  return `${amount} SMS`
}

/** Without its unit, for the first of two. */
function bareQuantity(amount: number, unit: BundleBalance['unit']): string {
  return quantity(amount, unit).replace(/ (min|MB|SMS|events)$/, '')
}

function whole(amount: number): string {
  return Math.floor(amount).toLocaleString('en-GB')
}

function euros(amount: number): string {
  return `€ ${microsToDecimal(roundToCents(micros(amount)), 2)}`
}

function usedMost({ bundles }: SubscriptionBalance): number {
  return Math.max(-1, ...bundles.map(({ percent }) => percent ?? -1))
}
