/** An account whose amounts or sums are beyond exact numbers: it is not billed, and the others are. */
import type { Finding } from '../run/billing.ts'

export function outOfRange(accountId: string, why: string): Finding {
  return {
    code: 'amount_out_of_range',
    severity: 'error',
    subject: accountId,
    text: `${why}: mend what prices its usage, then \`tik rerate\` it; until then it is not billed`,
    count: 1,
    estimateMicros: undefined,
    show: `tik details --account ${accountId}`,
  }
}
