/** A day as the date field of a form sends it; undefined for what is none. */
import { z } from 'zod'
import { dayFromIso } from '../../core/time/period.ts'

export function writtenDay(text: string | undefined): number | undefined {
  const read = z.iso.date().safeParse(text)
  return read.success ? dayFromIso(read.data) : undefined
}
