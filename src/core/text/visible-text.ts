/**
 * Texts from outside (names of files, fields of CDRs, labels) before a person's terminal, log or mail:
 * a terminal would act on escape sequences, and marks that turn the direction of writing around make
 * a line say something else.
 */

/**
 * Replaces control and format characters, but line breaks, tabs and the joiners that scripts and
 * emoji need. By default each becomes its escape in JSON, so that JSON stays the same JSON.
 */
export function visibleText(text: string, mark?: string): string {
  return text.replaceAll(UNSEEN, (character) => mark ?? escapeOf(character))
}

const UNSEEN = /[^\P{Cc}\n\t]|[^\P{Cf}\u200c\u200d]|[\u2028\u2029]|\p{Cs}/gu

function escapeOf(character: string): string {
  return Array.from({ length: character.length }, (_, at) => {
    return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`
  }).join('')
}
