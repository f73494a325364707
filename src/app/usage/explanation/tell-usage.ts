/**
 * Why a usage costs what it does, for a customer: one sentence in their language, then the steps, with figures and no
 * name that only the provider knows.
 */
import type { Language } from '../../../core/accounts/accounts.ts'
import { unreachable } from '../../../core/failures/outcome.ts'
import { addMicros, micros, microsFromDecimal, ZERO_MICROS } from '../../../core/money/money.ts'
import {
  localeFormat,
  type LocaleFormat,
  type QuantityUnit,
} from '../../../core/text/locale-format.ts'
import type { LedgerRow } from '../../../core/usage/ledger-row.ts'
import type { Fact } from '../../../rating/explain/fact.ts'
import type { ExplainedEntry } from '../../../verify/explain-entry.ts'
import type { Desk } from '../../desk.ts'
import { explainUsage } from '../explain-usage.ts'
import { EXPLANATION_TEXTS, type ExplanationTexts } from './explanation-texts.ts'

export interface ToldUsage extends ExplainedEntry {
  readonly sentence: string
  /** In the order in which they were applied. */
  readonly told: readonly string[]
}

interface Telling {
  readonly texts: ExplanationTexts
  readonly format: LocaleFormat
  readonly language: Language
  readonly unit: QuantityUnit
}

/** `entry` is `source/partition/offset`. Throws what `explainUsage` throws. */
export async function tellUsage(desk: Desk, entry: string, language: Language): Promise<ToldUsage> {
  const explained = await explainUsage(desk, entry)
  return { ...explained, ...toldIn(explained, language) }
}

/** Exported for the table of its texts. */
export function toldIn(
  { row, steps }: ExplainedEntry,
  language: Language,
): Pick<ToldUsage, 'sentence' | 'told'> {
  const telling = {
    texts: EXPLANATION_TEXTS[language],
    format: localeFormat(language),
    language,
    unit: UNITS[row.kind],
  }
  const facts = steps.flatMap(({ fact }) => (fact === undefined ? [] : [fact]))
  const isPriced = facts.some(({ is }) => is === 'step' || is === 'tier' || is === 'fee')
  return {
    sentence: sentenceOf(row, facts, telling),
    told: [
      ...facts.flatMap((fact) => factTexts(fact, telling)),
      ...(isPriced ? [telling.texts.charge(telling.format.price(amountOf(row)))] : []),
    ],
  }
}

const UNITS: Readonly<Record<LedgerRow['kind'], QuantityUnit>> = {
  none: 'event',
  voice: 'second',
  data: 'byte',
  sms: 'message',
  mms: 'message',
  event: 'event',
}

function sentenceOf(row: LedgerRow, facts: readonly Fact[], telling: Telling): string {
  const { texts, format } = telling
  if (row.entryKind === 'adjustment') return texts.settlement
  if (row.entryKind !== 'usage') return texts.correction
  const amount = format.price(amountOf(row))
  const isFree = amountOf(row) === ZERO_MICROS
  const bundles = facts.flatMap((fact) => (fact.is === 'bundle' ? [bundleName(fact, telling)] : []))
  const names = bundles.join(', ')
  if (names !== '') return isFree ? texts.inBundle(names) : texts.partly(names, amount)
  return isFree ? texts.free : texts.charged(amount)
}

function amountOf({ chargeMicros, informationChargeMicros }: LedgerRow) {
  return addMicros(chargeMicros, informationChargeMicros)
}

function bundleName(
  { names, ofGroup }: Extract<Fact, { is: 'bundle' }>,
  { texts, language }: Telling,
): string {
  return ofGroup ? texts.ofGroup(names[language]) : names[language]
}

function factTexts(fact: Fact, telling: Telling): string[] {
  const { texts, format, language, unit } = telling
  const quantity = (count: number): string => format.quantity(count, unit)
  switch (fact.is) {
    case 'bundle': {
      const of = Number.isFinite(fact.amount) ? quantity(fact.amount) : texts.unlimited
      const bundle = bundleName(fact, telling)
      const parts = { quantity: quantity(fact.quantity), bundle, used: quantity(fact.used), of }
      return [texts.bundle(parts)]
    }
    case 'rest':
      return fact.outOfBundle === 0
        ? []
        : [texts.rest({ outside: quantity(fact.outOfBundle), all: quantity(fact.quantity) })]
    case 'step':
      return [
        ...(fact.band === '' ? [] : [texts.band(fact.band)]),
        texts.step({
          count: format.count(fact.count),
          increment: quantity(fact.increment),
          price: priceText(fact.price, format),
          per: perText(fact.per, telling),
        }),
      ]
    case 'fee':
    case 'minimum':
    case 'maximum':
      return [texts[fact.is](priceText(fact.price, format))]
    case 'session':
      return [texts.session]
    case 'information':
      return [texts.information(format.price(micros(fact.micros)))]
    case 'paid':
      return [
        texts.paid({ amount: format.price(micros(fact.micros)), bundle: fact.names[language] }),
      ]
    case 'total':
      return [texts.total({ before: quantity(fact.before), after: quantity(fact.after) })]
    case 'tier':
      return [
        texts.tier({
          quantity: quantity(fact.quantity),
          price: priceText(fact.price, format),
          per: perText(fact.per, telling),
        }),
      ]
    default:
      return unreachable(fact)
  }
}

/** Prices of a catalogue can have more digits than an amount; those are shown as they are written. */
function priceText(price: string, format: LocaleFormat): string {
  return /^\d+(?:\.\d{1,6})?$/.test(price) ? format.price(microsFromDecimal(price)) : `€ ${price}`
}

const SECONDS = { 1: 'second', 60: 'minute', 3600: 'hour' } as const

function perText(per: number, { texts, format, unit }: Telling): string {
  if (unit === 'second' && (per === 1 || per === 60 || per === 3600))
    return texts.units[SECONDS[per]]
  if (per === 1 && (unit === 'message' || unit === 'event')) return texts.units[unit]
  return format.quantity(per, unit).replace(/^1\u00a0/, '')
}
