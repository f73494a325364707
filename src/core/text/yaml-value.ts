/** The plain value of a YAML document, for every file of a user: small files that unfold to huge ones are refused. */
import type { Document } from 'yaml'
import { TikError, type ErrorCode } from '../failures/errors.ts'

const ALIASES_MAX = 100

/** Throws `code`, naming the file, when its aliases lead nowhere or unfold to more than a person writes. */
export function yamlValue(document: Document, file: string, code: ErrorCode): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: ALIASES_MAX })
    return value
  } catch (cause) {
    if (!(cause instanceof ReferenceError)) throw cause
    const isBomb = cause.message.startsWith('Excessive')
    const what = isBomb
      ? 'it unfolds to more than a person writes'
      : 'an alias has no anchor before it'
    throw new TikError(code, `${file}: ${what}`) // Its cause names values, which may be secret.
  }
}
