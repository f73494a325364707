/**
 * finance.yaml: what the bookkeeper says about ledger accounts. Everything that is wrong is reported at once, with
 * file and line. See docs/finance.md.
 */
import { readFileSync } from 'node:fs'
import { LineCounter, parseDocument, type Document } from 'yaml'
import { z } from 'zod'
import { TikError } from '../core/failures/errors.ts'
import { yamlValue } from '../core/text/yaml-value.ts'
import { PRODUCTS } from '../core/usage/usage.ts'
import {
  journalSettingsSchema,
  ledgerCode,
  type JournalSettings,
} from './journal/journal-settings.ts'
import { CHARGE_KINDS, type RevenueRule } from './ledger-accounts.ts'

export interface FinanceFile {
  /** The first that fits holds. */
  readonly revenue: readonly RevenueRule[]
  /** undefined: no journals are written. */
  readonly journal?: JournalSettings | undefined
}

/** Without a file nothing has an account. */
export const NO_FINANCE_FILE: FinanceFile = { revenue: [] }

/** Throws `file_missing`, or `config_invalid` with all that is wrong in it. */
export function loadFinanceFile(file: string): FinanceFile {
  return parseFinanceFile(readText(file), file)
}

/** The same from a text; `file` is only used in messages. */
export function parseFinanceFile(text: string, file: string): FinanceFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const mistakes = document.errors.map(
    ({ pos, message }) => `${file}:${lines.linePos(pos[0]).line}: ${message.split('\n')[0]}`,
  )
  if (mistakes.length > 0) throw invalid(mistakes)
  const parsed = financeSchema.safeParse(yamlValue(document, file, 'config_invalid'))
  if (parsed.success) return parsed.data
  throw invalid(
    parsed.error.issues.map(({ path, message }) => {
      const where = path.map(String).join('.')
      return `${file}:${lineOf(document, path, lines)}: ${where}: ${message}`
    }),
  )
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new TikError('file_missing', `${file} cannot be read`, { cause })
  }
}

function invalid(mistakes: readonly string[]): TikError {
  return new TikError('config_invalid', mistakes.join('\n'), {
    hint: 'docs/finance.md describes the file',
  })
}

/** Of what a path leads to, or of the nearest thing above it that is there. */
function lineOf(document: Document, path: readonly PropertyKey[], lines: LineCounter): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true)
    if (hasRange(node)) return lines.linePos(node.range[0]).line
  }
  return 1
}

function hasRange(node: unknown): node is { readonly range: readonly [number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
}

/** One or several. */
function oneOrMore<Value>(value: z.ZodType<Value>) {
  return z
    .union([value.transform((one) => [one]), z.array(value).min(1)])
    .optional()
    .transform((values): readonly Value[] | undefined => values)
}

const financeSchema = z.strictObject({
  revenue: z
    .array(
      z.strictObject({
        partner: oneOrMore(z.string()),
        kind: oneOrMore(z.enum(CHARGE_KINDS)),
        product: oneOrMore(z.enum(PRODUCTS)),
        subject: oneOrMore(z.string()),
        account: ledgerCode,
      }),
    )
    .default([]),
  journal: journalSettingsSchema.optional(),
})
