/**
 * `node scripts/preview-mails.ts FOLDER`: every kind of mail in every language as an HTML file, to be
 * looked at in a browser before a text is called done. Everything in them is invented.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { alertContext, alertItems } from '../src/alerts/letters/alert-item.ts'
import { alertLetter } from '../src/alerts/letters/alert-letter.ts'
import { blockMails } from '../src/alerts/letters/block-mail.ts'
import type { LedgerCrossing } from '../src/alerts/crossings/crossing.ts'
import {
  exampleCatalogue,
  exampleCrossing,
  exampleDirectory,
  exampleUser,
  EXAMPLE_NOW_MS,
} from '../test/doubles/example-alerts.ts'
import { renderHtml } from '../src/mail/render-letter.ts'
import { requestOf } from '../src/alerts/request-blocks.ts'
import type { Language } from '../src/core/accounts/accounts.ts'
import { buildInvoice } from '../src/invoicing/build/build-invoice.ts'
import { inventedRequest } from '../test/doubles/invented-request.ts'
import { inventedCreditNotes } from '../test/doubles/invented-credit-notes.ts'
import { inventedEInvoices } from '../test/doubles/invented-e-invoices.ts'
import { invoiceLetter } from '../src/invoicing/documents/invoice-mails.ts'
import type { Invoice } from '../src/invoicing/invoice-model.ts'
import { reminderLetter } from '../src/invoicing/reminders/reminder-letter.ts'

const LANGUAGES = ['nl', 'fr', 'de', 'en'] as const
const EUR = 1_000_000
const MB = 1_048_576
const BUNDLE = { amount: 1_000 * MB, product: 'mobile' } as const
const GROUP = {
  code: 'group-bundle',
  scopeId: 'pool',
  subject: 'pool-voice',
  used: 126_000,
  amount: 120_000,
} as const
const LONG_LABEL = `Bestelbus ${'Donaudampfschifffahrtsgesellschaft'.repeat(3)} <b>"vet"</b>`
const SIMS_IN_STORM = 60
const catalogue = await exampleCatalogue()
const creditNotes = inventedCreditNotes()
const [, creditNoteOfPeriod] = [...creditNotes].find(([name]) => name.startsWith('negative')) ?? []
const [folder = 'mail-preview'] = process.argv.slice(2)

mkdirSync(folder, { recursive: true })
for (const language of LANGUAGES) {
  for (const [kind, html] of Object.entries(mails(language))) {
    writeFileSync(join(folder, `${kind}-${language}.html`), html)
  }
}
process.stdout.write(`${folder}: mails in ${LANGUAGES.join(', ')}\n`)

function mails(language: Language): Record<string, string> {
  const near = { level: '80@50000000', used: 40_100_000 }
  return {
    '1-bundle-near': limitMail(language, [
      exampleCrossing({
        code: 'data-bundle',
        subject: 'go-data',
        used: 820 * MB,
        ...BUNDLE,
        level: '80',
      }),
    ]),
    '2-group-both': limitMail(language, [
      exampleCrossing({ ...GROUP, level: '80' }),
      exampleCrossing({ ...GROUP, level: '100' }),
    ]),
    '3-roaming-near': limitMail(language, [exampleCrossing({ code: 'roaming-spend', ...near })]),
    '4-blocking': limitMail(language, [exampleCrossing({ code: 'roaming-spend' })], true),
    '5-several': limitMail(language, everyKind()),
    '6-storm': limitMail(language, storm()),
    '7-long-label': limitMail(language, [exampleCrossing()], false, LONG_LABEL),
    '8-block': blockMail(language),
    '9-invoice': invoiceMail(language, plainInvoice()),
    '10-invoice-anew': invoiceMail(language, inventedEInvoices().get('made anew')),
    '11-credit-note': invoiceMail(language, creditNotes.get('credit note: some lines')),
    '12-credit-note-of-period': invoiceMail(language, creditNoteOfPeriod),
    '13-reminder': reminderMail(language),
  }
}

/** One crossing of each kind of limit. */
function everyKind(): LedgerCrossing[] {
  return [
    exampleCrossing({ ...GROUP, level: '100' }),
    exampleCrossing({ code: 'sms-bundle', subject: 'go-sms', level: '80', used: 81, amount: 100 }),
    exampleCrossing({
      code: 'account-total',
      scopeId: 'gist',
      used: 1_234.56 * EUR,
      amount: 1_200 * EUR,
    }),
    exampleCrossing({ code: 'subscription-total' }),
    exampleCrossing({ code: 'national-data' }),
    exampleCrossing({
      code: 'voip-total',
      scopeId: 'gist',
      product: 'voip',
      subscriptionId: 'sim-2',
    }),
    exampleCrossing({
      code: 'module-volume',
      subject: 'mobile-internet-eu',
      used: 260 * MB,
      amount: 250 * MB,
    }),
    exampleCrossing({ code: 'sim-cap', subject: 'data', used: 51 * MB, amount: 50 * MB }),
    exampleCrossing({ code: 'sim-cap', subject: 'sms', used: 10, amount: 10 }),
    exampleCrossing({ code: 'roaming-spend', level: '80@50000000', used: 41 * EUR }),
  ]
}

function storm(): LedgerCrossing[] {
  return Array.from({ length: SIMS_IN_STORM }, (_, index) =>
    exampleCrossing({
      code: 'sim-cap',
      subject: 'data',
      scopeId: `sim-${index}`,
      subscriptionId: `sim-${index}`,
      used: (50 + index) * MB,
      amount: 50 * MB,
    }),
  )
}

function limitMail(
  language: Language,
  crossings: readonly LedgerCrossing[],
  blocks = false,
  label?: string,
): string {
  const user = exampleUser(language)
  const example = exampleDirectory([user], SIMS_IN_STORM)
  const directory =
    label === undefined
      ? example
      : { ...example, subscriptions: example.subscriptions.map((one) => ({ ...one, label })) }
  const items = alertItems(
    crossings.map((crossing) => ({ ...crossing, blocks })),
    alertContext(directory, catalogue),
  )
  const account = directory.accounts.get('gist')
  if (account === undefined) throw new Error('the example has an account')
  const partner = directory.partners.get('veldnet')
  return renderHtml(alertLetter(items, { user, account, partner }))
}

function blockMail(language: Language): string {
  const directory = exampleDirectory([exampleUser(language)])
  const requests = requestOf({ ...exampleCrossing(), crossingId: 1 }, directory)
  const feeOf = new Map([['sim-0', 5 * EUR]])
  return blockMails(requests, { directory, nowMs: EXAMPLE_NOW_MS, feeOf })[0]?.html ?? ''
}

function plainInvoice(): Invoice {
  return { ...buildInvoice(inventedRequest({ subscriptionsCount: 2 })), number: '2026-00000042' }
}

function invoiceMail(language: Language, invoice: Invoice | undefined): string {
  if (invoice === undefined) throw new Error('there is no such document')
  const { account } = inventedRequest({ subscriptionsCount: 2 })
  return renderHtml(invoiceLetter({ user: exampleUser(language), account }, invoice))
}

/** The last of three, where all of it is open. */
function reminderMail(language: Language): string {
  const invoice = plainInvoice()
  const { account } = inventedRequest({ subscriptionsCount: 2 })
  const steps = [7, 14, 28].map((afterDays) => ({ afterDays }))
  const rules = { steps, terms: [] }
  const occasion = { invoice, step: 3, openMicros: invoice.totals.grossMicros, rules }
  return renderHtml(reminderLetter({ user: exampleUser(language), account }, occasion))
}
