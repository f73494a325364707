/** What a limit is called, as its mails call it. */
import type { Language, LimitCode } from '../../core/accounts/accounts.ts'
import { LIMIT_KINDS } from '../../limits/limit-kinds.ts'

export function limitName(
  { code, subject }: { readonly code: LimitCode; readonly subject: string },
  language: Language,
): string {
  return LIMIT_KINDS[code].names[language].replace('{subject}', subject)
}
