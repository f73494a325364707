/**
 * A charge is the smallest exact part of an invoice: one sum of rated usage, one recurring fee of
 * one subscription, one one-off charge. Charges with the same line key make one line.
 */
import type { Micros } from '../../core/money/money.ts'
import type { Product } from '../../core/usage/usage.ts'
import type { Tax } from '../../core/money/tax.ts'
import type { InvoiceLine, InvoiceSection, LineUnit } from '../invoice-model.ts'

export interface Charge extends Tax {
  readonly section: Exclude<InvoiceSection, 'discount' | 'minimum' | 'credit'>
  /** Charges of one line share it; lines stand in the order of their keys within a section. */
  readonly lineKey: string
  readonly subscriptionId: string
  readonly product: Product
  readonly subject: string
  readonly description: string
  readonly fromDay: number
  readonly toDay: number
  readonly count: number
  readonly quantity: number
  readonly unit: LineUnit
  readonly unitPriceMicros: Micros | undefined
  /** Of usage. */
  readonly outOfBundleQuantity?: number
  /** Of a fee of part of a period. */
  readonly share?: InvoiceLine['share']
  /** Of the subscription, where lines are by cost centre. */
  readonly costCentre?: string
  /** Exact: never rounded to cents here. */
  readonly chargeMicros: Micros
  /** The moment that says which discounts hold; undefined where the charge is for its days, one as the other. */
  readonly atMs: number | undefined
}
