/** Mails in four languages; what is hostile shows as text and starts no header. */
import * as fc from 'fast-check'
import PostalMime from 'postal-mime'
import { expect, test } from 'vitest'
import type { Directory, Language } from '../core/accounts/accounts.ts'
import { alertContext, alertItems } from '../alerts/letters/alert-item.ts'
import { alertLetter, type AlertLetter } from '../alerts/letters/alert-letter.ts'
import type { LedgerCrossing } from '../alerts/crossings/crossing.ts'
import {
  exampleCatalogue,
  exampleCrossing,
  exampleDirectory,
  exampleUser,
} from '../../test/doubles/example-alerts.ts'
import { messageBytes } from './outgoing-mail.ts'
import { escapeHtml, headerText, renderHtml, renderText } from './render-letter.ts'

const catalogue = await exampleCatalogue()
const LANGUAGES = ['nl', 'fr', 'de', 'en'] as const

function letterOf(
  language: Language,
  crossings: readonly LedgerCrossing[],
  change: (directory: Directory) => Directory = (directory) => directory,
): AlertLetter {
  const user = exampleUser(language)
  const directory = change(exampleDirectory([user]))
  const items = alertItems(
    crossings.map((crossing) => ({ ...crossing, blocks: false })),
    alertContext(directory, catalogue),
  )
  const account = directory.accounts.get('gist')
  if (account === undefined) throw new Error('the example has an account')
  return alertLetter(items, { user, account, partner: directory.partners.get('veldnet') })
}

function tags(html: string): number {
  return (html.match(/<[a-z!/][^>]*>/gi) ?? []).length
}

function withLabel(label: string): (directory: Directory) => Directory {
  return (directory) => ({
    ...directory,
    subscriptions: directory.subscriptions.map((one) => ({ ...one, label })),
  })
}

async function parsed(letter: AlertLetter, recipient = 'Anna') {
  const bytes = await messageBytes({
    mailId: 'aaaa',
    messageId: '<aaaa@veldnet.example>',
    kind: 'limit-alert',
    accountId: 'gist',
    userId: 'anna',
    sender: { name: 'Veldnet', email: 'noreply@veldnet.example' },
    recipient: { name: recipient, email: 'anna@gist.example' },
    language: letter.tag,
    subject: letter.subject,
    text: renderText(letter),
    html: renderHtml(letter),
    attachments: [],
    createdMs: 0,
  })
  return PostalMime.parse(bytes)
}

test.each([
  ['nl', '€ 50,25 (100 %)', '21 november 2026 om 14:02', '1–30 november 2026'],
  ['fr', '€ 50,25 (100 %)', '21 novembre 2026 à 14:02', '1–30 novembre 2026'],
  ['de', '€ 50,25 (100 %)', '21. November 2026 um 14:02', '1.–30. November 2026'],
  ['en', '€ 50.25 (100 %)', '21 November 2026 at 14:02', '1 – 30 November 2026'],
] as const)('amounts, moments and periods in the form of %s', (language, used, at, period) => {
  const text = renderText(letterOf(language, [exampleCrossing()])).replaceAll(
    /[\u00a0\u202f\u2009]/g,
    ' ',
  )
  expect(text).toContain(used)
  expect(text).toContain(at)
  expect(text).toContain(period)
})

test.each(LANGUAGES)('every kind of limit has words in %s', (language) => {
  const codes = [
    ['group-bundle', 'pool', '80'],
    ['data-bundle', 'sim-0', '100'],
    ['sms-bundle', 'sim-0', '80'],
    ['account-total', 'gist', '100@5'],
    ['subscription-total', 'sim-0', '100@5'],
    ['national-data', 'sim-0', '100@5'],
    ['voip-total', 'gist', '100@5'],
    ['module-volume', 'sim-0', '100@5'],
    ['sim-cap', 'sim-0', '100@5'],
    ['roaming-spend', 'sim-0', '80@5'],
  ] as const
  for (const [code, scopeId, level] of codes) {
    const letter = letterOf(language, [exampleCrossing({ code, scopeId, level })])
    expect(letter.sections).toHaveLength(1)
    for (const { value } of letter.sections[0]?.rows ?? []) expect(value).not.toBe('')
    expect(letter.subject).not.toContain('undefined')
  }
})

test.each([
  ['nl', 'is bijna bereikt', 'is bereikt'],
  ['fr', 'est presque atteinte', 'est atteinte'],
  ['de', 'ist fast erreicht', 'wurde erreicht'],
  ['en', 'has almost been reached', 'has been reached'],
] as const)('%s: a warning does not say that the limit is reached', (language, near, full) => {
  const bundle = { code: 'data-bundle', subject: 'go-data', used: 850, amount: 1_000 } as const
  const warning = letterOf(language, [exampleCrossing({ ...bundle, level: '80' })])
  expect(warning.intro).toContain(near)
  expect(letterOf(language, [exampleCrossing()]).intro).toContain(full)
})

test('a number of an invoice is not broken at its dash, and its text stays as it is', () => {
  const html = renderHtml({ ...LETTER_WITH_NUMBER })
  expect(html).toContain('<span style="white-space:nowrap">NL-2026-00000042</span>')
  expect(html).toContain('<title>Invoice NL-2026-00000042</title>')
})

const LETTER_WITH_NUMBER = {
  tag: 'en-GB',
  subject: 'Invoice NL-2026-00000042',
  greeting: 'Dear Anna,',
  intro: 'Please find attached invoice NL-2026-00000042.',
  sections: [],
  footer: 'Waddentel',
}

test('a French colon stays with the word before it', () => {
  const letter = letterOf('fr', [exampleCrossing()])
  expect(letter.subject).toContain('abonnement\u00a0: 100')
  expect(renderHtml(letter)).not.toMatch(/ [:;?!]/)
})

test('a hostile label is text in the HTML and cannot add a header', async () => {
  const hostile =
    '"><script>alert(1)</script>\r\nBcc: all@evil.example\r\n\r\n<img src=x onerror=x>\u202e'
  const letter = letterOf('nl', [exampleCrossing()], withLabel(hostile))
  const mail = await parsed(letter, `Anna\r\nBcc: all@evil.example`)
  expect(mail.bcc).toBeUndefined()
  expect(mail.headers.map(({ key }) => key)).not.toContain('bcc')
  expect(mail.to).toHaveLength(1)
  expect(mail.html).not.toMatch(/<script|<img/i)
  expect(mail.html).toContain('&lt;script&gt;')
  expect(mail.text).not.toContain('\u202e')
})

test('whatever a label is, the mail has one recipient, its own subject and no other element', async () => {
  const plain = tags(renderHtml(letterOf('en', [exampleCrossing()], withLabel('plain'))))
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), async (label) => {
      const letter = letterOf('en', [exampleCrossing()], withLabel(label))
      expect(tags(renderHtml(letter))).toBe(plain)
      const mail = await parsed(letter, label)
      expect(mail.to).toHaveLength(1)
      expect(mail.to?.[0]?.address).toBe('anna@gist.example')
      expect(mail.headers.filter(({ key }) => key === 'subject')).toHaveLength(1)
    }),
    { numRuns: 60 },
  )
})

test('text that escapeHtml and headerText return has nothing that could mean more', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(escapeHtml(text)).not.toMatch(/[<>"']/)
      expect(headerText(text)).not.toMatch(/[\r\n\u2028\u2029]/)
    }),
  )
})

test('the same mail is the same bytes, and says what a mail program needs', async () => {
  const letter = letterOf('fr', [exampleCrossing()])
  const html = renderHtml(letter)
  expect(html).toContain('<html lang="fr-FR">')
  expect(html).not.toMatch(/https?:\/\/|<img|<link|<script|url\(/)
  expect(html.match(/<h1/g)).toHaveLength(1)
  expect(html).toContain('scope="row"')
  const mail = await parsed(letter)
  expect(mail.headers).toContainEqual(
    expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
  )
})

test.each`
  language | again
  ${'nl'}  | ${'U krijgt opnieuw bericht bij elke volgende € 10,00.'}
  ${'fr'}  | ${'Vous recevrez un nouveau message à chaque tranche suivante de € 10,00.'}
  ${'de'}  | ${'Bei jedem weiteren Verbrauch von € 10,00 erhalten Sie eine neue Nachricht.'}
  ${'en'}  | ${'You will hear from us again at each next € 10.00.'}
`('a limit that is told again at each next 10 EUR says so in $language', ({ language, again }) => {
  const user = exampleUser(language)
  const directory = exampleDirectory([user])
  const crossings = ['100@50000000', '+60000000@50000000'].map((level) => ({
    ...exampleCrossing({ level, used: 61_000_000 }),
    blocks: false,
    everyAmount: 10_000_000,
  }))
  const items = alertItems(crossings, alertContext(directory, catalogue))
  const account = directory.accounts.get('gist')
  if (account === undefined) throw new Error('the example has an account')
  const letter = alertLetter(items, { user, account, partner: undefined })
  const [section] = letter.sections
  expect(letter.sections).toHaveLength(1)
  expect(section?.title.replaceAll(/\s/g, ' ')).toMatch(/100 ?% (en|et|und|and) 120 ?%/)
  const said = section?.rows.map(({ value }) => value.replaceAll(/\s/g, ' ')).join('\n')
  expect(said).toContain(again)
})

test('half of a limit is not almost all of it', () => {
  const half = letterOf('en', [exampleCrossing({ level: '50@50000000', used: 25_000_000 })])
  expect(half.intro).toContain('Part of a limit')
  const near = letterOf('en', [exampleCrossing({ level: '80@50000000', used: 40_000_000 })])
  expect(near.intro).toContain('almost')
})
