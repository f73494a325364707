/**
 * A limit mail as words: subject, sections and list, in the reader's language and number formats,
 * before it becomes text or HTML. A few limits are told in full, many as a list with a CSV file.
 */
import { stringify } from 'csv-stringify/sync'
import type { Account, Partner, User } from '../../core/accounts/accounts.ts'
import { isAlwaysOn, nameOfLimit } from '../../limits/limit-kinds.ts'
import { percentOfLevel } from '../../limits/limit-levels.ts'
import type { AlertItem, AlertScope, SubscriptionName } from './alert-item.ts'
import { ALERT_TEXTS, type AlertTexts } from './alert-texts.ts'
import { percentUsed } from '../../limits/percent-used.ts'
import type { Letter, LetterList, LetterSection } from '../../mail/letter.ts'
import { letterFormat, type LetterFormat } from '../../mail/letter-format.ts'

export interface AlertLetter extends Letter {
  readonly attachment: { readonly fileName: string; readonly content: string } | undefined
}

export interface LetterReader {
  readonly user: User
  readonly account: Account
  readonly partner: Partner | undefined
}

/** More limits than this are listed instead of told in full. */
const SECTIONS_MAX = 12
/** Up from here a limit is almost reached. */
const NEAR_PERCENT = 80
/** Rows of a list that a person still reads; the rest is in the attachment. */
const LIST_ROWS_MAX = 40

export function alertLetter(items: readonly AlertItem[], reader: LetterReader): AlertLetter {
  const { user, account } = reader
  const texts = ALERT_TEXTS[user.language]
  const format = letterFormat({ ...account, language: user.language })
  const partner = reader.partner?.party.legalName ?? ''
  const accountName = account.party.legalName
  const count = format.count(items.length)
  const writer: LetterWriter = { texts, format, partner, language: user.language }
  const isLong = items.length > SECTIONS_MAX
  return {
    tag: format.tag,
    subject: subjectOf(items, writer, { count, account: accountName }),
    greeting: texts.greeting(user.name),
    intro: introOf(items, writer, { count, account: accountName }),
    sections: isLong ? [] : items.map((item) => sectionOf(item, writer)),
    list: isLong ? listOf(items, writer) : undefined,
    footer: texts.footer({ partner, account: accountName }),
    attachment: isLong
      ? { fileName: texts.attachmentName, content: csvOf(items, writer) }
      : undefined,
  }
}

interface LetterWriter {
  readonly texts: AlertTexts
  readonly format: LetterFormat
  readonly partner: string
  readonly language: User['language']
}

function subjectOf(
  items: readonly AlertItem[],
  writer: LetterWriter,
  several: { count: string; account: string },
): string {
  const [only] = items
  if (items.length > 1 || only === undefined) return writer.texts.subjectMany(several)
  const limit = limitTitle(only, writer)
  const percent = reachedPercents(only, writer).at(-1) ?? ''
  return writer.texts.subjectOne({ limit, percent, scope: scopeName(only.scope, writer) })
}

function introOf(
  items: readonly AlertItem[],
  { texts }: LetterWriter,
  several: { count: string; account: string },
): string {
  const [only] = items
  if (items.length > 1 || only === undefined) return texts.introMany(several)
  if (isFull(only)) return texts.introOne(several.account)
  const isNear = (only.percents.at(-1) ?? 0) >= NEAR_PERCENT
  return isNear ? texts.introNear(several.account) : texts.introPart(several.account)
}

function sectionOf(item: AlertItem, writer: LetterWriter): LetterSection {
  const { texts, format, partner } = writer
  const { crossing, unit, crossedBy } = item
  const { labels } = texts
  const used = format.usedOfLimit(crossing.used, unit)
  const percent = percentUsed(crossing.used, crossing.amount) ?? 0
  const share = format.percent(percent * 100)
  const rows = [
    { label: labels.whose, value: scopeName(item.scope, writer) },
    ...(crossedBy === undefined
      ? []
      : [{ label: labels.crossedBy, value: subscriptionText(crossedBy) }]),
    { label: labels.used, value: `${used} (${share})` },
    { label: labels.limit, value: format.usedOfLimit(crossing.amount, unit) },
    { label: labels.period, value: format.periodInWords(item.period) },
    { label: labels.at, value: format.moment(crossing.happenedMs) },
    { label: labels.next, value: nextText(item, writer) },
    {
      label: labels.change,
      value: sentence(texts.change({ isAlwaysOn: isAlwaysOn(crossing.code), partner })),
    },
  ]
  const reached = texts.reached(reachedPercents(item, writer))
  return {
    title: texts.title({ limit: limitTitle(item, writer), reached }),
    percent,
    rows,
  }
}

/** A company name that ends with a full stop already ends the sentence. */
export function sentence(text: string): string {
  return text.replace(/\.\.$/, '.')
}

function isFull({ percents }: AlertItem): boolean {
  return (percents.at(-1) ?? 0) >= 100
}

function nextText(item: AlertItem, { texts: { next }, format }: LetterWriter): string {
  if (isAlwaysOn(item.crossing.code)) {
    return isFull(item) ? next.bundleFull : next.bundleNear
  }
  if (!isFull(item)) return next.spendNear
  if (item.blocks) return next.blockRequested
  if (item.everyAmount === 0) return next.spendReached
  return `${next.spendReached} ${next.again(format.usedOfLimit(item.everyAmount, item.unit))}`
}

function listOf(items: readonly AlertItem[], writer: LetterWriter): LetterList {
  const { texts, format } = writer
  const counts = new Map<string, number>()
  for (const item of items) {
    const reached = texts.reached(reachedPercents(item, writer))
    const kind = texts.title({ limit: limitTitle(item, writer), reached })
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  const shown = items.slice(0, LIST_ROWS_MAX)
  const hidden = items.length - shown.length
  return {
    countsTitle: texts.countsTitle,
    counts: [...counts].map(([kind, number]) => `${kind} – ${format.count(number)}×`),
    title: texts.listTitle,
    head: [texts.labels.whose, texts.labels.limit, texts.labels.used],
    rows: shown.map((item) => [
      scopeName(item.scope, writer),
      limitTitle(item, writer),
      `${format.usedOfLimit(item.crossing.used, item.unit)} / ${format.usedOfLimit(item.crossing.amount, item.unit)}`,
    ]),
    more: hidden === 0 ? '' : texts.more(format.count(hidden)),
  }
}

/** Every crossed limit, one a line; a cell that a spreadsheet would run as a formula is quoted. */
function csvOf(items: readonly AlertItem[], writer: LetterWriter): string {
  const { texts, format } = writer
  const { labels } = texts
  const head = [
    labels.whose,
    labels.limit,
    '%',
    labels.used,
    labels.limit,
    labels.period,
    labels.at,
  ]
  const rows = items.map((item) => [
    scopeName(item.scope, writer),
    limitTitle(item, writer),
    reachedPercents(item, writer).join(' '),
    format.usedOfLimit(item.crossing.used, item.unit),
    format.usedOfLimit(item.crossing.amount, item.unit),
    format.periodInWords(item.period),
    format.moment(item.crossing.happenedMs),
  ])
  return stringify([head, ...rows], { bom: true, delimiter: ';', escape_formulas: true })
}

function limitTitle(item: AlertItem, { texts, language }: LetterWriter): string {
  const { code, subject } = item.crossing
  const service = Object.entries(texts.services).find(([id]) => id === subject)?.[1]
  return nameOfLimit(code, language, item.subjectNames?.[language] ?? service ?? subject)
}

function reachedPercents({ crossing, percents }: AlertItem, { format }: LetterWriter): string[] {
  const levels = percents.length === 0 ? [percentOfLevel(crossing.level)] : percents
  return levels.map((percent) => format.percent(percent * 100))
}

function scopeName(scope: AlertScope, { texts }: LetterWriter): string {
  if (scope.kind === 'account') return scope.name
  if (scope.kind === 'group') return texts.group(scope.name)
  return subscriptionText(scope)
}

function subscriptionText({ number, label }: SubscriptionName): string {
  return label === '' ? number : `${number} (${label})`
}
