/**
 * How an invoice stands on a day: what of it is open, and the state that people see. The one place that
 * says so, for lists, reminders and whatever follows; the facts come from receivable-facts.ts.
 */
import { addMicros, micros, negateMicros, type Micros } from '../../core/money/money.ts'

/** As they follow each other; a dispute stands beside them (`disputedMicros`). */
export const INVOICE_STATES = [
  'zero-suppressed',
  'finalised',
  'sent',
  'part-paid',
  'overdue',
  'paid',
  'credited',
] as const
export type InvoiceState = (typeof INVOICE_STATES)[number]

export interface StandingFacts {
  readonly kind: 'invoice' | 'credit-note'
  /** '' for a suppressed zero invoice. */
  readonly number: string
  readonly dueDay: number
  readonly isSent: boolean
  readonly grossMicros: Micros
  readonly creditedMicros: Micros
  readonly paidMicros: Micros
}

export interface InvoiceStanding {
  readonly state: InvoiceState
  /** What is left to be paid; below zero where more was paid or credited than it is of. */
  readonly openMicros: Micros
}

/** `today` is the local day of the account. A credit note asks for no payment: nothing of it is open. */
export function standingOf(facts: StandingFacts, today: number): InvoiceStanding {
  const { kind, number, grossMicros, creditedMicros, paidMicros } = facts
  const isOwed = kind === 'invoice' && number !== ''
  const openMicros = isOwed ? openMicrosOf({ grossMicros, creditedMicros, paidMicros }) : micros(0)
  return { state: stateOf(facts, { openMicros, today }), openMicros }
}

/** What is left to be paid of an invoice with a number. */
export function openMicrosOf({
  grossMicros,
  creditedMicros,
  paidMicros,
}: Pick<StandingFacts, 'grossMicros' | 'creditedMicros' | 'paidMicros'>): Micros {
  return addMicros(grossMicros, negateMicros(addMicros(creditedMicros, paidMicros)))
}

function stateOf(
  facts: StandingFacts,
  { openMicros, today }: { openMicros: Micros; today: number },
): InvoiceState {
  const { number, creditedMicros, paidMicros, grossMicros, isSent } = facts
  if (number === '') return 'zero-suppressed'
  if (creditedMicros > 0 && creditedMicros >= grossMicros) return 'credited'
  if (openMicros <= 0 && paidMicros > 0) return 'paid'
  if (openMicros > 0 && today > facts.dueDay) return 'overdue'
  if (paidMicros > 0) return 'part-paid'
  return isSent ? 'sent' : 'finalised'
}

/** What people ask a list for. */
export const STANDINGS = ['open', 'overdue', 'disputed', 'paid', 'credited'] as const
export type InvoiceCondition = (typeof STANDINGS)[number]

export function hasStanding(
  { state, openMicros }: InvoiceStanding,
  disputedMicros: Micros,
  asked: InvoiceCondition,
): boolean {
  if (asked === 'open') return openMicros > 0
  if (asked === 'disputed') return disputedMicros > 0
  return state === asked
}
