import { expect, test } from 'vitest'
import { microsToDecimal } from '../../core/money/money.ts'
import { dayToIso } from '../../core/time/period.ts'
import { readFileSync } from 'node:fs'
import { readCamt053 } from './camt053.ts'

const read = (name: string) =>
  readCamt053(
    name,
    readFileSync(new URL(`../../../fixtures/bank/${name}`, import.meta.url), 'utf8'),
  )

test.each(['statement-02.xml', 'statement-08.xml'])(
  '%s is read to the golden text',
  async (name) => {
    const lines = read(name).flatMap(({ statementId, iban, entries, notBookedCount }) => [
      `${statementId} of ${iban}, ${notBookedCount} not booked`,
      ...entries.map((entry) =>
        [
          entry.direction.padEnd(4),
          dayToIso(entry.bookedDay),
          `${microsToDecimal(entry.amountMicros, 2)} ${entry.currency}`.padStart(11),
          entry.counterparty.name,
          entry.counterparty.iban,
          entry.structuredReferences.join(' '),
          entry.text,
          entry.ids.join(' '),
          entry.unclear,
        ].join(' | '),
      ),
    ])
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(
      `../../../fixtures/bank/${name.replace('.xml', '.txt')}`,
    )
  },
)

test('an entry has one key in every copy of its statement, and two equal ones have two', () => {
  const keys = read('statement-02.xml').flatMap(({ entries }) => entries.map(({ key }) => key))
  expect(new Set(keys).size).toBe(keys.length)
  const copy = xml(`<Id>ANOTHER</Id>${ACCOUNT}${ntry('12.10', '<AcctSvcrRef>S1</AcctSvcrRef>')}`)
  const first = xml(`<Id>ONE</Id>${ACCOUNT}${ntry('12.10', '<AcctSvcrRef>S1</AcctSvcrRef>')}`)
  expect(keyOf(copy)).toEqual(keyOf(first))
  // Without a reference of the bank it is known by statement and place.
  const without = (id: string) => keyOf(xml(`<Id>${id}</Id>${ACCOUNT}${ntry('12.10', '')}`))
  expect(without('ONE')).toEqual(without('ONE'))
  expect(without('ONE')).not.toEqual(without('TWO'))
})

const keyOf = (document: string) => readCamt053('x', document)[0]?.entries.map(({ key }) => key)
const ACCOUNT = '<Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></Acct>'
const ntry = (amount: string, reference: string) =>
  `<Ntry><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>` +
  `<BookgDt><Dt>2026-11-10</Dt></BookgDt>${reference}</Ntry>`

function xml(statement: string, namespace = 'urn:iso:std:iso:20022:tech:xsd:camt.053.001.02') {
  return `<Document xmlns="${namespace}"><BkToCstmrStmt><Stmt>${statement}</Stmt></BkToCstmrStmt></Document>`
}

test.each([
  ['a document type', `<!DOCTYPE Document [<!ENTITY a "b">]>${xml('<Id>1</Id>')}`, /document type/],
  ['an entity of its own', xml('<Id>&a;</Id>'), /Invalid character entity/],
  ['no end', xml('<Id>1</Id>').slice(0, -8), /Unclosed/],
  ['crossed elements', '<a><b></a></b>', /Unexpected close tag/],
  [
    'another message',
    xml('<Id>1</Id>', 'urn:iso:std:iso:20022:tech:xsd:camt.052.001.02'),
    /no camt/,
  ],
  ['no account', xml('<Id>1</Id>'), /no id or no account/],
  ['an amount with a sign', xml(`<Id>1</Id>${ACCOUNT}${ntry('-1.00', '')}`), /no amount/],
  ['parts of a cent', xml(`<Id>1</Id>${ACCOUNT}${ntry('1.005', '')}`), /no amount/],
  ['elements without end', '<a>'.repeat(100), /more than 64/],
  ['nothing at all', '', /./],
])('a file with %s is refused with its name', (_what, document, message) => {
  expect(() => readCamt053('bank.xml', document)).toThrow(message)
  expect(() => readCamt053('bank.xml', document)).toThrow(/bank\.xml/)
})

test('entries of nothing are left out', () => {
  const document = xml(`<Id>1</Id>${ACCOUNT}${ntry('0.00', '')}${ntry('1.00', '')}`)
  expect(readCamt053('x', document)[0]?.entries).toHaveLength(1)
})
