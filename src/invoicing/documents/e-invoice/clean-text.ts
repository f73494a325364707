/**
 * A text as one line that XML 1.0 can hold: control characters become a blank, half characters U+FFFD, and
 * marks that turn the direction of writing are left out.
 */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\u202A-\u202E\u2066-\u2069]/g, '')
    .replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ')
    .replaceAll(/[\uFFFE\uFFFF]/g, '\uFFFD')
    .replaceAll(/ {2,}/g, ' ')
    .trim()
}
