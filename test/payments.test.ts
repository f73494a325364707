/** Payments as a billing clerk notes them, on the command line. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { createCommandLine } from './command-line.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { SMALL_COMPANY } from './small-company.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-payments-'))
const tik = createCommandLine(folder, { TIK_CATALOGUE: 'fixtures/catalogue' })
const NUMBER = /2026-\d{8}/
let number = ''

/** A delivery and fees in January: an invoice of 138.55 that is due in two weeks. */
beforeAll(async () => {
  await copyTestOperations(join(folder, 'operations'))
  const [partner] = SMALL_COMPANY.partners
  const [subscription] = SMALL_COMPANY.subscriptions
  const particulars = { vatId: 'NL001234560B01', registrationNumber: '12345678' }
  const file = join(folder, 'accounts.json')
  const document = {
    partners: [{ ...partner, ...particulars, iban: 'NL91ABNA0417164300' }],
    accounts: SMALL_COMPANY.accounts,
    subscriptions: [{ ...subscription, terminated: '2026-02-01' }],
    oneOffCharges: [
      { id: 'desk', account: 'A1', at: '2026-01-10', description: 'Desk', amount: '100.00' },
    ],
  }
  writeFileSync(file, JSON.stringify(document))
  expect(await tik.here(['accounts', 'import', file])).toMatchObject({ status: 0 })
  const { stdout } = await tik.here(['bill', 'run', '--period', '2026-01'])
  number = NUMBER.exec(stdout)?.[0] ?? ''
  expect(stdout).toContain('138.55')
}, 120_000)

async function say(...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await tik.here(['bill', ...words])
  return `${status} ${stdout}${stderr}`
}

test('a clerk notes payments, takes one back, and sees how each invoice stands', async () => {
  expect(await say('list', '--only', 'open')).toMatch(/138\.55 +0\.00 +138\.55/)
  expect(await say('list', '--only', 'paid')).toBe('0 No invoices.\n')
  const bank = ['--on', '2026-02-09', '--reference', 'R1']
  expect(await say('pay', number, '138.56', ...bank)).toBe(
    `0 138.55 paid of ${number} ("R1"); 0.00 is open.\n` +
      'What no invoice took is a balance: tik bill payments list shows it.\n',
  )
  expect(await say('pay', number, '138.56', ...bank)).toBe(
    '0 Noted before as "R1": nothing was done.\n',
  )
  expect(await say('list', '--only', 'paid')).toContain(number)
  expect(await say('payments', 'list')).toMatch(/2026-02-09 +138\.56 +0\.01 +R1/)
  expect(await say('pay', number, '138.56', '--reverse', '--on', '2026-02-11')).toBe(
    `0 138.55 taken back from ${number} ("R1 reversed"); 138.55 is open.\n`,
  )
  expect(await say('dispute', number, '20', '--reason', 'two desks?')).toBe(
    `0 20.00 of ${number} is disputed.\n`,
  )
  expect(await say('list', '--only', 'disputed')).toMatch(/finalised .* 20\.00/)
  expect(await say('dispute', number, '--resolve', '--reason', 'one desk')).toBe(
    `0 20.00 of ${number} is disputed no longer.\n`,
  )
  const history = await say('history', number)
  expect(history.match(/(?<=:\d\d {2})[a-z-]+/g)).toEqual([
    'finalised',
    'paid',
    'reopened',
    'disputed',
    'dispute-resolved',
  ])
  expect(history).toContain(userInfo().username)
  expect(history).toContain('tik bill pay')
}, 180_000)

const statement = (entries: string) =>
  '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>' +
  `<Id>1</Id><Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></Acct>${entries}</Stmt></BkToCstmrStmt></Document>`
const entry = (amount: string, text: string) =>
  `<Ntry><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>` +
  `<BookgDt><Dt>2026-11-20</Dt></BookgDt><NtryDtls><TxDtls><RmtInf><Ustrd>${text}</Ustrd>` +
  '</RmtInf></TxDtls></NtryDtls></Ntry>'

test('a statement pays what it names, and what it leaves open is settled by hand', async () => {
  const bank = join(folder, 'bank')
  mkdirSync(bank)
  const entries = [entry('38.55', number), entry('100.00', 'oktober'), entry('7.00', 'rente')]
  writeFileSync(join(bank, 'one.xml'), statement(entries.join('')))
  const first = await say('payments', 'import', bank)
  expect(first).toMatch(/^1 /) // Something waits for a person.
  expect(first).toContain('1 statements of 1 files: 0 matched, 1 partly, 0 returned, 2 unmatched')
  expect(await say('payments', 'import', join(bank, 'one.xml'))).toMatch(/^0 .*3 known/)
  const open = await say('payments', 'open')
  expect(open).toMatch(/100\.00 EUR +oktober +it names no invoice +2026-/)
  const id = /^(?:0 )? *(\d+) .*oktober/m.exec(open)?.[1] ?? ''
  expect(await say('payments', 'match', id, number)).toBe(
    `0 Bank entry ${id} is settled with ${number}; 0.00 of it is open.\n`,
  )
  expect(await say('payments', 'match', id, number)).toMatch(/^2 .*no bank entry/s)
  const last = String(Number(id) + 1)
  expect(await say('payments', 'ignore', last, '--reason', 'interest')).toMatch(/^0 /)
  expect(await say('payments', 'open')).toBe('0 Every entry is settled.\n')
  writeFileSync(join(bank, 'two.xml'), '<Document>')
  expect(await say('payments', 'import', bank)).toMatch(/^1 .*two\.xml, line 1: Unclosed/s)
}, 180_000)

test.each([
  ['an amount below a cent', ['138.551', '--on', '2026-02-09'], /above 0 and in whole cents/],
  ['an amount of nothing', ['0', '--on', '2026-02-09'], /above 0 and in whole cents/],
  ['a day that there is not', ['1', '--on', '2026-02-30'], /no date/],
  ['a day to come', ['1', '--on', '2126-02-01'], /in the future/],
])('refused with exit 2: %s', async (_what, words, message) => {
  const { status, stderr } = await tik.here(['bill', 'pay', number, ...words])
  expect(stderr).toMatch(message)
  expect(status).toBe(2)
})

test('an invoice that is not there is none to pay', () => {
  const { status, stderr } = tik.process('bill', 'pay', '2026-99999999', '1', '--on', '2026-02-09')
  expect(status).toBe(2)
  expect(stderr).toContain('there is no invoice 2026-99999999')
})
