/**
 * Whether a mail may leave without TLS. Limit mails tell who spends what, and an SMTP password goes
 * over the same connection: somebody between us and the server can strike out its offer of STARTTLS.
 */

/** `if-offered` sends in the clear to a server that does not offer STARTTLS. */
export const SMTP_TLS = ['required', 'if-offered'] as const
export type SmtpTls = (typeof SMTP_TLS)[number]

/** What is set, else required of every host but this machine itself. */
export function smtpTls(hostname: string, setting: SmtpTls | undefined): SmtpTls {
  return setting ?? (isLoopback(hostname) ? 'if-offered' : 'required')
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(hostname)
}
