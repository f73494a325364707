/**
 * What the ledger does with each kind of field (core/usage/field.ts), once: the type of its column, how the
 * native block carries it, and how a query reads it exactly.
 */
import assert from 'node:assert/strict'
import { z } from 'zod'
import type { Field, Kind, KindValues, Words } from '../../core/usage/field.ts'
import type { NativeColumn } from './native-columns.ts'
import { DayColumn, Int32Column, Int64Column, Int64ListColumn } from './native-columns.ts'
import { FlagColumn, TextColumn, TextListColumn, WordColumn } from './native-columns.ts'
import { exactInteger, exactMicros } from '../engine/query-file.ts'

/** Filled one value at a time. */
export interface ValueColumn<Value> extends NativeColumn {
  append(value: Value): void
}

export interface ColumnKind<Value = unknown> {
  /** Of the table. */
  readonly type: string
  readonly open: () => ValueColumn<Value>
  /** What a query selects, of a column's name. */
  readonly read: (column: string) => string
  readonly schema: z.ZodType<Value>
}

/** Of a field that has a column. */
export function columnKindOf({ holds }: Field): ColumnKind {
  if (typeof holds !== 'string') return wordKind(holds)
  assert(holds !== 'index', 'an index is of one process and has no column')
  return COLUMN_KINDS[holds]
}

/** The type that a column has in the block: the engine makes its own dictionary of categories. */
export function wireType(type: string): string {
  return type === CATEGORY ? 'String' : type
}

const CATEGORY = 'LowCardinality(String)'
const MILLISECONDS = { type: "DateTime64(3, 'UTC')", read: inMilliseconds }
const asItIs = (column: string): string => column

const openInt64 = () => new Int64Column()
const openInt32 = () => new Int32Column()
const openText = () => new TextColumn()
const int64 = { type: 'Int64', open: openInt64, read: asItIs, schema: exactInteger }
const text = { open: openText, read: asItIs, schema: z.string() }

const COLUMN_KINDS: { readonly [Of in Exclude<Kind, 'index'>]: ColumnKind<KindValues[Of]> } = {
  text: { ...text, type: 'String' },
  category: { ...text, type: CATEGORY },
  number: int64,
  quantity: int64,
  money: { type: 'Decimal(18, 6)', open: openInt64, read: asItIs, schema: exactMicros },
  instant: { ...MILLISECONDS, open: openInt64, schema: exactInteger },
  day: {
    type: 'Date',
    open: () => new DayColumn(),
    read: (column) => `toInt32(${column})`,
    schema: exactInteger,
  },
  partition: { type: 'UInt32', open: openInt32, read: asItIs, schema: exactInteger },
  partNumber: { type: 'Int32', open: openInt32, read: asItIs, schema: exactInteger },
  texts: {
    type: 'Array(String)',
    open: () => new TextListColumn(),
    read: asItIs,
    schema: z.array(z.string()),
  },
  quantities: {
    type: 'Array(Int64)',
    open: () => new Int64ListColumn(),
    read: asItIs,
    schema: z.array(exactInteger),
  },
  flag: {
    type: 'UInt8',
    open: () => new FlagColumn(),
    read: asItIs,
    schema: z.number().transform((value) => value !== 0),
  },
}

function inMilliseconds(column: string): string {
  return `toUnixTimestamp64Milli(${column})`
}

/** 0 is nothing said; a list without such a word begins at 1. */
function wordKind(words: Words): ColumnKind<string> {
  const first = words[0] === 'none' ? 0 : 1
  const codes = words.map((word, index) => [word, index + first] as const)
  const listed = codes.map(([word, code]) => `'${word}' = ${code}`).join(', ')
  return {
    type: `Enum8(${listed})`,
    open: () => new WordColumn(new Map(codes)),
    read: asItIs,
    schema: z.enum(words),
  }
}
