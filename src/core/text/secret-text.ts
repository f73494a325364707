/** Passwords that stand inside longer texts, such as addresses with a user. */

/** Hides the password of every URL in the text: `https://tik:secret@host` → `https://tik:***@host`. */
export function withoutPassword(text: string): string {
  return text.replaceAll(URL_PASSWORD, '$1***@')
}

/** The part before the host has no slash or blank, so the match is bounded by them. */
const URL_PASSWORD = /([a-z][a-z0-9+.-]{0,20}:\/\/[^\s/?#:@]{0,200}:)[^\s/?#]{1,1000}@/gi
