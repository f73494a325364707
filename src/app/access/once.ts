/** A write that a client may send again under one key: done once, answered as often as it asks. */
import { systemClock } from '../../core/time/clock.ts'
import { keepAnswer, keptAnswer, type KeptAnswer } from '../../identity/kept-answers.ts'
import type { Desk } from '../desk.ts'

export type Once = Pick<KeptAnswer, 'status' | 'answer'>

/** `conflict`: the key was used for something else. `desk` is within the write's transaction. */
export async function doOnce(
  { operations, caller }: Desk,
  { key, requestHash }: { readonly key: string; readonly requestHash: string },
  work: () => Promise<Once>,
): Promise<Once | 'conflict'> {
  const of = { caller: caller.name, key }
  const kept = await keptAnswer(operations, of)
  if (kept !== undefined) return kept.requestHash === requestHash ? kept : 'conflict'
  const done = await work()
  await keepAnswer(operations, of, { requestHash, ...done }, systemClock.nowMs())
  return done
}
