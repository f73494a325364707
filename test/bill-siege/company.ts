/**
 * What is billed, written once for all seeds: two sellers, one with a series of its own for credit notes, six
 * accounts on two anchors, calls of October and November, and a subscription whose end is told late.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asteriskLine } from '../small-company.ts'

export interface Company {
  readonly accounts: string
  /** The same, when the company of `left` has gone. */
  readonly accountsAfter: string
  readonly calls: string
  readonly statement: string
}

const SELLERS = [
  {
    id: 'noord',
    legalName: 'Noord Telecom B.V.',
    address: { street: 'Kade 1', postcode: '9711 AA', city: 'Groningen', country: 'NL' },
    vatId: 'NL001234560B01',
    registrationNumber: '12345678',
    iban: 'NL91ABNA0417164300',
    bic: 'ABNANL2A',
    mailFrom: 'facturen@noord.example',
    reminders: { steps: [{ afterDays: 5 }] },
  },
  {
    id: 'zuid',
    legalName: 'Zuid Telecom B.V.',
    address: { street: 'Markt 2', postcode: '6211 CK', city: 'Maastricht', country: 'NL' },
    vatId: 'NL009876546B01',
    registrationNumber: '87654321',
    iban: 'NL02ABNA0123456789',
    bic: 'ABNANL2A',
    mailFrom: 'facturen@zuid.example',
    creditNoteNumbers: 'own',
    numberSeries: { invoice: { prefix: 'Z-', start: { '2026': 501 } } },
  },
]

const CUSTOMERS = [
  { id: 'left', partner: 'noord', anchorDay: 1 },
  { id: 'part', partner: 'noord', anchorDay: 1 },
  { id: 'whole', partner: 'noord', anchorDay: 15 },
  { id: 'anew', partner: 'noord', anchorDay: 1 },
  { id: 'south', partner: 'zuid', anchorDay: 1 },
  { id: 'other', partner: 'zuid', anchorDay: 15 },
] as const

/** The number that the undisturbed months give the invoice of October of each. */
export const NUMBERS = {
  left: '2026-00000002',
  part: '2026-00000003',
  whole: '2026-00000004',
  anew: '2026-00000001',
  south: 'Z-2026-00000502',
} as const

const TERMINATED = '2026-11-03'
const CALLS_A_MONTH = 4

export function writeCompany(folder: string): Company {
  const paths = {
    accounts: join(folder, 'accounts.json'),
    accountsAfter: join(folder, 'accounts-after.json'),
    calls: join(folder, 'Master.csv'),
    statement: join(folder, 'statement.xml'),
  }
  writeFileSync(paths.accounts, JSON.stringify(documentOf(undefined)))
  writeFileSync(paths.accountsAfter, JSON.stringify(documentOf(TERMINATED)))
  writeFileSync(paths.calls, `${callLines().join('\n')}\n`)
  writeFileSync(paths.statement, statementOf(NUMBERS.south))
  return paths
}

function documentOf(terminated: string | undefined) {
  return {
    partners: SELLERS,
    accounts: CUSTOMERS.map(({ id, ...customer }) => ({
      id,
      ...customer,
      legalName: `Klant ${id} B.V.`,
      address: { street: 'Laan 2', postcode: '2000 BB', city: 'Haarlem', country: 'NL' },
      vatId: 'NL009876546B01',
      registrationNumber: '09876543',
      country: 'NL',
      discounts: [
        { on: 'usage', percent: '7.5', description: 'Raamovereenkomst', from: '2026-09-01' },
      ],
    })),
    subscriptions: CUSTOMERS.flatMap(({ id }, place) => [
      {
        id: `${id}-phone`,
        account: id,
        product: 'voip',
        activated: '2026-09-20',
        numbers: [numberOf(place)],
        plans: ['voip-flat'],
        ...(id === 'left' && terminated !== undefined ? { terminated } : {}),
      },
    ]),
    users: CUSTOMERS.map(({ id }) => ({
      id: `${id}-desk`,
      account: id,
      name: 'Ans de Boer',
      email: `ans@${id}.example`,
      registrations: ['invoices'],
    })),
    oneOffCharges: [
      { id: 'desk', account: 'part', at: '2026-10-10', description: 'Desk', amount: '40.00' },
    ],
  }
}

function numberOf(place: number): string {
  return `+3120123450${place}`
}

function callLines(): string[] {
  return CUSTOMERS.flatMap(({ id }, place) =>
    (id === 'left' ? ['2026-10'] : ['2026-10', '2026-11']).flatMap((month) =>
      Array.from({ length: CALLS_A_MONTH }, (_call, index) =>
        asteriskLine({
          from: numberOf(place).replace('+31', '0'),
          to: index % 2 === 0 ? '0612345678' : '09001234',
          start: `${month}-${String(16 + index * 3)} 10:00:00`,
          billsec: 61 + 77 * index + place,
          uniqueid: `${month}-${place}.${index}`,
        }),
      ),
    ),
  )
}

/** A payment by a bank of ten euros, which names the invoice. */
function statementOf(number: string): string {
  return (
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>' +
    '<Id>1</Id><Acct><Id><IBAN>NL02ABNA0123456789</IBAN></Id></Acct><Ntry>' +
    '<Amt Ccy="EUR">10.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>' +
    '<BookgDt><Dt>2026-11-20</Dt></BookgDt><AcctSvcrRef>B-1</AcctSvcrRef><NtryDtls><TxDtls><RmtInf>' +
    `<Ustrd>${number}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>`
  )
}
