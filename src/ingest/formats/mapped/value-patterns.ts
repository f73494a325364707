/**
 * Values of a column and what they mean. A `*` stands for any text, once in a value: `user_out*`. A value
 * that is written out comes before those with a `*`, the longer of which come first.
 */
import { z } from 'zod'

export const valuePattern = z
  .string()
  .refine((value) => value.indexOf('*') === value.lastIndexOf('*'), 'has more than one *')

/** The meaning of a text, or undefined where no value fits. */
export function compileValues<Meaning>(
  values: Readonly<Record<string, Meaning>>,
): (text: string) => Meaning | undefined {
  const exact = new Map(Object.entries(values).filter(([value]) => !value.includes('*')))
  const patterns = Object.entries(values)
    .filter(([value]) => value.includes('*'))
    .toSorted(([left], [right]) => right.length - left.length)
    .map(([value, meaning]) => {
      const [head = '', tail = ''] = value.split('*')
      return { head, tail, meaning }
    })
  if (patterns.length === 0) return (text) => exact.get(text)
  return (text) => {
    const meaning = exact.get(text)
    if (meaning !== undefined) return meaning
    return patterns.find(
      ({ head, tail }) =>
        text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail),
    )?.meaning
  }
}
