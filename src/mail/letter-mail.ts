/** What a letter and its reader make of a mail; what goes with it and how it is named is its sender's. */
import type { User } from '../core/accounts/accounts.ts'
import type { Letter } from './letter.ts'
import type { OutgoingMail } from './outgoing-mail.ts'
import { renderHtml, renderText } from './render-letter.ts'

export function letterMail(
  letter: Letter,
  user: User,
): Pick<
  OutgoingMail,
  'accountId' | 'userId' | 'recipient' | 'language' | 'subject' | 'text' | 'html'
> {
  return {
    accountId: user.accountId,
    userId: user.userId,
    recipient: { name: user.name, email: user.email },
    language: letter.tag,
    subject: letter.subject,
    text: renderText(letter),
    html: renderHtml(letter),
  }
}
