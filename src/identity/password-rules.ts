/**
 * What a password must be: long, and none that everybody tries. No classes of characters (portal.md):
 * they make passwords worse, and what satisfies them is accepted too.
 */
import { TikError } from '../core/failures/errors.ts'

export const PASSWORD_LENGTH_MIN = 12
export const PASSWORD_LENGTH_MAX = 256
/** Of what is left when the known words are taken out of it. */
const OWN_LETTERS_MIN = 5

/** What lists of leaked passwords are made of, in our customers' languages. */
const KNOWN =
  /passw[o0]rd|p[a@]ssw[o0]rt|wachtwoord|welkom|welcome|mot ?de ?passe|motdepasse|qwerty|azerty|qwertz|abc|admin|letmein|iloveyou|geheim|bonjour|telefoon|telephone|tik|zomer|winter|lente|herfst|sommer|0?123456789|0?12345678|0?1234567|0?123456|0?12345|1234|0000|1111|20[0-3]\d/g

/** Throws `usage_error` that says what would be one. */
export function requireGoodPassword(password: string, names: readonly string[]): void {
  const { length } = password
  if (length < PASSWORD_LENGTH_MIN || length > PASSWORD_LENGTH_MAX) {
    throw refused(`a password has ${PASSWORD_LENGTH_MIN} to ${PASSWORD_LENGTH_MAX} characters`)
  }
  let own = password.toLowerCase().replace(KNOWN, '')
  for (const name of names) if (name !== '') own = own.replaceAll(name.toLowerCase(), '')
  if (new Set(own).size < OWN_LETTERS_MIN) throw refused('this password is easily guessed')
}

function refused(message: string): TikError {
  return new TikError('usage_error', message, {
    hint: 'three or four words that do not belong together are a good one',
  })
}
