/** Limit mails that were not sent, as findings of the check before billing. */
import type { WaitingLimitMails } from '../../alerts/waiting-limit-mails.ts'
import { findingOf } from '../../invoicing/check/finding-of.ts'
import type { Finding } from '../../invoicing/run/billing.ts'

/** One for each account; `accountIds` undefined = of all. */
export function limitMailFindings(
  waiting: readonly WaitingLimitMails[],
  accountIds: readonly string[] | undefined,
): Finding[] {
  const asked = waiting.filter((each) => accountIds?.includes(each.accountId) ?? true)
  return [...Map.groupBy(asked, ({ accountId }) => accountId)].map(([subject, ofAccount]) => {
    const told = ofAccount.map(({ state, count, reason }) => {
      const why = reason === '' ? '' : ` (${reason})`
      return `${count} ${STATES[state]}${why}`
    })
    return findingOf({
      code: 'limit_mails_waiting',
      severity: 'warning',
      subject,
      text: `limit mails that nobody got: ${told.join(', ')}; \`tik alerts send\` sends them`,
      count: ofAccount.reduce((sum, { count }) => sum + count, 0),
      show: `tik alerts list --account ${subject}`,
    })
  })
}

const STATES: Readonly<Record<WaitingLimitMails['state'], string>> = {
  unread: 'messages not written yet',
  waiting: 'messages not written yet',
  queued: 'mails in the outbox',
  failed: 'mails given up',
}
