/** Acts of billing operations over the API: each does what the command does, and is in the audit log. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { API_PATH } from '../src/api/create-api.ts'
import { queueMails } from '../src/mail/mail-outbox.ts'
import { EXAMPLE_MAIL } from './doubles/example-mail.ts'
import { openSmallDoor, type Asked, type SmallDoor } from './small-door.ts'

let door: SmallDoor
let key: string
let number: string
beforeAll(async () => {
  door = await openSmallDoor()
  key = await door.keyOf({ reachKind: 'operator', reachId: '' })
  const { items } = list.parse((await say('/invoices?account=A1')).said)
  number = z.string().parse(items[0]?.['number'])
}, 180_000)
afterAll(() => door[Symbol.asyncDispose]())

const list = z.object({ items: z.array(z.record(z.string(), z.unknown())) })

async function say(path: string, asked: Asked = {}): Promise<{ status: number; said: unknown }> {
  const response = await door.ask(`${API_PATH}${path}`, { key, ...asked })
  return { status: response.status, said: JSON.parse(await response.text()) }
}
const post = (path: string, body: unknown) => say(path, { method: 'POST', body })
const euros = (amount: string) => ({ amount, currency: 'EUR' })

async function invoice(): Promise<unknown> {
  return (await say(`/invoices/${number}?partner=P1`)).said
}

test('a payment is noted once, disputed, and taken back', async () => {
  const payment = { partner: 'P1', amount: '2.00', on: '2026-11-02', by: 'Bo' }
  const first = await post(`/invoices/${number}/payments`, payment)
  expect(first).toMatchObject({ status: 200, said: { assigned: euros('2.00'), isKnown: false } })
  expect((await post(`/invoices/${number}/payments`, payment)).said).toMatchObject({
    isKnown: true,
    assigned: euros('2.00'),
  })
  const dispute = { partner: 'P1', reason: 'too much', amount: '1.00' }
  await post(`/invoices/${number}/disputes`, dispute)
  expect(await invoice()).toMatchObject({ paid: euros('2.00'), disputed: euros('1.00') })
  const settled = { partner: 'P1', reason: 'explained' }
  expect(await post(`/invoices/${number}/disputes/resolution`, settled)).toMatchObject({
    said: { wasDisputed: euros('1.00') },
  })
  expect(await post(`/invoices/${number}/disputes/resolution`, settled)).toMatchObject({
    status: 409,
    said: { code: 'payment_refused' },
  })
  await post(`/invoices/${number}/payments/reversals`, payment)
  expect(await invoice()).toMatchObject({ paid: euros('0.00'), disputed: euros('0.00') })
  const history = list.parse((await say(`/invoices/${number}/history?partner=P1`)).said)
  expect(history.items.map(({ state, by }) => [state, by])).toEqual(
    expect.arrayContaining([
      ['part-paid', 'Bo'],
      ['disputed', expect.stringContaining('client:')],
    ]),
  )
})

test('what a payment left over pays another time', async () => {
  const more = { partner: 'P1', amount: '500.00', on: '2026-11-02', reference: 'bank 9' }
  const { said } = await post(`/invoices/${number}/payments`, more)
  const { payment } = z.looseObject({ payment: z.int() }).parse(said)
  const wish = { partner: 'P1', number }
  expect(await post(`/payments/${payment}/assignments`, wish)).toMatchObject({
    status: 409,
    said: { code: 'payment_refused' },
  })
  await post(`/invoices/${number}/payments/reversals`, more)
})

test('an amount, a line and the whole are credited, never more than is left', async () => {
  const path = `/invoices/${number}/credit-notes`
  const why = { partner: 'P1', reason: 'as agreed' }
  const dry = await post(path, { ...why, dryRun: true })
  expect(dry).toMatchObject({ status: 201, said: { creditNote: { number: null } } })
  const part = await post(path, { ...why, amount: '1.00' })
  expect(part.said).toMatchObject({ creditNote: { net: euros('1.00'), gross: euros('1.21') } })
  expect(await post(path, { ...why, lines: [1], amount: '1.00' })).toMatchObject({ status: 422 })
  expect(await post(path, { ...why, amount: '9999.00' })).toMatchObject({
    status: 409,
    said: { code: 'credit_refused' },
  })
  const rest = await post(path, why)
  expect(rest.said).toMatchObject({ status: 'credited', leftNet: euros('0.00') })
  expect(await invoice()).toMatchObject({ status: 'credited', open: euros('0.00') })
})

test('a credit note that is sent again under its key is made once', async () => {
  const of2 = list.parse((await say('/invoices?account=A2')).said).items[0]?.['number']
  const asked = {
    method: 'POST',
    body: { partner: 'P2', reason: 'as agreed', amount: '0.50' },
    headers: { 'Idempotency-Key': 'credit-1' },
  }
  const [first, second] = [
    await say(`/invoices/${String(of2)}/credit-notes`, asked),
    await say(`/invoices/${String(of2)}/credit-notes`, asked),
  ]
  expect(second).toEqual(first)
  const notes = list.parse((await say('/invoices?account=A2')).said).items
  expect(notes.filter(({ kind }) => kind === 'credit-note')).toHaveLength(1)
})

test('an invoice goes out anew, credited before', async () => {
  const anew = await post(`/invoices/${number}/reissue`, { partner: 'P1', reason: 'new address' })
  expect(anew).toMatchObject({
    status: 201,
    said: { creditNote: null, reissued: { kind: 'invoice' } },
  })
})

test('a line is the sum of its usages, or of its fees', async () => {
  const lines = list.parse((await say(`/invoices/${number}/lines?partner=P1`)).said).items
  for (const { line, amount } of lines) {
    const { said } = await say(`/invoices/${number}/lines/${String(line)}?partner=P1`)
    const shown = z.looseObject({ fees: z.array(z.unknown()), usages: z.array(z.unknown()) })
    const { fees, usages } = shown.parse(said)
    expect(said).toMatchObject({ amount })
    expect(fees.length + usages.length).toBeGreaterThan(0)
  }
})

test('lost documents are put back', async () => {
  const again = await post(`/invoices/${number}/documents`, { partner: 'P1' })
  const { items } = list.parse(again.said)
  expect(items.map(({ outcome }) => outcome)).toEqual(items.map(() => 'there'))
})

test('a change of an account is previewed, then made once', async () => {
  const discount = {
    on: 'recurring',
    percent: '10',
    description: 'Loyalty',
    from: '2026-11-01',
  }
  const change = { type: 'add-discount', account: 'A1', discount }
  const dry = await post('/account-changes', { change, dryRun: true })
  expect(dry).toMatchObject({ status: 200, said: { isChanged: true } })
  expect(z.looseObject({ invoices: z.array(z.unknown()) }).parse(dry.said).invoices).toHaveLength(1)
  expect((await post('/account-changes', { change })).said).toMatchObject({ isChanged: true })
  expect((await post('/account-changes', { change })).said).toMatchObject({ isChanged: false })
  const wrong = {
    change: { type: 'change-plan', subscription: 'V1', plan: 'none', at: '2026-12-01' },
  }
  expect(await post('/account-changes', wrong)).toMatchObject({ status: 404 })
})

test('an event is applied once, and a wrong one is kept with its reason', async () => {
  const event = { id: 'E1', type: 'change-references', account: 'A1', purchaseOrder: 'PO 7' }
  expect((await post('/directory-events', { event })).said).toMatchObject({ state: 'applied' })
  expect((await post('/directory-events', { event })).said).toMatchObject({ state: 'known' })
  const wrong = { id: 'E2', type: 'terminate', subscription: 'nobody', at: '2026-12-01' }
  expect((await post('/directory-events', { event: wrong })).said).toMatchObject({
    state: 'refused',
  })
  const refused = list.parse((await say('/directory-events?refusedOnly=true')).said)
  expect(refused.items.map(({ id }) => id)).toEqual(['E2'])
})

test('a user is added, invited, and registered for mails', async () => {
  const wish = { name: 'Cas', email: 'cas@a1.example', language: 'nl', registrations: [] }
  expect(await post('/accounts/A1/users', { id: 'cas', ...wish })).toMatchObject({ status: 201 })
  const read = await door.ask(`${API_PATH}/users/cas`, { key })
  const headers = { 'If-Match': read.headers.get('ETag') ?? '' }
  const put = { method: 'PUT', body: { ...wish, registrations: ['invoices'] }, headers }
  expect(await say('/users/cas', put)).toMatchObject({
    status: 200,
    said: { registrations: ['invoices'] },
  })
  expect(await say('/users/cas', put)).toMatchObject({ status: 412 })
  const listed = list.parse((await say('/users?account=A1')).said)
  expect(listed.items.find(({ id }) => id === 'cas')).toMatchObject({ registrations: ['invoices'] })
})

test('a document of users is taken as the import takes it', async () => {
  const user = { id: 'dee', account: 'A2', name: 'Dee', email: 'dee@a2.example', language: 'nl' }
  const change = { type: 'document', document: { users: [{ ...user, registrations: [] }] } }
  expect((await post('/account-changes', { change })).said).toMatchObject({
    isChanged: true,
    differences: ['users: dee new'],
  })
})

test('staff get roles, never more than who gives them has', async () => {
  const wish = { name: 'Fin', email: 'fin@tik.example', language: 'en', roles: ['finance'] }
  expect(await say('/staff/fin', { method: 'PUT', body: wish })).toMatchObject({ status: 200 })
  expect((await post('/staff/fin/invitation', undefined)).said).toMatchObject({
    link: expect.stringMatching(/^\/set-password#link=tik_link_/),
  })
  const less = await door.keyOf({ reachKind: 'operator', reachId: '' }, ['operate', 'manage-users'])
  const put = { key: less, method: 'PUT', body: wish }
  expect(await say('/staff/fin', put)).toMatchObject({ status: 403 })
})

test('a mail is read with its text, and queued once more', async () => {
  const id = 'mail-1'
  const reader = { userId: 'ann', accountId: 'A1' }
  await queueMails(door.desk.operations, [{ ...EXAMPLE_MAIL, ...reader, mailId: id }])
  expect((await say(`/mails/${id}`)).said).toMatchObject({ id, text: EXAMPLE_MAIL.text })
  expect((await post(`/mails/${id}/resend`, undefined)).said).toEqual({
    outcome: 'queued', // To the address of today, which is another one.
    mail: id,
  })
  expect((await say(`/mails/${id}`)).said).toMatchObject({ recipient: 'Ann <ann@a1.example>' })
})

test('a statement pays what it names', async () => {
  const statement =
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>' +
    '<Id>S1</Id><Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></Acct>' +
    '<Ntry><Amt Ccy="EUR">3.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>' +
    '<BookgDt><Dt>2026-11-03</Dt></BookgDt><NtryRef>N1</NtryRef>' +
    '<NtryDtls><TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs><RmtInf><Ustrd>no idea</Ustrd></RmtInf>' +
    '</TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>'
  const body = { name: 'one.xml', document: statement }
  expect(await post('/bank-statements', body)).toMatchObject({
    status: 200,
    said: { statements: 1, entries: [{ amount: euros('3.00'), on: '2026-11-03' }] },
  })
  const open = list.parse((await say('/bank-entries')).said)
  expect(open.items).toHaveLength(1)
  const entry = String(open.items[0]?.['id'])
  const ignored = await post(`/bank-entries/${entry}/ignore`, { reason: 'interest' })
  expect(ignored.status).toBe(200)
  expect(list.parse((await say('/bank-entries')).said).items).toEqual([])
})

test('where everything stands is what the command tells', async () => {
  expect((await say('/status')).said).toMatchObject({
    stream: { state: 'not configured' },
    ledger: [{ source: 'files', rows: 2, lastOffset: 1 }],
    accounts: 2,
    rejects: [],
  })
  expect((await say('/files')).said).toMatchObject({ items: [{ records: 2, sequence: null }] })
  expect((await say('/catalogue/problems')).said).toMatchObject({ key: expect.any(String) })
  expect((await say('/billing/schedule')).said).toMatchObject({ when: null, does: 'preview' })
})

test('each act is in the audit log with who and what', async () => {
  const log = list.parse((await say('/audit?limit=200')).said)
  const acts = new Set(log.items.map(({ act }) => act))
  for (const act of [
    'invoice.pay',
    'invoice.payment-taken-back',
    'invoice.dispute',
    'invoice.dispute-resolved',
    'invoice.credit',
    'invoice.reissue',
    'account.change',
    'event.take',
    'user.add',
    'user.change',
    'staff.put',
    'bank.import',
  ]) {
    expect(acts).toContain(act)
  }
  const paid = log.items.find(({ act }) => act === 'invoice.pay')
  expect(paid).toMatchObject({ subject: `invoice ${number}`, account: 'A1', partner: 'P1' })
})
