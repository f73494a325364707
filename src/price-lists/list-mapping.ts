/** How a supplier writes its price lists, said once in a file per supplier (docs/price-lists.md). */
import { readFileSync } from 'node:fs'
import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { TikError } from '../core/failures/errors.ts'
import { yamlValue } from '../core/text/yaml-value.ts'
import { datePatternProblem } from './read/read-date.ts'

/** Throws `file_missing` or `mapping_invalid` with everything that is wrong. */
export function readListMapping(file: string): ListMapping {
  const document = parseDocument(textOf(file), { lineCounter: new LineCounter() })
  const [error] = document.errors
  if (error !== undefined) throw new TikError('mapping_invalid', `${file}: ${error.message}`)
  return listMapping(yamlValue(document, file, 'mapping_invalid'), file)
}

/** The same of a value that was read already; `file` is for messages. */
export function listMapping(given: unknown, file: string): ListMapping {
  const parsed = mappingSchema.safeParse(given ?? {})
  if (parsed.success) return parsed.data
  const lines = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`)
  throw new TikError('mapping_invalid', `${file}:\n${lines.join('\n')}`)
}

/** Of a list that is written as tik writes decks; `titles` are the columns that it has of them. */
export function ownLayout(titles: readonly string[]): ListMapping {
  const columns = OWN_COLUMNS.filter((column) => titles.includes(column))
  const bands = titles.filter((title) => title.startsWith(BAND))
  const given = {
    delimiter: ',',
    per: 'minute',
    columns: {
      ...Object.fromEntries(columns.map((column) => [column, column])),
      bands: Object.fromEntries(bands.map((title) => [title.slice(BAND.length), title])),
    },
  }
  return listMapping(given, 'a list without a mapping')
}

const OWN_COLUMNS = [
  'code',
  'destination',
  'price',
  'fee',
  'first',
  'next',
  'minimum',
  'from',
  'until',
]
const BAND = 'price@'

/** By its title, or by its number from 1. */
const column = z.union([z.string().trim().min(1), z.int().min(1).max(1_000)])
const decimal = z.string().regex(/^\d{1,9}(?:\.\d{1,12})?$/, 'write a decimal in quotes: "0.9031"')
const isoDate = z.string().regex(/^\d{4}-\d\d-\d\d$/, 'write a date: 2026-10-01')
const words = z.array(z.string().trim().min(1)).default([])

const columnsSchema = z
  .strictObject({
    /** One column, or two: the country's code and the area's. */
    code: z.union([column.transform((one) => [one]), z.array(column).min(1).max(2)]),
    destination: column.optional(),
    price: column,
    fee: column.optional(),
    /** Both in one cell, as `60/1`. */
    increments: column.optional(),
    first: column.optional(),
    next: column.optional(),
    minimum: column.optional(),
    from: column.optional(),
    until: column.optional(),
    state: column.optional(),
    /** Id of a time band → column of its price. */
    bands: z.record(z.string().regex(/^[a-z0-9-]+$/), column).default({}),
  })
  .refine(
    ({ increments, first, next }) => increments === undefined || (first ?? next) === undefined,
    {
      message: 'name either increments, or first and next',
    },
  )

const mappingSchema = z
  .strictObject({
    /** What its lists are where the command does not say: all prices, or only what changes. */
    list: z.enum(['full', 'changes']).optional(),
    encoding: z
      .enum(['auto', 'utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'latin1'])
      .default('auto'),
    delimiter: z.enum(['auto', ',', ';', 'tab', '|']).default('auto'),
    /** Of a workbook; the first when left out. */
    sheet: z.string().min(1).optional(),
    /** Line of the titles, or none; when left out it is found by the titles. */
    header: z.union([z.literal('none'), z.int().min(1).max(10_000)]).optional(),
    columns: columnsSchema,
    decimalMark: z.enum(['.', ',']).default('.'),
    /** What the price buys. Nothing is guessed: prices by the second look like very cheap ones. */
    per: z.enum(['minute', 'second', 'unit']),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .default('EUR'),
    /** Prices stay as they are, for a deck of what calls cost us that says this currency. */
    keepCurrency: z.boolean().default(false),
    /** Euros for one of the currency, by the day on which a price begins. */
    exchange: z.array(z.strictObject({ from: isoDate, rate: decimal })).default([]),
    /** To how many decimals prices are rounded (half up); when left out only converted ones are, to 6. */
    decimals: z.int().min(0).max(6).optional(),
    dates: z
      .array(
        z.string().superRefine((pattern, context) => {
          const problem = datePatternProblem(pattern)
          if (problem !== '') context.addIssue({ code: 'custom', message: problem })
        }),
      )
      .default([]),
    /** Its words beside those that are known everywhere (read-state.ts). */
    states: z
      .strictObject({ priced: words, deleted: words, blocked: words })
      .default({ priced: [], deleted: [], blocked: [] }),
    /** A price that changes by more than this factor is shown as a jump. */
    jumpFactor: z.number().min(1).max(1_000).default(2),
  })
  .superRefine((mapping, context) => {
    const path = ['exchange']
    if (mapping.currency !== 'EUR' && mapping.exchange.length === 0 && !mapping.keepCurrency) {
      context.addIssue({
        code: 'custom',
        path,
        message: `is missing: what is one ${mapping.currency} in EUR?`,
      })
    }
    if (mapping.currency === 'EUR' && mapping.exchange.length > 0) {
      context.addIssue({ code: 'custom', path, message: 'has no effect: the currency is EUR' })
    }
    const named = [
      ...mapping.columns.code,
      ...Object.values(mapping.columns.bands),
      mapping.columns.price,
    ]
    if (mapping.header === 'none' && named.some((each) => typeof each === 'string')) {
      const message = 'a list without titles has columns by number'
      context.addIssue({ code: 'custom', path: ['columns'], message })
    }
    if (mapping.header === 'none' && mapping.delimiter === 'auto') {
      const message = 'a list without titles needs it'
      context.addIssue({ code: 'custom', path: ['delimiter'], message })
    }
  })

export type ListMapping = Readonly<z.infer<typeof mappingSchema>>
export type ListColumn = z.infer<typeof column>

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new TikError('file_missing', `the mapping ${file} cannot be read`, { cause })
  }
}
