/**
 * Golden texts of things that happen one after the other: a line that begins with `> ` is what is done, what
 * follows it is what came of it, and lines that begin with # are for people.
 */

/** The text as it comes out today: `follow` does what a line says and answers the lines below it. */
export async function toldBy(
  text: string,
  follow: (words: readonly string[]) => Promise<readonly string[]>,
): Promise<string> {
  const told: string[] = []
  for (const line of text.split('\n')) {
    const isWish = line.startsWith('> ')
    if (isWish || line.startsWith('#') || line === '') told.push(line)
    if (isWish) told.push(...(await follow(line.slice(2).split(' '))))
  }
  return told.join('\n')
}
