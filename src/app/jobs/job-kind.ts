/**
 * A kind of job as data: what it takes, who may ask for it, and what runs. It is run as the caller who asked,
 * possibly in another process and more than once, so it must bear to be begun again at any point.
 */
import type { z } from 'zod'
import type { Right } from '../../identity/rights.ts'
import type { Desk } from '../desk.ts'
import type { LedgerUse } from '../whole-ledger.ts'

export interface JobKind<Wish> {
  readonly kind: string
  readonly summary: string
  readonly right: Right
  /** Only for those who reach the whole installation. */
  readonly isOfOperator?: true
  readonly wish: z.ZodType<Wish>
  readonly result: z.ZodType
  /** Jobs of one lane run one at a time across all processes; '' for those that hold nobody up. */
  readonly lane: string
  /** How whole the ledger must be for it. */
  readonly use: LedgerUse
  /** It changes nothing, so it may be cut off wherever it tells how far it is. */
  readonly isReading?: true
  /** The result as the schema takes it in; when the signal aborts, what was done until then. */
  run(working: Working<Wish>): Promise<unknown>
}

export interface Working<Wish> {
  readonly desk: Desk
  readonly wish: Wish
  /** Aborts when it is to stop: the process ends, or somebody wants it stopped. */
  readonly signal: AbortSignal
}

/** Any of them: what it is given was checked by its own schema. */
export type AnyJobKind = Omit<JobKind<unknown>, 'run'> & {
  run(working: Working<unknown>): Promise<unknown>
}

/** Types what runs by the schema beside it. */
export function jobKind<Wish>(kind: JobKind<Wish>): AnyJobKind {
  return kind
}
