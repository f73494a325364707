/** Journals for bookkeeping programs: an invoice of two months is split to them, debit is credit, and nothing is exported twice. */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  exportedJournal,
  exportJournalOf,
  journalFile,
  journalOf,
} from '../src/app/finance/journal-of.ts'
import { creditOf } from '../src/app/billing/credit.ts'
import { invoicesOf } from '../src/app/billing/invoice-archive.ts'
import { describeJournal } from '../src/cli/finance/journal-command.ts'
import { dayFromIso, dayToIso } from '../src/core/time/period.ts'
import { parseFinanceFile } from '../src/finance/finance-file.ts'
import { sumMicros } from '../src/invoicing/build/vat.ts'
import { clockAt, openFinanceWorld, type FinanceWorld, type WorldCall } from './finance-world.ts'

/** The example of the guide is what is used here, so it loads. */
const GUIDE = readFileSync('docs/finance.md', 'utf8')
const FINANCE_YAML = /## finance\.yaml[^]*?```yaml\n([^]*?)```/.exec(GUIDE)?.[1] ?? ''

const NOVEMBER = { fromDay: dayFromIso('2026-11-01'), untilDay: dayFromIso('2026-11-30') }

function call(accountId: string, day: string): WorldCall {
  return { accountId, start: `${day} 10:00:00` }
}

async function openNovember(): Promise<FinanceWorld> {
  const world = await openFinanceWorld({
    accounts: [
      { id: 'first', anchorDay: 1, plan: 'voip-basic', more: { legalName: '=cmd|A1' } },
      { id: 'mid', anchorDay: 15, plan: 'voip-basic' },
    ],
    financeYaml: FINANCE_YAML,
  })
  await world.bill('2026-09', '2026-10-16T08:00Z')
  await world.ingest('2026-11-01T08:00Z', [
    ...['2026-10-05', '2026-10-31', '2026-10-31'].map((day) => call('first', day)),
    ...['2026-10-20', '2026-10-31', '2026-10-31'].map((day) => call('mid', day)),
  ])
  await world.bill('2026-10', '2026-11-02T08:00Z')
  await world.ingest('2026-11-14T08:00Z', [call('mid', '2026-11-01'), call('mid', '2026-11-13')])
  await world.bill('2026-10', '2026-11-16T08:00Z')
  return world
}

test('an invoice of two months stands in both, by account and VAT code, and a credit note takes it back as it was', async () => {
  await using world = await openNovember()
  const [mid] = await invoicesOf(world.desk, { accountId: 'mid', period: '2026-10' })
  const order = { number: mid?.number ?? '', wish: { what: 'whole' }, reason: 'test' } as const
  await creditOf(world.desk, order, clockAt('2026-11-20T08:00Z'))
  const shown = await journalOf(world.desk, NOVEMBER)
  const text = describeJournal(shown)
  const files = ['exact', 'twinfield', 'odoo'].map(async (target) => {
    const file = await journalFile(world.desk, NOVEMBER, target)
    return `${target}:\n${file.replaceAll('\r\n', '\n').replace('\uFEFF', '(BOM)')}`
  })
  const all = [text, ...(await Promise.all(files))].join('\n\n')
  await expect(all).toMatchFileSnapshot('../fixtures/finance/journal-november.txt')
  // Σ is that of the documents, and in each of them debit is credit.
  const documents = (await invoicesOf(world.desk, {})).filter(
    ({ issueDay }) => issueDay >= NOVEMBER.fromDay && issueDay <= NOVEMBER.untilDay,
  )
  expect(shown.entries).toHaveLength(documents.length)
  const sums = (what: string) =>
    sumMicros(
      shown.entries.flatMap(({ lines }) =>
        lines.filter((line) => line.what === what).map(({ amountMicros }) => amountMicros),
      ),
    )
  expect(sums('receivable')).toBe(sumMicros(documents.map(({ grossMicros }) => grossMicros)))
  expect(0 - sums('revenue')).toBe(sumMicros(documents.map(({ netMicros }) => netMicros)))
  expect(0 - sums('vat')).toBe(sumMicros(documents.map(({ vatMicros }) => vatMicros)))
  for (const { lines } of shown.entries) {
    expect(sumMicros(lines.map(({ amountMicros }) => amountMicros))).toBe(0)
    for (const { serviceFromDay, serviceToDay, what } of lines) {
      if (what !== 'revenue') continue
      expect(dayToIso(serviceFromDay).slice(0, 7)).toBe(dayToIso(serviceToDay).slice(0, 7))
    }
  }
}, 120_000)

function numbers(content: string): Set<string> {
  return new Set(content.match(/2026-\d{8}/g))
}

test('a document is exported once, the same command gives the same bytes, and a journal comes again by its number', async () => {
  await using world = await openNovember()
  const question = { ...NOVEMBER, target: 'exact' }
  const firstOnly = { ...question, untilDay: dayFromIso('2026-11-02') }
  const first = await exportJournalOf(world.desk, firstOnly, clockAt('2026-12-01T08:00Z'))
  const second = await exportJournalOf(world.desk, question, clockAt('2026-12-02T08:00Z'))
  expect(
    [first, second].map(({ isNew, batchNumber, documentsCount }) => [
      isNew,
      batchNumber,
      documentsCount,
    ]),
  ).toEqual([
    [true, 1, 1],
    [true, 2, 1],
  ])
  expect(
    [...numbers(first.content)].filter((number) => numbers(second.content).has(number)),
  ).toEqual([])
  const again = await exportJournalOf(world.desk, question, clockAt('2026-12-03T08:00Z'))
  expect(again).toEqual({ ...second, isNew: false })
  const named = { partnerId: 'P1', batchNumber: 1 }
  expect((await exportedJournal(world.desk, named)).content).toBe(first.content)
  await expect(
    exportedJournal(world.desk, { partnerId: 'P1', batchNumber: 3 }),
  ).rejects.toMatchObject({
    code: 'not_found',
  })
  const december = {
    ...question,
    fromDay: dayFromIso('2026-12-01'),
    untilDay: dayFromIso('2026-12-31'),
    partnerId: 'P1',
  }
  await expect(exportJournalOf(world.desk, december)).rejects.toMatchObject({ code: 'not_found' })
  await expect(
    world.desk.operations.execute('DELETE FROM finance_journal_documents'),
  ).rejects.toThrow('never changes')
}, 120_000)

test('what has no account or VAT code is named, all of it, and nothing is exported', async () => {
  await using world = await openNovember()
  const file = `${world.folder}/finance.yaml`
  writeFileSync(
    file,
    FINANCE_YAML.replace(/ +- \{ account: "8999" \}\n/, '')
      .replace(/kind: recurring, account/, 'kind: premium, account')
      .replace('percent: "21"', 'percent: "6"'),
  )
  await expect(exportJournalOf(world.desk, { ...NOVEMBER, target: 'exact' })).rejects.toMatchObject(
    {
      code: 'config_invalid',
      message: expect.stringMatching(
        /revenue: recurring, voip, "voip-basic".*vat: standard of 21 %/,
      ),
    },
  )
  writeFileSync(file, 'revenue: []\n')
  await expect(journalOf(world.desk, NOVEMBER)).rejects.toMatchObject({ code: 'config_invalid' })
}, 120_000)

test.each([
  ['revenue:\n  - { kind: fees, account: "1" }', 'finance.yaml:2: revenue.0.kind'],
  ['revenue:\n  - { account: 0800 }', 'finance.yaml:2: revenue.0.account: write it in quotes'],
  [
    'journal:\n  journal: "1"\n  receivables: "2"\n  vat: []\n  targets: {}',
    'finance.yaml:4: journal.vat',
  ],
  ['journals: {}', 'finance.yaml:1: '],
  ['revenue: [', 'finance.yaml:'],
])('a mistake in finance.yaml is named with its line: %j', (text, message) => {
  expect(() => parseFinanceFile(text, 'finance.yaml')).toThrow(message)
})

test('the example of the guide has an account for everything', () => {
  const { revenue, journal } = parseFinanceFile(FINANCE_YAML, 'docs/finance.md')
  expect(revenue.at(-1)).toMatchObject({ account: '8999' })
  expect(Object.keys(journal?.targets ?? {})).toEqual(['exact', 'twinfield', 'odoo'])
})
