/** That an account cannot be billed, and why. */
import type { Finding } from './billing.ts'

export function blocked(code: Finding['code'], subject: string, text: string): Finding {
  return {
    code,
    severity: 'error',
    subject,
    text,
    count: 1,
    estimateMicros: undefined,
    show: `tik totals --account ${subject}`,
  }
}
