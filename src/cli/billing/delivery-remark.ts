/** What a person must know of mails that did not leave: whichever command sends says it and ends with 1. */
import type { SendReport } from '../../mail/send-mails.ts'
import { remark } from '../options.ts'

export function remarkDelivery({ delayedCount, refusedCount, lastReason }: SendReport): void {
  if (delayedCount > 0) {
    const mails =
      delayedCount === 1
        ? '1 mail was put off and goes'
        : `${delayedCount} mails were put off and go`
    remark(`${mails} again later: the mail server said: ${lastReason}`)
  }
  if (refusedCount > 0) {
    remark(
      `${refusedCount} mails were refused for good: \`tik mails list --state failed\` says why.`,
    )
  }
  if (delayedCount + refusedCount > 0) process.exitCode = 1
}
