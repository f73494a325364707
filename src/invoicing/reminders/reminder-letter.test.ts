import { expect, test } from 'vitest'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import type { Account, User } from '../../core/accounts/accounts.ts'
import type { ReminderRules, ReminderTerm } from '../../core/accounts/reminder-rules.ts'
import { micros } from '../../core/money/money.ts'
import { buildInvoice } from '../build/build-invoice.ts'
import { reminderLetter } from './reminder-letter.ts'

const request = inventedRequest({ subscriptionsCount: 1 })
const invoice = { ...buildInvoice(request), number: '2026-00000001' }
const { grossMicros } = invoice.totals
const user: User = {
  userId: 'ans',
  accountId: 'duinzicht',
  name: 'Ans',
  email: 'ans@duinzicht.example',
  language: 'nl',
  registrations: [],
}
const OWN = { subject: 'Tweede: {number}', text: '{seller} wacht op {open}, ook na {due}. {x}' }

interface Occasion {
  readonly step?: number
  readonly paid?: number
  readonly terms?: readonly ReminderTerm[]
  readonly customerKind?: Account['customerKind']
}

function letter({ step = 1, paid = 0, terms = [], customerKind }: Occasion) {
  const account = { ...request.account, ...(customerKind === undefined ? {} : { customerKind }) }
  const rules: ReminderRules = {
    steps: [{ afterDays: 7 }, { afterDays: 14, texts: { nl: OWN } }, { afterDays: 21 }],
    terms,
  }
  const openMicros = micros(grossMicros - paid * 1_000_000)
  return reminderLetter({ user, account }, { invoice, step, openMicros, rules })
}

const rowsOf = (occasion: Occasion) =>
  letter(occasion).sections.flatMap(({ rows }) =>
    rows.map(({ label, value }) => `${label}: ${value}`),
  )

test('each step has its words; those of the seller go before ours, with what they name filled in', () => {
  expect([1, 2, 3].map((step) => letter({ step }).subject)).toMatchInlineSnapshot(`
    [
      "Herinnering: factuur 2026-00000001 van Noorderlicht Telecom B.V.",
      "Tweede: 2026-00000001",
      "Laatste herinnering: factuur 2026-00000001 van Noorderlicht Telecom B.V.",
    ]
  `)
  expect([1, 2, 3].map((step) => letter({ step }).intro)).toMatchInlineSnapshot(`
    [
      "Factuur 2026-00000001 verviel op 16 november 2026; € 61,06 is nog niet ontvangen. Misschien is het u ontgaan. Wij verzoeken u het bedrag over te maken. Hebt u intussen betaald, dan kunt u dit bericht als niet verzonden beschouwen.",
      "Noorderlicht Telecom B.V. wacht op € 61,06, ook na 16 november 2026. {x}",
      "Ondanks eerdere herinneringen staat van factuur 2026-00000001, vervallen op 16 november 2026, nog € 61,06 open. Dit is onze laatste herinnering. Neem contact met ons op als u de factuur betwist of niet in één keer kunt betalen.",
    ]
  `)
})

test('its rows tell the invoice, what is open, and where to pay; what was paid only where something was', () => {
  expect(rowsOf({})).toMatchInlineSnapshot(`
    [
      "Factuurdatum: 2 november 2026",
      "Vervaldatum: 16 november 2026",
      "Totaal incl. btw: € 61,06",
      "Openstaand: € 61,06",
      "Op rekening: NL02 ABNA 0123 4567 89 Noorderlicht Telecom B.V.",
      "Onder vermelding van: 2026-00000001",
    ]
  `)
  expect(rowsOf({ paid: 5 }).slice(2, 5)).toMatchInlineSnapshot(`
    [
      "Totaal incl. btw: € 61,06",
      "Al voldaan: € 5,00",
      "Openstaand: € 56,06",
    ]
  `)
})

const ALL: ReminderTerm = { step: 1, country: 'NL', texts: { nl: 'Voor ieder.' }, cost: '10.00' }

test.each<[string, Occasion, string | undefined]>([
  ['one for all', { terms: [ALL] }, 'Voor ieder.'],
  ['one of another step', { terms: [{ ...ALL, step: 2 }] }, undefined],
  ['one of another country', { terms: [{ ...ALL, country: 'BE' }] }, undefined],
  ['one for another kind', { terms: [{ ...ALL, customerKind: 'large' }] }, undefined],
  [
    'one for another kind than the one that is said',
    { terms: [{ ...ALL, customerKind: 'large' }], customerKind: 'public' },
    undefined,
  ],
  [
    'one for its kind goes before one for all',
    {
      terms: [ALL, { ...ALL, customerKind: 'large', texts: { nl: 'Tot {open}, {due}.' } }],
      customerKind: 'large',
    },
    'Tot {open}, {due}.',
  ],
  ['one without words in the language', { terms: [{ ...ALL, texts: { fr: 'Oui.' } }] }, ''],
])('a term is told and its costs with it: %s', (_rule, occasion, said) => {
  const [plain, told] = [letter({}), letter(occasion)]
  const open = plain.sections[0]?.rows.at(-3)?.value ?? ''
  const due = plain.sections[0]?.rows[1]?.value ?? ''
  const words = (said ?? '').replace('{open}', open).replace('{due}', due)
  expect(told.intro).toBe(words === '' ? plain.intro : `${plain.intro} ${words}`)
  const costs = rowsOf(occasion).filter((row) => !rowsOf({}).includes(row))
  expect(costs).toEqual(said === undefined ? [] : [expect.stringMatching(/: €\u00a010,00$/)])
})
