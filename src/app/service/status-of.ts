/** Where every stage and partition stands, what waits to go out, and rejects. */
import { systemClock } from '../../core/time/clock.ts'
import type { WaitingLimitMails } from '../../alerts/waiting-limit-mails.ts'
import type { RejectGroup } from '../../corrections/suspense/list-rejects.ts'
import type { Undelivered } from '../../invoicing/delivery/undelivered.ts'
import { readStatus, type StatusReport } from '../../status/status-report.ts'
import { requireOperator } from '../caller.ts'
import { undeliveredEInvoices } from '../billing/undelivered-findings.ts'
import { limitMailsWaiting } from '../alerts/limit-mails-waiting.ts'
import { waitingRecords } from '../corrections/waiting-records.ts'
import type { Desk } from '../desk.ts'
import { stageTopics, statusAdmin } from '../stream-parts.ts'

export interface InstallationStatus extends StatusReport {
  /** As `tik rejects list` tells them. */
  readonly rejects: readonly RejectGroup[]
  readonly limitMails: readonly WaitingLimitMails[]
  readonly eInvoices: readonly Undelivered[]
  /** The moment that it is of. */
  readonly nowMs: number
}

/** A stream that does not answer is an answer too. */
export async function statusOf(desk: Desk): Promise<InstallationStatus> {
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
  const rejects = await waitingRecords(desk)
  const limitMails = await limitMailsWaiting(desk)
  return {
    ...report,
    rejects,
    limitMails,
    eInvoices: await undeliveredEInvoices(desk, nowMs),
    nowMs,
  }
}
