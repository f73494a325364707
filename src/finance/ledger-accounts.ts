/**
 * Which account of the general ledger an amount belongs to, as the bookkeeper says it in finance.yaml. The first
 * rule that fits holds; what no rule fits has no account, and figures show it as such. See docs/finance.md.
 */
import type { Product } from '../core/usage/usage.ts'
import type { InvoiceSection } from '../invoicing/invoice-model.ts'

/** What an amount is for. Usage is one kind, however late it came. */
export const CHARGE_KINDS = [
  'recurring',
  'one-off',
  'usage',
  'premium',
  'discount',
  'minimum',
  'credit',
] as const
export type ChargeKind = (typeof CHARGE_KINDS)[number]

/** What revenue is told apart by. */
export interface RevenueOf {
  readonly partnerId: string
  readonly kind: ChargeKind
  readonly product: Product
  /** A call type, a plan or a module; '' where there is none. */
  readonly subject: string
}

/** Whatever it says must fit; what it leaves out fits all. */
export interface RevenueRule {
  readonly partner?: readonly string[] | undefined
  readonly kind?: readonly ChargeKind[] | undefined
  readonly product?: readonly Product[] | undefined
  readonly subject?: readonly string[] | undefined
  readonly account: string
}

export const NO_ACCOUNT = ''

/** `NO_ACCOUNT` where no rule fits. */
export function revenueAccount(rules: readonly RevenueRule[], of: RevenueOf): string {
  const rule = rules.find(
    ({ partner, kind, product, subject }) =>
      fits(partner, of.partnerId) &&
      fits(kind, of.kind) &&
      fits(product, of.product) &&
      fits(subject, of.subject),
  )
  return rule?.account ?? NO_ACCOUNT
}

function fits<Value>(wanted: readonly Value[] | undefined, value: Value): boolean {
  return wanted === undefined || wanted.includes(value)
}

export function kindOfSection(section: InvoiceSection): ChargeKind {
  return KINDS[section]
}

const KINDS: Readonly<Record<InvoiceSection, ChargeKind>> = {
  recurring: 'recurring',
  'one-off': 'one-off',
  usage: 'usage',
  late: 'usage',
  correction: 'usage',
  premium: 'premium',
  'late-premium': 'premium',
  'correction-premium': 'premium',
  discount: 'discount',
  minimum: 'minimum',
  credit: 'credit',
}
