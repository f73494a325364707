/**
 * A mail that is to leave tik, and its bytes. The same mail always gives the same bytes: date,
 * Message-ID and MIME boundaries come from the mail itself, so a retry can be recognised.
 */
import { access, constants } from 'node:fs/promises'
import MailComposer from 'nodemailer/lib/mail-composer'
import { headerText } from './render-letter.ts'

export interface OutgoingMail {
  readonly mailId: string
  readonly messageId: string
  readonly kind: string
  readonly accountId: string
  readonly userId: string
  readonly sender: MailAddress
  readonly recipient: MailAddress
  readonly language: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly attachments: readonly MailAttachment[]
  readonly createdMs: number
}

export interface MailAddress {
  readonly name: string
  readonly email: string
}

/** Content in the mail itself, or the path of a file that is read when the mail is sent. */
export type MailAttachment = { readonly fileName: string; readonly contentType: string } & (
  { readonly content: string } | { readonly path: string }
)

/** The first file of the mail that cannot be read now; undefined when all are there. */
export async function missingFile({ attachments }: OutgoingMail): Promise<string | undefined> {
  for (const attachment of attachments) {
    if (!('path' in attachment)) continue
    const isThere = await access(attachment.path, constants.R_OK).then(
      () => true,
      () => false,
    )
    if (!isThere) return attachment.path
  }
  return undefined
}

/** The message as it goes over the wire and as it stands in an .eml file. */
export async function messageBytes(mail: OutgoingMail): Promise<Buffer> {
  const composer = new MailComposer({
    from: address(mail.sender),
    to: address(mail.recipient),
    subject: headerText(mail.subject),
    text: mail.text,
    html: mail.html,
    attachments: mail.attachments.map((attachment) => ({
      filename: headerText(attachment.fileName),
      contentType: attachment.contentType,
      ...('path' in attachment ? { path: attachment.path } : { content: attachment.content }),
    })),
    messageId: mail.messageId,
    date: new Date(mail.createdMs),
    headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': mail.language },
    baseBoundary: mail.mailId,
    disableUrlAccess: true,
    xMailer: false,
  })
  return composer.compile().build()
}

function address({ name, email }: MailAddress): { name: string; address: string } {
  return { name: headerText(name), address: headerText(email) }
}
