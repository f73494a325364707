/**
 * The operator of the demo: it answers blocks within seconds, as a real one does over the API, and its mails leave. It
 * is there only beside the data folder of a demo.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock, type Clock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { Log } from '../../core/watch/log.ts'
import { sendAlerts } from '../alerts/send-alerts.ts'
import type { Desk } from '../desk.ts'
import { subscriptionOf } from '../directory/directory-of.ts'
import { answerBlock, blockRequestsOf } from '../limits/sim-blocks.ts'

const LOOK_MS = 1_000
/** So that it can be seen to wait. */
const THINKING_MS = 3_000

/** Until it is disposed; undefined where the data folder is of no demo. */
export function runDemoOperator(desk: Desk, log: Log): Disposable | undefined {
  if (!existsSync(join(desk.folder.path, 'demo.json'))) return undefined
  let isAnswering = false
  const timer = setInterval(() => void look(), LOOK_MS)
  async function look(): Promise<void> {
    if (isAnswering) return
    isAnswering = true
    try {
      const count = await answerAsDemo(desk, systemClock)
      if (count > 0) await sendAlerts(desk, systemClock)
    } catch (error) {
      const message = error instanceof TikError ? error.message : String(error)
      log.warn('demo_operator_failed', { message })
    } finally {
      isAnswering = false
    }
  }
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

/** Refuses to block what has ended, does everything else. Returns how many it answered. */
export async function answerAsDemo(desk: Desk, clock: Clock): Promise<number> {
  const waiting = await blockRequestsOf(desk, { state: 'requested' })
  const due = waiting.filter(({ requestedMs }) => clock.nowMs() - requestedMs >= THINKING_MS)
  for (const { requestId, subscriptionId, act } of due) {
    const { terminatedMs } = await subscriptionOf(desk, subscriptionId)
    const isOver = act === 'block' && terminatedMs <= clock.nowMs()
    const answer = isOver
      ? ({ answer: 'refused', why: 'the subscription has ended' } as const)
      : ({ answer: 'confirmed' } as const)
    await answerBlock(desk, requestId, answer, clock)
  }
  return due.length
}
