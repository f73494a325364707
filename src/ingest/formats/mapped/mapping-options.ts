/** The options that a mapping of text columns takes, whatever way the format finds its columns. */
import { z } from 'zod'
import { durationUnitOption } from '../../text/duration-units.ts'
import { textOptions } from '../format-options.ts'
import type { MappedSlots } from './record-mapping.ts'
import { anyTimeFormats } from '../../text/time-format.ts'
import { valuePattern } from './value-patterns.ts'
import { isNameDate } from '../../text/year-of-file.ts'

const kind = z.enum(['voice', 'sms', 'mms', 'data', 'event'])
const direction = z.enum(['out', 'in', 'forwarded'])

const valueOptions = {
  ...textOptions,
  /** Kind and direction where no column says so. */
  kind: kind.default('voice'),
  direction: direction.default('out'),
  /** Value of the column → kind; 'ignore' marks records that are no usage. */
  kinds: z
    .record(valuePattern, z.enum([...kind.options, 'ignore']))
    .default({ voice: 'voice', sms: 'sms', mms: 'mms', data: 'data', event: 'event' }),
  directions: z
    .record(valuePattern, direction)
    .default({ out: 'out', in: 'in', forwarded: 'forwarded' }),
  answeredValues: z.array(valuePattern).default(['ANSWERED']),
  time: z
    .strictObject({
      formats: anyTimeFormats.default(['YYYY-MM-DD HH:mm:ss']),
      /** Whose clock times without an offset are of. */
      zone: z.enum(['source', 'UTC']).default('source'),
      /** Where formats without a year get theirs from (year-of-file.ts). */
      yearFrom: z
        .union([z.literal('arrival'), z.strictObject({ fileName: z.string().refine(isNameDate) })])
        .optional(),
    })
    .default({ formats: ['YYYY-MM-DD HH:mm:ss'], zone: 'source' }),
  durationUnit: durationUnitOption.default(['seconds']),
  durationRounding: z.enum(['up', 'down', 'half-up']).default('up'),
  volumeUnit: z.enum(['bytes', 'kB', 'KiB', 'MB', 'MiB', 'GB', 'GiB']).default('bytes'),
  /** Of `columns.amount`, where no column says it. */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'a currency is written as EUR or USD')
    .default('EUR'),
  decimalMark: z.enum(['.', ',']).default('.'),
  visitedNetworkKind: z.enum(['mcc-mnc', 'tadig']).default('mcc-mnc'),
  /** Values of the visited network that mean home. */
  homeNetworks: z.array(z.string()).default([]),
  /** Lines at the start of the file that are no records (before the header, if there is one). */
  skipLines: z.int().min(0).max(1_000).default(0),
  /** Lines that start like this are comments, not records. */
  commentPrefixes: z.array(z.string().min(1)).default([]),
}

/** Columns by what they mean; `column` says how the format refers to one. */
function columnOptions<Column extends z.ZodType>(column: Column) {
  const several = z.union([column.transform((one) => [one]), z.array(column).min(1)])
  const optional = column.optional()
  return z
    .strictObject({
      id: several.optional(),
      key: several.optional(),
      /** One column, or two: date and time. */
      start: z.union([column.transform((one) => [one]), z.array(column).min(1).max(2)]),
      kind: optional,
      direction: optional,
      served: optional,
      imsi: optional,
      iccid: optional,
      trunk: optional,
      sender: optional,
      receiver: optional,
      duration: optional,
      volume: optional,
      volumeUp: optional,
      volumeDown: optional,
      count: optional,
      visitedNetwork: optional,
      sessionKey: optional,
      partNumber: optional,
      answered: optional,
      answeredAt: optional,
      /** What the supplier charges for it, and in what. */
      amount: optional,
      currency: optional,
    })
    .refine((columns) => columns.id === undefined || columns.key === undefined, {
      message: 'name either id (unique) or key (repeats are numbered), not both',
    })
    .refine(
      ({ volume, volumeUp, volumeDown }) =>
        volume === undefined || (volumeUp === undefined && volumeDown === undefined),
      { message: 'name either volume (a total) or volumeUp and volumeDown' },
    )
}

/** `columns` as a format refers to them, by field. */
export type MappedColumns<Column> = {
  readonly [Field in keyof MappedSlots]?:
    (MappedSlots[Field] extends number ? Column : readonly Column[]) | undefined
}

/** The options of a mapped format: these, its `columns`, and its own. */
export function mappingOptions<Column extends z.ZodType, Own extends z.ZodRawShape>(
  column: Column,
  own: Own,
) {
  return z.strictObject({ ...valueOptions, ...own, columns: columnOptions(column) })
}

const valuesSchema = z.strictObject(valueOptions)
export type MappingOptions = z.infer<typeof valuesSchema>

/** Turns each column reference into a slot. */
export function toSlots<Column>(
  columns: MappedColumns<Column>,
  slotOf: (column: Column) => number,
): MappedSlots {
  const one = (column: Column | undefined) => (column === undefined ? -1 : slotOf(column))
  const all = (several: readonly Column[] | undefined) => (several ?? []).map(slotOf)
  return {
    id: all(columns.id),
    key: all(columns.key),
    start: all(columns.start),
    kind: one(columns.kind),
    direction: one(columns.direction),
    served: one(columns.served),
    imsi: one(columns.imsi),
    iccid: one(columns.iccid),
    trunk: one(columns.trunk),
    sender: one(columns.sender),
    receiver: one(columns.receiver),
    duration: one(columns.duration),
    volume: one(columns.volume),
    volumeUp: one(columns.volumeUp),
    volumeDown: one(columns.volumeDown),
    count: one(columns.count),
    visitedNetwork: one(columns.visitedNetwork),
    sessionKey: one(columns.sessionKey),
    partNumber: one(columns.partNumber),
    answered: one(columns.answered),
    answeredAt: one(columns.answeredAt),
    amount: one(columns.amount),
    currency: one(columns.currency),
  }
}
