/** Many texts, each once, in one array of bytes: they are read seldom, and then one by one. */

export interface TextTable {
  readonly bytes: Uint8Array
  /** Where the text with this number ends; it begins where the one before it does. */
  readonly ends: Uint32Array
}

export interface TextCollection {
  /** The number of the text, which is kept when it is new. */
  numberOf(text: string): number
  table(): TextTable
}

export function createTextCollection(): TextCollection {
  const numbers = new Map<string, number>()
  return {
    numberOf(text) {
      const known = numbers.get(text)
      if (known !== undefined) return known
      numbers.set(text, numbers.size)
      return numbers.size - 1
    },
    table() {
      const texts = [...numbers.keys()].map((text) => Buffer.from(text, 'utf8'))
      const ends = new Uint32Array(texts.length)
      let end = 0
      for (const [number, { length }] of texts.entries()) ends[number] = end += length
      return { bytes: new Uint8Array(Buffer.concat(texts, end)), ends }
    },
  }
}

const decoder = new TextDecoder()

export function textAt({ bytes, ends }: TextTable, number: number): string {
  return decoder.decode(bytes.subarray(number === 0 ? 0 : ends[number - 1]!, ends[number]))
}

export function textsCount({ ends }: TextTable): number {
  return ends.length
}
