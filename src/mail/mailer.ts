/** Hands one mail to whoever delivers it: an SMTP server, or a folder of .eml files. */
import type { OutgoingMail } from './outgoing-mail.ts'

export interface Mailer extends AsyncDisposable {
  /** True where sending costs a recipient's server something, so that the drain rate holds. */
  readonly isRateLimited: boolean
  /** Never throws for what a mail server can answer; that is the outcome. */
  send(mail: OutgoingMail): Promise<SendOutcome>
}

export type SendOutcome =
  | { readonly status: 'sent' }
  /** The server or the network asks to try again: 4xx, refused, timed out, connection lost; or, `isOfMail`, a file of this mail is not there. */
  | { readonly status: 'later'; readonly reason: string; readonly isOfMail?: true }
  /** 5xx: trying again cannot help. */
  | { readonly status: 'refused'; readonly reason: string }
