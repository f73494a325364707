/**
 * A write that a client may send again under one key: done once, answered as often as it asks. An answer that
 * tells a secret is kept sealed: who shows what they showed then is told it again, and nobody else is, also
 * nobody who reads the store.
 */
import { systemClock } from '../../core/time/clock.ts'
import { keepAnswer, keptAnswer, type KeptAnswer } from '../../identity/kept-answers.ts'
import { sealed, unsealed, type Seal } from '../../identity/sealed-text.ts'
import type { Desk } from '../desk.ts'

export type Once = Pick<KeptAnswer, 'status' | 'answer'>

export interface OnceWish {
  readonly key: string
  readonly requestHash: string
  /** What the caller showed at the door, of a write whose answer tells a secret. */
  readonly shown?: string | undefined
}

/**
 * `conflict`: the key was used for something else. `sealed`: it was done, and its secret was told to somebody who
 * showed something else. `desk` is within the write's transaction.
 */
export async function doOnce(
  { operations, caller }: Desk,
  { key, requestHash, shown }: OnceWish,
  work: () => Promise<Once>,
): Promise<Once | 'conflict' | 'sealed'> {
  const of = { caller: caller.name, key }
  const purpose = `answer of ${key} to ${caller.name}`
  const kept = await keptAnswer(operations, of)
  if (kept !== undefined) {
    if (kept.requestHash !== requestHash) return 'conflict'
    if (!kept.isSealed) return kept
    const answer =
      shown === undefined ? undefined : unsealed(kept.answer, { secret: shown, purpose })
    return answer === undefined ? 'sealed' : { status: kept.status, answer }
  }
  const done = await work()
  const seal: Seal | undefined = shown === undefined ? undefined : { secret: shown, purpose }
  const keeping =
    seal === undefined
      ? { ...done, isSealed: false }
      : { status: done.status, answer: sealed(done.answer, seal), isSealed: true }
  await keepAnswer(operations, of, { requestHash, ...keeping }, systemClock.nowMs())
  return done
}
