/** Asks both stores now and then whether they answer, so that a supervisor hears which does not. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Health } from '../../core/watch/health.ts'
import { queryText } from '../../ledger/engine/query-file.ts'
import type { Stores } from '../stores.ts'

const LOOK_MS = 5_000

export const STORE_PARTS = ['ledger', 'operations'] as const

const answers = z.object({ ok: z.int() })
const ledgerAnswers = queryText()('answers', 'SELECT 1 AS ok', answers)

/** Until it is disposed, which waits for the look that is under way. */
export function watchStores(
  { clickhouse, operations }: Pick<Stores, 'clickhouse' | 'operations'>,
  health: Health,
  lookMs = LOOK_MS,
): AsyncDisposable {
  const ending = new AbortController()
  const looking = look()

  async function look(): Promise<void> {
    while (!ending.signal.aborted) {
      await Promise.all([
        told('ledger', () => clickhouse.query(ledgerAnswers, {})),
        told('operations', () => operations.query('SELECT 1 AS ok', [], answers)),
      ])
      await sleep(lookMs, undefined, { signal: ending.signal }).catch(() => undefined)
    }
  }
  async function told(part: (typeof STORE_PARTS)[number], ask: () => Promise<unknown>) {
    try {
      await ask()
      health.pass(part)
    } catch (error) {
      health.fail(part, error instanceof Error ? error.message : String(error))
    }
  }
  return {
    async [Symbol.asyncDispose]() {
      ending.abort()
      await looking
    },
  }
}
