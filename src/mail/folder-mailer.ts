/**
 * Mails as .eml files in a folder, which any mail program opens. The name is made of the date and
 * the mail's id: sending the same mail again writes the same bytes to the same file.
 */
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Mailer } from './mailer.ts'
import { messageBytes, type OutgoingMail } from './outgoing-mail.ts'

export function createFolderMailer(folder: string): Mailer {
  return {
    isRateLimited: false,
    async send(mail) {
      await mkdir(folder, { recursive: true })
      const path = join(folder, emlName(mail))
      // A file that is half written when the power goes must not look like a mail.
      await writeFile(`${path}.part`, await messageBytes(mail))
      await rename(`${path}.part`, path)
      return { status: 'sent' }
    },
    [Symbol.asyncDispose]: async () => {},
  }
}

/** `20261121-140300-anna-<id>.eml`, in UTC. */
export function emlName({ createdMs, userId, mailId }: OutgoingMail): string {
  const moment = new Date(createdMs).toISOString().replaceAll(/[-:]/g, '').slice(0, 15)
  const user = userId.replaceAll(/[^\w@.-]/g, '_').slice(0, 40)
  return `${moment.replace('T', '-')}-${user}-${mailId.slice(0, 12)}.eml`
}
