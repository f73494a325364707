/** One movement on a bank account, as a statement tells it: an entry, or one of the transactions of a batch. */
import type { Micros } from '../../core/money/money.ts'

export interface BankEntry {
  /** The same movement in another copy of the statement, or in another statement, has the same key. */
  readonly key: string
  /** The account of the statement, without blanks. */
  readonly iban: string
  readonly statementId: string
  readonly bookedDay: number
  /** Always above zero. */
  readonly amountMicros: Micros
  readonly currency: string
  readonly direction: BankDirection
  readonly counterparty: { readonly name: string; readonly iban: string }
  /** In fields of their own. */
  readonly structuredReferences: readonly string[]
  /** Everything that the payer wrote, and the numbers of documents that they named. */
  readonly text: string
  /** By which a return can name what it returns: end-to-end, transaction and instruction ids. */
  readonly ids: readonly string[]
  /** The part of a batch of ours that it is the total of; '' where it is none. */
  readonly batchId: string
  /** Why it went back, as banks code it; '' where nothing is said. */
  readonly returnReason: string
  /** What keeps the whole from being told apart: a batch that does not say its parts. '' = nothing. */
  readonly unclear: string
}

/**
 * `in`: somebody paid. `back`: a payment of before was returned or reversed. `out`: anything else that is no
 * payment of a customer: what we paid, and what of that came back.
 */
export type BankDirection = 'in' | 'back' | 'out'

export interface BankStatement {
  readonly statementId: string
  readonly iban: string
  readonly entries: readonly BankEntry[]
  /** Entries that the bank has only announced. */
  readonly notBookedCount: number
}
