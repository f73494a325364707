/** From whom the mails of an account come: its partner. */
import type { Partner } from '../core/accounts/accounts.ts'
import type { OutgoingMail } from './outgoing-mail.ts'

/** A partner without an address of its own; such mails cannot be answered. */
const FALLBACK_SENDER = 'tik@localhost'

/** Sender and stable Message-ID of a mail. */
export function mailFrom(
  partner: Partner | undefined,
  mailId: string,
): Pick<OutgoingMail, 'sender' | 'messageId'> {
  const email = partner?.mailFrom === '' ? undefined : partner?.mailFrom
  const sender = { name: partner?.party.legalName ?? '', email: email ?? FALLBACK_SENDER }
  return { sender, messageId: `<${mailId}@${sender.email.split('@').at(-1) ?? 'localhost'}>` }
}
