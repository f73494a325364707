/** The failures that say that an amount or a sum left the range in which numbers are exact. */
import { TikError } from '../failures/errors.ts'

/** What was caught, where it is such a failure: one account's trouble. Anything else is thrown on. */
export function beyondExact(error: unknown): TikError {
  if (error instanceof TikError && CODES.has(error.code)) return error
  throw error
}

/** undefined where the amount cannot be told exactly: of an estimate, which nobody depends on. */
export function ifExact<T>(compute: () => T): T | undefined {
  try {
    return compute()
  } catch (error) {
    beyondExact(error)
    return undefined
  }
}

const CODES: ReadonlySet<string> = new Set(['money_overflow', 'quantity_overflow'])
