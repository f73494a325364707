/**
 * The shape of a catalogue file, section by section. Any YAML file of the folder may hold any
 * section; each entry is parsed by itself, so that one mistake does not hide the next. What spans
 * entries (references, overlaps, gaps) is checked where the domain objects are built.
 * catalogue.schema.json is generated from `catalogueFileSchema` for editors.
 */
import { z } from 'zod'
import { DIRECTIONS, PRODUCTS, USAGE_KINDS } from '../../core/usage/usage.ts'
import { TAX_CATEGORIES } from '../../core/money/tax.ts'
import { BUNDLE_LIMITS, COUNTED_DATA } from '../../limits/limit-kinds.ts'
import { HOLIDAY_RULES } from '../holidays.ts'
import { MEASURES, QUANTITY_PATTERN } from '../quantity.ts'

const PRICE_MESSAGE = 'write it in quotes, such as "0.10", so that it stays exact'

function priceText(pattern: RegExp, form: string): z.ZodString {
  return z
    .string({
      error: ({ input }) =>
        typeof input === 'number'
          ? `the price ${input} is a number: ${PRICE_MESSAGE}`
          : `a price is expected: ${PRICE_MESSAGE}`,
    })
    .regex(pattern, { error: ({ input }) => `"${String(input)}" is no price: ${form}` })
}

export const idSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'an id has lower case letters, digits and hyphens only')
const idPatternSchema = z
  .string()
  .regex(/^[a-z0-9*][a-z0-9*-]*$/, 'an id, or a pattern with * such as "international-*"')
const amountSchema = priceText(
  /^\d{1,9}(\.\d{1,6})?$/,
  'write a decimal of at most nine digits and six decimals, such as "12.50"',
)
const stepPriceSchema = priceText(
  /^\d{1,9}(\.\d{1,6})?\s*\/\s*(\d+(\.\d+)?\s*)?[A-Za-z]+$/,
  'a step says what it buys, such as "0.10/min", "5.00/500 MB" or "0.12/sms"',
)
const dateSchema = z
  .string({ error: 'a date is expected, such as 2026-01-01' })
  .regex(/^\d{4}-\d{2}-\d{2}$/, {
    error: ({ input }) => `"${String(input)}" is no date: write it as 2026-01-01`,
  })
const quantitySchema = z.string().regex(QUANTITY_PATTERN, {
  error: ({ input }) => `"${String(input)}" is no amount with a unit, such as "300 min" or "5 GB"`,
})
const timeOfDaySchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, {
  error: ({ input }) => `"${String(input)}" is no time of day such as "18:00"`,
})
const namesSchema = z.strictObject({
  nl: z.string().min(1),
  fr: z.string().min(1),
  de: z.string().min(1),
  en: z.string().min(1),
})
const productSchema = z.enum(PRODUCTS).exclude(['none'])
const kindSchema = z.enum(USAGE_KINDS).exclude(['none'])
const directionSchema = z.enum(DIRECTIONS).exclude(['none'])
const validity = { from: dateSchema.optional(), until: dateSchema.optional() }
const feeSchema = z.union(
  [amountSchema, z.array(z.strictObject({ fee: amountSchema, ...validity })).min(1)],
  {
    error: ({ input }) =>
      Array.isArray(input)
        ? 'a fee is written as "12.50", or as a list of { fee: "12.50", from: 2026-11-01 }'
        : amountSchema.safeParse(input).error?.issues[0]?.message,
  },
)
const taxCategorySchema = z.enum(TAX_CATEGORIES)
const taxSchema = z.union(
  [taxCategorySchema, z.array(z.strictObject({ category: taxCategorySchema, ...validity })).min(1)],
  {
    error:
      `a VAT category is ${TAX_CATEGORIES.join(', ')}, ` +
      'or a list of { category: reduced, from: 2026-01-01 }',
  },
)
const vatPercentSchema = priceText(
  /^\d{1,2}(\.\d{1,2})?$/,
  'write a percentage with at most two decimals, "21"',
)
const vatRatesSchema = z.union(
  [vatPercentSchema, z.array(z.strictObject({ percent: vatPercentSchema, ...validity })).min(1)],
  { error: 'a rate is written as "21", or as a list of { percent: "21", from: 2026-01-01 }' },
)
/** VAT of one country. */
export const vatSchema = z.strictObject({
  standard: vatRatesSchema.optional(),
  reduced: vatRatesSchema.optional(),
})

export const settingsSchema = z.strictObject({
  timeZone: z.string().refine(isTimeZone, 'is no IANA time zone such as Europe/Amsterdam'),
  currency: z.literal('EUR').default('EUR'),
  units: z.enum(['binary', 'decimal']).default('binary'),
  defaultPlans: z
    .strictObject({ voip: idSchema.optional(), mobile: idSchema.optional() })
    .optional(),
})

const conditionSchema = z.strictObject({
  products: z.array(productSchema).min(1).optional(),
  directions: z.array(directionSchema).min(1).optional(),
  kinds: z.array(kindSchema).min(1).optional(),
  locations: z.array(idSchema).min(1).optional(),
  classes: z.array(idSchema).min(1).optional(),
  zones: z.array(idSchema).min(1).optional(),
})

export const callTypeSchema = z.strictObject({
  names: namesSchema,
  kind: kindSchema,
  group: idSchema,
  tax: taxSchema.optional(),
  /** Of what third parties charge for information; that of the call type when left out. */
  informationTax: taxSchema.optional(),
  counts: z.enum([...COUNTED_DATA, 'other']).default('other'),
  countsAs: idSchema.optional(),
  when: z.array(conditionSchema).min(1),
})

const stepSchema = z.strictObject({
  from: quantitySchema.optional(),
  price: stepPriceSchema,
  by: z.string().optional(),
})
const componentShape = {
  connectFee: amountSchema.optional(),
  steps: z.array(stepSchema).optional(),
  minimum: amountSchema.optional(),
  maximum: amountSchema.optional(),
}
/** Of a rate or information part by a price deck: what the deck's rows leave open. */
const deckShape = {
  deck: idSchema.optional(),
  /** Of a minute, a message or an event. */
  price: amountSchema.optional(),
  by: z.string().optional(),
  /** Where no row has the number: `reject`, or the price of a minute, message or event. */
  otherwise: z
    .union([z.literal('reject'), amountSchema], {
      error: 'what has no row is "reject"ed, or has a price such as "0.50"',
    })
    .optional(),
}
const bandSchema = z.strictObject({
  name: z.string().min(1),
  days: z.array(z.string()).min(1),
  from: timeOfDaySchema.default('00:00'),
  to: timeOfDaySchema.default('24:00'),
  connectFee: amountSchema.optional(),
  /** Of a rate by a deck, for rows without a price. */
  price: amountSchema.optional(),
  steps: z.array(stepSchema).min(1).optional(),
})
const tierSchema = z.strictObject({
  from: quantitySchema.optional(),
  price: stepPriceSchema,
  fee: amountSchema.optional(),
})
const percentSchema = priceText(
  /^\d{1,4}(\.\d{1,2})?$/,
  'write a percentage with at most two decimals, "2.5"',
)
const ofPeriod = {
  scope: z.enum(['subscription', 'account']).optional(),
  periodMinimum: amountSchema.optional(),
  periodMaximum: amountSchema.optional(),
}
const modelSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('graduated'), ...ofPeriod, tiers: z.array(tierSchema).min(1) }),
  z.strictObject({ type: z.literal('volume'), ...ofPeriod, tiers: z.array(tierSchema).min(1) }),
  z.strictObject({
    type: z.literal('package'),
    ...ofPeriod,
    price: amountSchema,
    size: quantitySchema,
  }),
  z.strictObject({
    type: z.literal('percentage'),
    ...ofPeriod,
    /** One for all amounts, or `tiers` by what the period's amounts add up to. */
    percent: percentSchema.optional(),
    tiers: z
      .array(z.strictObject({ from: quantitySchema.optional(), percent: percentSchema }))
      .min(1)
      .optional(),
    free: quantitySchema.optional(),
    freeTransactions: z.int().min(1).max(1_000_000).optional(),
    fixed: amountSchema.optional(),
    minimum: amountSchema.optional(),
    maximum: amountSchema.optional(),
  }),
])
export type ModelDeclaration = z.infer<typeof modelSchema>
/** The supplier's amount in the record as the price. */
const recordPriceSchema = z.strictObject({
  percent: percentSchema.optional(),
  addition: amountSchema.optional(),
  minimum: amountSchema.optional(),
  maximum: amountSchema.optional(),
})
export const rateVersionSchema = z.strictObject({
  ...validity,
  ...componentShape,
  ...deckShape,
  record: recordPriceSchema.optional(),
  rounding: z
    .strictObject({
      decimals: z.int().min(0).max(6).default(4),
      mode: z.enum(['half-up', 'up', 'down']).default('half-up'),
    })
    .optional(),
  chargeZero: z.boolean().default(false),
  connectFeeAlways: z.boolean().default(false),
  split: z.boolean().default(false),
  bands: z.array(bandSchema).optional(),
  holidays: z.enum(['as-sunday', 'ignored']).optional(),
  information: z.strictObject({ ...componentShape, ...deckShape }).optional(),
  model: modelSchema.optional(),
})
const ratedMeasureSchema = z.enum(MEASURES).exclude(['money'])
/** A rate with one version for ever, or with a list of versions; told apart by `versions`. */
export const rateSchema = rateVersionSchema.extend({ for: ratedMeasureSchema })
export const versionedRateSchema = z.strictObject({
  for: ratedMeasureSchema,
  versions: z.array(rateVersionSchema).min(1),
})

const allowanceAmountSchema = z.union([z.literal('unlimited'), quantitySchema], {
  error: ({ input }) =>
    `"${String(input)}" is neither an amount with a unit, such as "5 GB", nor unlimited`,
})
/** What it leaves out is as the allowance itself says. */
const allowanceVersionSchema = z.strictObject({
  ...validity,
  amount: allowanceAmountSchema.optional(),
  fairUse: quantitySchema.optional(),
  callTypes: z.array(idPatternSchema).min(1).optional(),
  except: z.array(idPatternSchema).optional(),
  priority: z.int().min(0).max(1000).optional(),
})
export const allowanceSchema = z.strictObject({
  names: namesSchema,
  /** Needed beside `amount: unlimited`; otherwise the unit of the amount says it. */
  of: z.enum(MEASURES).optional(),
  amount: allowanceAmountSchema,
  fairUse: quantitySchema.optional(),
  callTypes: z.array(idPatternSchema).min(1),
  except: z.array(idPatternSchema).optional(),
  ...validity,
  versions: z.array(allowanceVersionSchema).min(1).optional(),
  countedBy: quantitySchema.optional(),
  period: z.enum(['billing-period', 'day', 'lifetime']).default('billing-period'),
  lifetimeMonths: z.int().min(1).max(600).optional(),
  proration: z.enum(['none', 'daily']).default('none'),
  rollover: z.int().min(0).max(24).default(0),
  rolloverMaximum: quantitySchema.optional(),
  priority: z.int().min(0).max(1000).default(10),
  scope: z.enum(['own', 'group-fixed', 'group-pooled']).default('own'),
  watchedBy: z.enum(BUNDLE_LIMITS).optional(),
})

const allowanceGrantsSchema = z.array(
  z.union([idSchema, z.strictObject({ allowance: idSchema, ...validity })], {
    error: 'an allowance is written as its id, or as { allowance: minutes, from: 2026-01-01 }',
  }),
)

const ratesSchema = z
  .record(
    idPatternSchema,
    z.union([idSchema, z.array(z.strictObject({ rate: idSchema, ...validity })).min(1)], {
      error: 'a rate is written as its id, or as a list of { rate: voice, from: 2026-01-01 }',
    }),
  )
  .default({})

export const planSchema = z.strictObject({
  ...validity,
  product: productSchema,
  names: namesSchema,
  inheritsFrom: idSchema.optional(),
  monthlyFee: feeSchema.optional(),
  activationFee: feeSchema.optional(),
  simBlockFee: feeSchema.optional(),
  prorateFee: z.boolean().optional(),
  billing: z.enum(['advance', 'arrears']).optional(),
  /** Of its fees. */
  tax: taxSchema.optional(),
  rates: ratesSchema,
  allowances: allowanceGrantsSchema.optional(),
})

export const moduleSchema = z.strictObject({
  ...validity,
  product: productSchema,
  names: namesSchema,
  monthlyFee: feeSchema.default('0.00'),
  /** Of its fee; that of the plan does not hold for it. */
  tax: taxSchema.optional(),
  rates: ratesSchema,
  allowances: allowanceGrantsSchema.default([]),
  limit: z
    .strictObject({ step: quantitySchema, callTypes: z.array(idPatternSchema).min(1) })
    .optional(),
})

const countryCodeSchema = z.string().regex(/^[A-Z]{2}$/, 'a country is written as NL')
const networkSchema = z
  .string()
  .regex(/^\d{3}(-\d{2,3})?$/, 'a network is written as "901" or "274-08"')
export const zoneSchema = z.strictObject({
  countries: z
    .array(
      z.union([countryCodeSchema, z.strictObject({ country: countryCodeSchema, ...validity })], {
        error: 'a country is written as NL, or as { country: NL, from: 2026-01-01 }',
      }),
    )
    .default([]),
  networks: z
    .array(
      z.union([networkSchema, z.strictObject({ network: networkSchema, ...validity })], {
        error: 'a network is written in quotes, as "901" or "274-08"',
      }),
    )
    .default([]),
})

const currencySchema = z.string().regex(/^[A-Z]{3}$/, 'a currency is written as EUR or USD')
export const priceDeckSchema = z.strictObject({
  timeZone: z
    .string()
    .refine(isTimeZone, 'is no IANA time zone such as Europe/Amsterdam')
    .optional(),
  currency: currencySchema.optional(),
  purpose: z.enum(['retail', 'cost']).optional(),
  over: idSchema.optional(),
  names: z.record(z.string(), namesSchema).optional(),
})

/** By kind of usage, the rate by which we are charged. */
export const supplierSchema = z.strictObject({
  voice: idSchema.optional(),
  sms: idSchema.optional(),
  mms: idSchema.optional(),
  data: idSchema.optional(),
  event: idSchema.optional(),
})

export const destinationZoneSchema = z.strictObject({ names: namesSchema })

export const specialNumberSchema = z.strictObject({
  digits: z
    .string({ error: 'digits are written in quotes, such as "0900"' })
    .regex(/^\d+$/, 'digits only, such as "0900"'),
  exact: z.boolean().default(false),
  kinds: z.array(kindSchema).min(1).default(['voice']),
  destination: idSchema,
  class: idSchema,
  ...validity,
})

export const holidaysSchema = z.strictObject({
  NL: z.array(z.enum(HOLIDAY_RULES)).default([]),
  BE: z.array(z.enum(HOLIDAY_RULES)).default([]),
})

export const catalogueFileSchema = z
  .strictObject({
    catalogue: settingsSchema.optional(),
    callTypes: z.record(idSchema, callTypeSchema).optional(),
    rates: z.record(idSchema, z.union([rateSchema, versionedRateSchema])).optional(),
    allowances: z.record(idSchema, allowanceSchema).optional(),
    plans: z.record(idSchema, planSchema).optional(),
    modules: z.record(idSchema, moduleSchema).optional(),
    zones: z.record(idSchema, zoneSchema).optional(),
    destinationZones: z.record(idSchema, destinationZoneSchema).optional(),
    specialNumbers: z
      .strictObject({
        NL: z.array(specialNumberSchema).optional(),
        BE: z.array(specialNumberSchema).optional(),
      })
      .optional(),
    holidays: holidaysSchema.optional(),
    vat: z.record(countryCodeSchema, vatSchema).optional(),
    priceDecks: z.record(idSchema, priceDeckSchema).optional(),
    suppliers: z.record(idSchema, supplierSchema).optional(),
  })
  .describe('A file of a tik price catalogue; see docs/catalogue.md')

function isTimeZone(name: string): boolean {
  return Intl.supportedValuesOf('timeZone').includes(name) || name === 'UTC'
}
