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

test('the key of an entry is what ledgers have stored of it: it stays as it is', () => {
  const twice = ntry('12.10', '<AcctSvcrRef>S1</AcctSvcrRef>')
  const first = 'NL91ABNA0417164300|S1|12.10|CRDT|2026-11-10'
  expect(keyOf(xml(`<Id>A</Id>${ACCOUNT}${twice}${twice}${twice}`))).toEqual([
    first,
    `${first}|again 1`,
    `${first}|again 2`,
  ])
  const unnamed = `${ntry('1.00', '<AcctSvcrRef>NONREF</AcctSvcrRef>')}${ntry('1.00', '')}`
  expect(keyOf(xml(`<Id>A</Id>${ACCOUNT}${unnamed}`))).toEqual([
    'NL91ABNA0417164300|A|entry 1|1.00|CRDT|2026-11-10',
    'NL91ABNA0417164300|A|entry 2|1.00|CRDT|2026-11-10',
  ])
  const own = ntry('1.00', '<NtryRef>N7</NtryRef>')
  expect(keyOf(xml(`<Id>A</Id>${ACCOUNT}${own}`))).toEqual([
    'NL91ABNA0417164300|A|N7|1.00|CRDT|2026-11-10',
  ])
  expect(keyOf(xml(`<Id>A</Id>${ACCOUNT}${batch('3.00', part('1.00'), part('2.00'))}`))).toEqual([
    'NL91ABNA0417164300|S2|3.00|CRDT|2026-11-10|part 1',
    'NL91ABNA0417164300|S2|3.00|CRDT|2026-11-10|part 2',
  ])
})

const batch = (amount: string, ...parts: string[]) =>
  ntry(
    amount,
    `<AcctSvcrRef>S2</AcctSvcrRef><NtryDtls><Btch><PmtInfId>B9</PmtInfId></Btch>${parts.join('')}</NtryDtls>`,
  )
const part = (amount: string, more = '', currency = 'EUR') =>
  `<TxDtls>${more}<Amt Ccy="${currency}">${amount}</Amt></TxDtls>`
const briefOf = (entries: string) =>
  readCamt053('x', xml(`<Id>A</Id>${ACCOUNT}${entries}`)).flatMap((statement) =>
    statement.entries.map(({ amountMicros, direction, batchId, unclear }) =>
      [direction, microsToDecimal(amountMicros, 2), batchId, unclear].join(' ').trim(),
    ),
  )

test.each<[string, string[], string[]]>([
  ['makes its whole', [part('1.00'), part('2.00')], ['in 1.00', 'in 2.00']],
  [
    'makes less',
    [part('1.00'), part('1.99')],
    ['in 3.00 B9 a batch of 2 that does not say its amounts'],
  ],
  [
    'is in part of another currency',
    [part('1.00'), part('2.00', '', 'USD')],
    ['in 3.00 B9 a batch of 2 that does not say its amounts'],
  ],
  ['is one', [part('1.00')], ['in 3.00']],
  ['is not told', [], ['in 3.00 B9']],
  [
    'has a direction of its own',
    [part('1.00', '<CdtDbtInd>DBIT</CdtDbtInd><RtrInf/>'), part('2.00')],
    ['back 1.00', 'in 2.00'],
  ],
  [
    'names batches of its own',
    [part('1.00', '<Refs><PmtInfId>B1</PmtInfId></Refs>'), part('2.00')],
    ['in 1.00 B1', 'in 2.00'],
  ],
])('a batch that %s', (_what, parts, expected) => {
  expect(briefOf(batch('3.00', ...parts))).toEqual(expected)
})

test('an entry has 100,000 parts at most', () => {
  const parts = Array<string>(100_000).fill(part('0.01'))
  expect(briefOf(batch('1000.00', ...parts))).toHaveLength(100_000)
  expect(() => briefOf(batch('1000.01', ...parts, part('0.01')))).toThrow(/over 100000 parts/)
})

test.each(['02', '08', '13'])('version %s is read', (version) => {
  const namespace = `urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}`
  expect(keyOf(xml(`<Id>1</Id>${ACCOUNT}${ntry('1.00', '')}`, namespace))).toHaveLength(1)
})

test.each(['01', '14'])('version %s is not, and the bank can be asked for another', (version) => {
  const namespace = `urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}`
  expect(() => readCamt053('x', xml(`<Id>1</Id>${ACCOUNT}`, namespace))).toThrow(
    expect.objectContaining({ hint: 'ask the bank for statements as camt.053' }),
  )
})

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
  ['no id', xml(ACCOUNT), /no id or no account/],
  ['no statement', xml('').replace('<Stmt></Stmt>', ''), /no statement/],
  ['no amount', xml(`<Id>1</Id>${ACCOUNT}<Ntry><Sts>BOOK</Sts></Ntry>`), /has no amount/],
  ['an amount with a sign', xml(`<Id>1</Id>${ACCOUNT}${ntry('-1.00', '')}`), /no amount/],
  ['parts of a cent', xml(`<Id>1</Id>${ACCOUNT}${ntry('1.005', '')}`), /no amount/],
  ['elements without end', '<a>'.repeat(100), /more than 64/],
  ['nothing at all', '', /./],
])('a file with %s is refused with its name', (_what, document, message) => {
  expect(() => readCamt053('bank.xml', document)).toThrow(message)
  expect(() => readCamt053('bank.xml', document)).toThrow(/bank\.xml/)
})

const nested = (count: number) => `\n${'<a>'.repeat(count)}${'</a>'.repeat(count)}`

test('64 elements may stand within another, and what is wrong is said with its line', () => {
  expect(() => readCamt053('x', nested(64))).toThrow(/no camt/)
  expect(() => readCamt053('x', nested(65))).toThrow('x, line 2: more than 64 elements')
})

test('entries of nothing are left out', () => {
  const document = xml(`<Id>1</Id>${ACCOUNT}${ntry('0.00', '')}${ntry('1.00', '')}`)
  expect(readCamt053('x', document)[0]?.entries).toHaveLength(1)
})
