/** Getting in, what one is then, and acts that are one: over the stores, without a door. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSmallDoor, type SmallDoor } from '../../../test/small-door.ts'
import { asOne } from '../as-one.ts'
import { documentOf } from '../billing/invoice-document.ts'
import type { Desk } from '../desk.ts'
import { accountsOf, subscriptionOf } from '../directory/directory-of.ts'
import { changeLimit, limitsOf } from '../limits/account-limits.ts'
import { auditOf } from './audit-of.ts'
import { callerOfBearer, callerOfSession } from './caller-of.ts'
import { createApiClient } from './api-clients-of.ts'
import { issueAccessToken } from './issue-token.ts'
import { doOnce } from './once.ts'
import { beginPasskeySignIn, ownPasskeys, signInByPasskey } from './passkeys.ts'
import { changeAccess, linkFor, putStaff } from './people.ts'
import { setPasswordByLink, signIn } from './sign-in.ts'

let door: SmallDoor
let desk: Desk
const entrance = { door: 'portal', address: '192.0.2.1', requestId: 'r-1' } as const
const arrival = { ...entrance, agent: 'test' }
const PASSWORD = 'drie paarden zingen'

beforeAll(async () => {
  door = await openSmallDoor()
  desk = door.desk
}, 60_000)
afterAll(() => door[Symbol.asyncDispose]())

async function sessionOf(name: string): Promise<string> {
  const link = await linkFor(desk, `user:${name}`, 'invite')
  await setPasswordByLink(desk, { link, password: PASSWORD }, entrance)
  return enter(name)
}

/** The secret of a new session; '' for none. */
async function enter(name: string): Promise<string> {
  const signing = await signIn(desk, { name, password: PASSWORD }, arrival)
  return signing.kind === 'entered' ? signing.secret : ''
}

test('a session is its person, with the rights of today, until they are blocked', async () => {
  const secret = await sessionOf('bob')
  const of = async () => (await callerOfSession(desk, secret, entrance))?.caller
  expect(await of()).toMatchObject({
    name: 'user:bob',
    reach: { kind: 'accounts', accountIds: ['A2'] },
    rights: new Set(['see-usage', 'see-numbers', 'see-invoices', 'change-limits', 'block-sims']),
  })
  await changeAccess(desk, 'bob', { roles: ['bookkeeper'], isBlocked: false })
  expect((await of())?.rights).toEqual(new Set(['see-invoices']))
  await changeAccess(desk, 'bob', { roles: ['bookkeeper'], isBlocked: true })
  expect(await of()).toBeUndefined()
  expect(await enter('bob')).toBe('')
})

test('a new password ends every session that there was', async () => {
  const before = await sessionOf('ann')
  await sessionOf('ann')
  expect(await callerOfSession(desk, before, entrance)).toBeUndefined()
})

test('nobody locks themselves out, or gives what they have not', async () => {
  const ann = { name: 'user:ann', reach: { kind: 'accounts', accountIds: ['A1'] } } as const
  const own = { ...desk, caller: { ...ann, rights: new Set(['manage-users'] as const) } }
  const give = (roles: string[]) => changeAccess(own, 'ann', { roles, isBlocked: false })
  await expect(give(['owner'])).rejects.toMatchObject({ code: 'not_allowed' })
  await expect(give([])).rejects.toThrow('lock yourself out')
  await expect(give(['billing-operations'])).rejects.toMatchObject({ code: 'usage_error' })
  expect((await give(['manage-users'])).roles).toEqual(['manage-users'])
})

test('staff of a partner reach what is that partner’s', async () => {
  const staff = { staffId: 'kim', name: 'Kim', email: 'kim@p1.example', language: 'nl' } as const
  await putStaff(desk, { ...staff, partnerId: 'P1', roles: ['support'] })
  const link = await linkFor(desk, 'staff:kim', 'invite')
  await setPasswordByLink(desk, { link, password: PASSWORD }, entrance)
  const secret = await enter('kim')
  const found = await callerOfSession(desk, secret, entrance)
  expect(found?.caller.reach).toEqual({ kind: 'partner', partnerId: 'P1' })
  const wrong = putStaff(desk, { ...staff, partnerId: 'P9', roles: ['support'] })
  await expect(wrong).rejects.toMatchObject({ code: 'not_found' })
})

test('a key and its token are the same program', async () => {
  const wish = { name: 'x', reachKind: 'partner', reachId: 'P1', expiresMs: undefined } as const
  const { client, secret } = await createApiClient(desk, { ...wish, rights: ['see-usage'] })
  const byKey = await callerOfBearer(desk, secret, entrance)
  const issued = await issueAccessToken(desk, { clientId: client.clientId, secret })
  const byToken = await callerOfBearer(desk, issued?.token ?? '', entrance)
  expect(byKey).toMatchObject({ name: `client:${client.clientId}`, reach: { partnerId: 'P1' } })
  expect(byToken).toEqual(byKey)
  const expired = await createApiClient(desk, { ...wish, rights: ['see-usage'], expiresMs: 1 })
  expect(await callerOfBearer(desk, expired.secret, entrance)).toBeUndefined()
})

test('acts as one are all there or none, with their notes', async () => {
  const key = { code: 'account-total', subject: '', scopeKind: 'account', scopeId: 'A1' } as const
  const before = [await limitsOf(desk, 'A1'), await auditOf(desk, { limit: 1 })]
  const failing = asOne(desk, async (within) => {
    await changeLimit(within, { key, amount: '77' })
    throw new Error('the second act fails')
  })
  await expect(failing).rejects.toThrow('second act')
  expect([await limitsOf(desk, 'A1'), await auditOf(desk, { limit: 1 })]).toEqual(before)
  await asOne(desk, (within) => changeLimit(within, { key, amount: '77' }))
  expect(await limitsOf(desk, 'A1')).not.toEqual(before[0])
})

test('an act within a transaction that fails and is caught leaves the rest of it', async () => {
  const key = { code: 'account-total', subject: '', scopeKind: 'account', scopeId: 'A1' } as const
  await asOne(desk, async (within) => {
    await within.operations
      .transaction((sql) => sql.execute('INSERT INTO staff (staff_id) VALUES (NULL)'))
      .catch(() => undefined)
    await changeLimit(within, { key, amount: '88' })
  })
  const limits = await limitsOf(desk, 'A1')
  expect(limits.find(({ code }) => code === 'account-total')?.amount).toBe(88_000_000)
})

test('what is done once is answered again, and another under its key is a conflict', async () => {
  let count = 0
  const once = (requestHash: string) =>
    asOne(desk, (within) =>
      doOnce(within, { key: 'k', requestHash }, async () => {
        count += 1
        return { status: 200, answer: String(count) }
      }),
    )
  const answers = [await once('a'), await once('a'), await once('b')]
  expect(answers.map((each) => (typeof each === 'string' ? each : each.answer))).toEqual([
    '1',
    '1',
    'conflict',
  ])
})

test('who takes a document is noted', async () => {
  const named = { number: '2026-00000001', partnerId: 'P1', kind: 'pdf' }
  const { contentType, fileName, chunks } = await documentOf(desk, named)
  const bytes = Buffer.concat(await Array.fromAsync(chunks))
  expect([contentType, fileName]).toEqual(['application/pdf', '2026-00000001-A1.pdf'])
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-')
  const [last] = await auditOf(desk, { limit: 1 })
  expect(last).toMatchObject({ act: 'document.read', accountId: 'A1', partnerId: 'P1' })
})

test('an account is found by id, name, and a number in any spelling', async () => {
  for (const search of ['a1', '020-123 45 67', '+31 20 1234567', '201234567']) {
    const found = await accountsOf(desk, search)
    expect([search, found.map(({ accountId }) => accountId)]).toEqual([search, ['A1']])
  }
  expect(await accountsOf(desk, 'klein bedrijf')).toHaveLength(2)
  expect(await accountsOf(desk, '999999')).toEqual([])
  expect((await subscriptionOf(desk, 'V1')).accountId).toBe('A1')
})

test('a program has no passkeys, and a passkey that nobody has lets nobody in', async () => {
  await expect(ownPasskeys(desk)).rejects.toMatchObject({ code: 'not_found' })
  const site = { origin: 'https://tik.example' }
  expect((await beginPasskeySignIn(desk, site)).rpId).toBe('tik.example')
  const response = {
    id: 'x',
    rawId: 'x',
    type: 'public-key',
    clientExtensionResults: {},
    response: { clientDataJSON: 'x', authenticatorData: 'x', signature: 'x' },
  } as const
  expect(await signInByPasskey(desk, response, site, arrival)).toBeUndefined()
})
