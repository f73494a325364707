/** What waits in suspense: of the period, of periods before it, and what has no time that could be read. */
import type { RejectGroup } from '../../corrections/suspense/list-rejects.ts'
import type { InstantRange } from '../ledger/check-ledger.ts'
import type { BillingParts, Finding } from '../run/billing.ts'
import { euros, findingOf } from './finding-of.ts'

/** The first instant of a record whose time could be read. */
const KNOWN_FROM_MS = 1

/** Counts and estimates are those of `tik rejects list` with the options that a finding shows. */
export async function rejectFindings(
  { ledger, clock }: Pick<BillingParts, 'ledger' | 'clock'>,
  range: InstantRange,
  accountIds: readonly string[] | undefined,
): Promise<Finding[]> {
  const within = async (
    code: 'open_rejects' | 'late_rejects',
    started: InstantRange,
    when: string,
  ): Promise<Finding[]> => {
    const groups = await ledger.rejects({ started, accountIds }, clock.nowMs())
    const show = showCommand(started, accountIds)
    return groups.map((group) => found(code, group, when, show))
  }
  const { fromMs } = range
  return [
    ...(await within('open_rejects', range, '')),
    ...(await within('open_rejects', { fromMs: 0, toMs: KNOWN_FROM_MS }, ' of unknown time')),
    ...(await within('late_rejects', { fromMs: KNOWN_FROM_MS, toMs: fromMs }, ' of before')),
  ]
}

function found(
  code: 'open_rejects' | 'late_rejects',
  { reason, meaning, recordsCount, estimate }: RejectGroup,
  when: string,
  show: string,
): Finding {
  const about = estimate === undefined ? '' : `, about ${euros(estimate.valueMicros)}`
  return findingOf({
    code,
    severity: 'warning',
    subject: reason,
    text: `${recordsCount}${when} waiting${about}: ${meaning || reason}`,
    count: recordsCount,
    estimateMicros: estimate?.valueMicros,
    show,
  })
}

function showCommand(
  { fromMs, toMs }: InstantRange,
  accountIds: readonly string[] | undefined,
): string {
  const accounts = accountIds === undefined ? '' : ` --account ${accountIds.join(' ')}`
  const [from, to] = [fromMs, toMs].map((ms) => new Date(ms).toISOString())
  return `tik rejects list --from ${from} --to ${to}${accounts}`
}
