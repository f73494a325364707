/** Where every stage and partition stands, what waits to go out, and rejects. */
import { systemClock } from '../../core/clock.ts'
import { readStatus, type StatusReport } from '../../status/status-report.ts'
import { requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { stageTopics, statusAdmin } from '../stream-parts.ts'

/** A stream that does not answer is an answer too. `nowMs` is the moment that it is of. */
export async function statusOf(desk: Desk): Promise<StatusReport & { nowMs: number }> {
  requireOperator(desk.caller)
  const { config, clickhouse, operations } = desk
  const nowMs = systemClock.nowMs()
  const report = await readStatus({
    clickhouse,
    operations,
    openAdmin: config.kafkaBrokers === undefined ? undefined : () => statusAdmin(config),
    topics: stageTopics(config),
    nowMs,
  })
  return { ...report, nowMs }
}
