import { expect, test } from 'vitest'
import { micros } from '../../core/money/money.ts'
import { inventedPartner } from '../../../test/doubles/invented-request.ts'
import { findingOf } from '../check/finding-of.ts'
import type { BilledInvoice, BillingReport } from '../run/billing.ts'
import { reportLetter, reportMails, type ReportContent } from './report-mails.ts'

const GAP = findingOf({
  code: 'sequence_gap',
  severity: 'error',
  subject: 'NLDXX>NLDYY',
  text: 'numbers 3 to 4 never came',
  show: 'tik files --source roaming',
})
const LAST = findingOf({ code: 'last_usage', severity: 'info', subject: 'pbx', text: 'x' })

function billed(accountId: string, gross: number, before: number | undefined): BilledInvoice {
  const grossMicros = micros(gross)
  return {
    kind: 'invoice',
    accountId,
    accountName: `${accountId} B.V.`,
    number: '',
    outcome: 'preview',
    netMicros: grossMicros,
    vatMicros: micros(0),
    grossMicros,
    previousGrossMicros: before === undefined ? undefined : micros(before),
    causes: [
      {
        group: 'new',
        subject: 'go',
        description: 'Go',
        count: 2,
        amountMicros: micros(20_000_000),
      },
    ],
    files: [],
  }
}

function content(stoppedBy: readonly string[] = []): ReportContent {
  const invoices = [
    billed('still', 90_000_000, 90_000_000),
    billed('jumps', 50_000_000, 30_000_000),
  ]
  const report: BillingReport = {
    period: '2026-10',
    preview: true,
    runId: 0,
    invoices,
    alreadyBilledCount: 0,
    findings: [],
    totals: {
      netMicros: micros(60_000_000),
      vatMicros: micros(0),
      grossMicros: micros(60_000_000),
    },
    usage: [{ product: 'voip', callType: 'national', count: 3, amountMicros: micros(1_230_000) }],
    interrupted: false,
  }
  const findings = [GAP, LAST]
  return { period: '2026-10', day: '2026-11-01', findings, report: { ...report, stoppedBy } }
}

test('a report tells what must be judged, and the greatest differences first with their cause', () => {
  const { subject, intro, sections, list } = reportLetter(content())
  expect(subject).toBe('Billing of 2026-10: 1 errors, 0 warnings')
  expect(intro).toContain('2 invoices would be made: EUR 60.00 and 0.00 VAT, 60.00 in all.')
  expect(sections.map(({ rows }) => rows.map(({ value }) => value))).toEqual([
    ['NLDXX>NLDYY', 'numbers 3 to 4 never came', 'sequence_gap', 'tik files --source roaming'],
  ])
  expect(list?.counts).toEqual(['voip national: 3 usages, 1.23'])
  expect(list?.rows).toEqual([
    ['jumps, jumps B.V.', '50.00', '30.00', '+20.00', '2 × Go new 20.00'],
    ['still, still B.V.', '90.00', '90.00', '0.00', '2 × Go new 20.00'],
  ])
})

test('a run that stopped says at what, and a check alone has no amounts', () => {
  expect(reportLetter(content(['sequence_gap'])).intro).toContain(
    'Nothing was finalised: sequence_gap must be mended or accepted.',
  )
  const alone = reportLetter({ ...content(), findings: [LAST], report: undefined })
  expect(alone).toMatchObject({
    subject: 'Billing of 2026-10: nothing stands in the way',
    intro: 'The check of 2026-10 found: nothing stands in the way.',
    list: undefined,
  })
})

test('what is told of a finding, and of the accounts, has its words', () => {
  const letter = reportLetter(content())
  expect(letter).toMatchObject({
    tag: 'en-GB',
    greeting: 'Dear colleague,',
    footer:
      'tik bill check --period 2026-10 shows this at any time. Recipients stand in TIK_BILL_REPORT_TO.',
    list: {
      countsTitle: 'Usage by call type, EUR ex VAT',
      title: 'Accounts, the greatest differences first',
      head: ['Account', 'Total', 'Month before', 'Difference', 'Mainly'],
      more: '',
    },
  })
  expect(letter.sections).toMatchObject([
    {
      title: 'error: a file between two others of its sender never came',
      rows: [{ label: 'about' }, { label: 'found' }, { label: 'code' }, { label: 'look' }],
    },
  ])
  const bare = { ...content(), findings: [{ ...GAP, show: '' }] }
  expect(reportLetter(bare).sections[0]?.rows.map(({ label }) => label)).toEqual([
    'about',
    'found',
    'code',
  ])
})

test('of many findings and accounts some are shown and all are counted', () => {
  const { report, ...rest } = content()
  if (report === undefined) throw new Error('it has one')
  const invoices = Array.from({ length: 43 }, (_, index) =>
    billed(`a${index}`, index * 1_000_000, undefined),
  )
  const told = (findingsCount: number) => {
    const findings = Array<typeof GAP>(findingsCount).fill(GAP)
    return reportLetter({ ...rest, findings, report: { ...report, invoices } })
  }
  expect(told(50).sections).toHaveLength(50)
  expect(told(50).list?.more).toBe('3 more accounts.')
  expect(told(51).sections).toHaveLength(50)
  expect(told(51).list?.more).toBe('3 more accounts. 51 findings in all.')
  expect(told(51).list?.rows).toHaveLength(40)
  expect(reportLetter({ ...rest, report: { ...report, invoices: [] } }).list).toBeUndefined()
})

test('errors and warnings count apart, and as many of each do not cancel', () => {
  const warning = { ...GAP, severity: 'warning' as const }
  const subjectOf = (...findings: (typeof GAP)[]) =>
    reportLetter({ ...content(), findings }).subject
  expect(subjectOf(GAP, warning)).toBe('Billing of 2026-10: 1 errors, 1 warnings')
  expect(subjectOf(warning, warning)).toBe('Billing of 2026-10: 0 errors, 2 warnings')
})

test('a run that finalised says so, with what was billed before', () => {
  const { report, ...rest } = content()
  if (report === undefined) throw new Error('it has one')
  const done = { ...report, preview: false, alreadyBilledCount: 5 }
  expect(reportLetter({ ...rest, report: done }).intro).toMatch(
    /2 invoices were finalised: EUR 60\.00 and 0\.00 VAT, 60\.00 in all\. 5 were billed before\.$/,
  )
})

test('an account without a month before, or without a cause, has none', () => {
  const { report, ...rest } = content()
  if (report === undefined) throw new Error('it has one')
  const { causes: _causes, ...plain } = billed('new', 10_000_000, undefined)
  const falls = billed('falls', 10_000_000, 30_000_000)
  const { list } = reportLetter({ ...rest, report: { ...report, invoices: [plain, falls] } })
  expect(list?.rows).toEqual([
    ['falls, falls B.V.', '10.00', '30.00', '-20.00', '2 × Go new 20.00'],
    ['new, new B.V.', '10.00', '-', '-', ''],
  ])
})

test('it comes from a partner who has an address to send from', () => {
  const partner = inventedPartner('Noorderlicht Telecom B.V.')
  const partners = new Map([
    ['silent', { ...partner, partnerId: 'silent', mailFrom: '' }],
    ['noorderlicht', partner],
  ])
  const recipients = ['a@example.com']
  const [mail] = reportMails({ ...content(), recipients, partners, nowMs: 0 })
  expect(JSON.stringify(mail)).toContain('facturen@noorderlicht.example')
})

test('each recipient has one mail for a period and a day', () => {
  expect(idsOf('2026-11-01')).toEqual(idsOf('2026-11-01'))
  expect(new Set([...idsOf('2026-11-01'), ...idsOf('2026-11-02')]).size).toBe(4)
})

function idsOf(day: string): string[] {
  const recipients = ['a@example.com', 'b@example.com']
  const mails = reportMails({ ...content(), day, recipients, partners: new Map(), nowMs: 0 })
  return mails.map(({ mailId }) => mailId)
}
