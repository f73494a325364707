/** What customers do on their pages, as a browser without a script does it: look, ask, block, invite, take along. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { blockRequestsOf, answerBlock, simBlockOf, simFees } from '../src/app/limits/sim-blocks.ts'
import { linkFor } from '../src/app/access/people.ts'
import { signInByLink } from '../src/app/access/sign-in.ts'
import { invoicesOf } from '../src/app/billing/invoice-archive.ts'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { answerAsDemo } from '../src/app/service/demo-operator.ts'
import { tellUsage } from '../src/app/usage/explanation/tell-usage.ts'
import { peopleTotals } from '../src/app/usage/people-totals.ts'
import { readQuestion } from '../src/app/usage/read-question.ts'
import { totalsOf } from '../src/app/usage/usage-reports.ts'
import { LANGUAGES } from '../src/core/accounts/accounts.ts'
import { fixedClock, systemClock } from '../src/core/time/clock.ts'
import { ANSWER_MINUTES_MAX } from '../src/alerts/blocks/service-request.ts'
import { memberStates } from '../src/app/access/member-states.ts'
import { inviteByMail } from '../src/app/access/invite-by-mail.ts'
import { invoicesZip } from '../src/app/billing/invoices-zip.ts'
import type { Desk } from '../src/app/desk.ts'
import { blockSelection, limitSelection } from '../src/app/limits/of-selection.ts'
import { questionsOf } from '../src/app/questions/questions-of.ts'
import { freshUntil } from '../src/app/usage/fresh-until.ts'
import { savedViews } from '../src/app/usage/saved-views.ts'
import { lastRecordedMs } from '../src/reports/last-recorded.ts'
import { RIGHTS } from '../src/identity/rights.ts'
import { setAccess } from '../src/identity/person-access.ts'
import type { PersonKey } from '../src/identity/person.ts'
import { openSmallDoor, type SmallDoor } from './small-door.ts'

let door: SmallDoor
const cookies = new Map<string, string>()
const SIMS_COUNT = 20
const SIMS = Array.from({ length: SIMS_COUNT }, (_, index) => `SIM${index}`)

beforeAll(async () => {
  door = await openSmallDoor({ withPages: true })
  const { desk } = door
  const file = join(desk.folder.path, 'sims.json')
  writeFileSync(
    file,
    JSON.stringify({
      subscriptions: [
        {
          id: 'V1',
          account: 'A1',
          product: 'voip',
          activated: '2026-01-01',
          label: 'Receptie',
          costCentre: '4100 Kantoor',
          numbers: ['+31201234567'],
          plans: ['voip-basic'],
        },
        ...SIMS.map((id, index) => ({
          id,
          account: 'A1',
          product: 'mobile',
          activated: '2026-01-01',
          label: `Tracker ${index}`,
          numbers: [`+3161000${String(1000 + index)}`],
          iccids: [`893116000000000${String(1000 + index)}`],
          plans: ['mobile-go'],
        })),
        {
          id: 'SIMX',
          account: 'A2',
          product: 'mobile',
          activated: '2026-01-01',
          numbers: ['+31610009999'],
          plans: ['mobile-go'],
        },
      ],
      users: [
        {
          id: 'ann',
          account: 'A1',
          name: 'Ann',
          email: 'ann@a1.example',
          registrations: ['sim-block'],
        },
        { id: 'eve', account: 'A1', name: 'Eve', email: 'eve@a1.example', registrations: [] },
        { id: 'bob', account: 'A2', name: 'Bob', email: 'bob@a2.example', registrations: [] },
      ],
    }),
  )
  await importAccounts(desk, file, { dryRun: false, atMs: Date.parse('2026-09-01T08:00Z') })
  for (const [key, role] of [
    ['user:ann', 'owner'],
    ['user:eve', 'bookkeeper'],
    ['user:bob', 'owner'],
  ] as const) {
    await setAccess(desk.operations, key, { roles: [role], isBlocked: false, nowMs: 0 })
    await enter(key)
  }
}, 60_000)
afterAll(() => door[Symbol.asyncDispose]())

async function enter(key: PersonKey): Promise<void> {
  const link = await linkFor(door.desk, key, 'sign-in')
  const arrival = { door: 'portal', address: '', requestId: '', agent: '' } as const
  cookies.set(key.slice('user:'.length), `tik=${await signInByLink(door.desk, link, arrival)}`)
}

async function page(path: string, who = 'ann'): Promise<string> {
  const response = await door.ask(path, { headers: { Cookie: cookies.get(who) ?? '' } })
  return response.text()
}

const status = async (path: string, who: string): Promise<number> =>
  (await door.ask(path, { headers: { Cookie: cookies.get(who) ?? '' } })).status

interface Sent {
  readonly status: number
  readonly location: string
  readonly said: string
  readonly text: string
}

async function send(path: string, form: Record<string, string>, who = 'ann'): Promise<Sent> {
  const response = await door.api.request(`http://tik.test${path}`, {
    method: 'POST',
    headers: { 'Sec-Fetch-Site': 'same-origin', Cookie: cookies.get(who) ?? '' },
    body: new URLSearchParams(form),
  })
  const said = /tik-said=([^;]*)/.exec(response.headers.get('Set-Cookie') ?? '')?.[1] ?? ''
  return {
    status: response.status,
    location: response.headers.get('Location') ?? '',
    said: decodeURIComponent(said),
    text: await response.text(),
  }
}

const OCTOBER = { period: '2026-10', timeZone: 'Europe/Amsterdam', account: 'A1' }

function mails(kind: string): Promise<{ recipient_email: string; subject: string }[]> {
  return door.desk.operations.query(
    'SELECT recipient_email, subject FROM mails WHERE kind = $1 ORDER BY created_ms, mail_id',
    [kind],
    z.object({ recipient_email: z.string(), subject: z.string() }),
  )
}

const kinds = (text: string) => [...new Set(text.match(/\.(?:pdf|csv)/g))].toSorted()
const charges = () =>
  door.desk.operations.query(
    `SELECT amount_micros FROM one_off_charges WHERE subscription_id = 'SIM0' ORDER BY at_ms`,
    [],
    z.object({ amount_micros: z.int() }),
  )
const last = async () => (await blockRequestsOf(door.desk, { accountId: 'A1' }))[0]

const inMinutes = (minutes: number) => fixedClock(systemClock.nowMs() + minutes * 60_000)
const names = async (query: string) =>
  [...(await page(`/accounts/A1/sims?${query}`)).matchAll(/name="sim-(\w+)"/g)].map(([, id]) => id)
const totals = (key: string) => door.ask('/api/v1/usage/totals?period=2026-10', { key })
const seenByKim = async () =>
  Promise.all(['usage', 'invoices', 'users'].map((one) => status(`/accounts/A1/${one}`, 'kim')))

describe('beyond reach', () => {
  const reach = { kind: 'accounts', accountIds: ['A2'] } as const
  const as = (): Desk => ({
    ...door.desk,
    caller: { name: 'user:bob', reach, rights: new Set(RIGHTS) },
  })

  test.each<[string, (own: Desk) => Promise<unknown>]>([
    ['members', (own) => memberStates(own, 'A1')],
    ['an archive', (own) => invoicesZip(own, { accountId: 'A1' })],
    ['views', (own) => savedViews(own, 'A1')],
    ['questions', (own) => questionsOf(own, { accountId: 'A1', limit: 1 })],
    ['blocks', (own) => blockRequestsOf(own, { accountId: 'A1' })],
    ['a SIM', (own) => simBlockOf(own, 'SIM0')],
    ['fees', (own) => simFees(own, 'A1')],
    ['an invitation', (own) => inviteByMail(own, 'ann', 'https://x.example')],
  ])('there is nothing: %s', async (_what, ask) => {
    await expect(ask(as())).rejects.toMatchObject({ code: 'not_found' })
  })

  test('a selection says of each what could not be done', async () => {
    expect(await blockSelection(as(), ['SIM0', 'SIM0'], { act: 'block' })).toEqual([
      { subscriptionId: 'SIM0', problem: 'there is no subscription SIM0' },
    ])
    const none = limitSelection(as(), [], { code: 'subscription-total', subject: '', amount: '1' })
    await expect(none).rejects.toMatchObject({ code: 'usage_error' })
  })

  test('how fresh figures are is when the last row came', async () => {
    expect(await freshUntil(as())).toBe(Date.parse('2026-11-02T08:00Z'))
    expect(await freshUntil(as())).toBe(await lastRecordedMs(door.desk.clickhouse))
  })
})

describe('usage', () => {
  const USAGE = '/accounts/A1/usage?period=2026-10'

  test('by person and by cost centre it is the same sum, and a row leads to its calls', async () => {
    const [total] = await totalsOf(door.desk, 'total', readQuestion(OCTOBER))
    for (const by of ['person', 'cost-centre'] as const) {
      const rows = await peopleTotals(door.desk, by, readQuestion(OCTOBER))
      expect(rows.map(({ name }) => name)).toEqual([by === 'person' ? 'Receptie' : '4100 Kantoor'])
      expect(rows[0]?.amountMicros).toBe(total?.amountMicros)
    }
    expect(await page(`${USAGE}&by=person`)).toMatch(
      /usage\/calls\?period=2026-10&amp;subscription=V1">\s*Receptie/,
    )
    const calls = await page('/accounts/A1/usage/calls?period=2026-10&costCentre=4100+Kantoor')
    expect(calls).toContain('+31612345678')
    const none = await page('/accounts/A1/usage/calls?period=2026-10&costCentre=4200')
    expect(none).toContain('Geen verbruik in deze selectie')
  })

  test('only sums that are as much as asked are shown; a comparison that is none is refused', async () => {
    expect(await page(`${USAGE}&by=number&totalAmount=%3E0`)).toContain('+31201234567</a')
    const dear = await page(`${USAGE}&by=number&totalAmount=%3E1000`)
    expect(dear).toContain('Geen verbruik in deze selectie')
    expect(await status(`${USAGE}&totalVolume=veel`, 'ann')).toBe(422)
  })

  test('beside another period stands what that cost, with the difference', async () => {
    const text = await page(`${USAGE}&with=2026-09`)
    expect(text).toContain('september 2026 €')
    expect(text).toMatch(/september 2026 €\u00a00,00 · –/)
  })

  test('a view is saved under a name, for its maker alone, and forgotten', async () => {
    const saved = await send(`${USAGE}&by=number&cursor=x`, { act: 'save-view', name: ' Nummers ' })
    expect([saved.status, saved.said]).toEqual([303, 'Bewaard als “Nummers”.'])
    const link = 'href="/accounts/A1/usage?period=2026-10&amp;by=number">Nummers'
    expect((await page('/accounts/A1/usage')).replaceAll(/\s+</g, '<')).toContain(link)
    const view = /name="view" value="(\d+)"/.exec(await page('/accounts/A1/usage'))?.[1] ?? ''
    const others = await send('/accounts/A2/usage', { act: 'forget-view', view }, 'bob')
    expect(others.status).toBe(404)
    expect((await send('/accounts/A1/usage', { act: 'forget-view', view })).status).toBe(303)
    expect(await page('/accounts/A1/usage')).not.toContain('Nummers</a')
    const nameless = await send(USAGE, { act: 'save-view', name: ' ' })
    expect(nameless.status).toBe(422)
  })

  test('the whole selection by mail is a job of the reader, of exactly what is shown', async () => {
    const asked = await send(`${USAGE}&sender=0201`, { act: 'mail', format: 'parquet' })
    expect(asked.said).toContain('U krijgt een mail')
    const [job] = await door.desk.operations.query(
      'SELECT wish FROM jobs ORDER BY job_id DESC LIMIT 1',
      [],
      z.object({ wish: z.unknown() }),
    )
    expect(job?.wish).toEqual({ ...OCTOBER, sender: '0201', format: 'parquet' })
  })

  test('the table is a file with the same sums', async () => {
    const path = `/api/v1/usage/totals/export?period=2026-10&account=A1&by=call-type&language=nl`
    const [head = '', line = '', ...more] = (await page(path)).split('\r\n')
    const [row] = await totalsOf(door.desk, 'call-type', readQuestion(OCTOBER))
    expect(head.split(',')).toHaveLength(line.split(',').length)
    expect(line).toContain(`${row?.callType},`)
    expect(line.split(',').at(-1)).toBe(String((row?.amountMicros ?? 0) / 1e6))
    expect(more).toEqual([''])
  })

  test.each(LANGUAGES)(
    'why it costs that is told in %s, without our own names',
    async (language) => {
      const { sentence, told, row } = await tellUsage(door.desk, 'files/1/0', language)
      expect([sentence, ...told].join('\n')).not.toMatch(/voip-basic|V1|A1|rate/)
      expect(sentence).toMatch(/€\u00a00[.,]\d/)
      expect(told.length).toBeGreaterThan(1)
      expect(row.chargeMicros).toBeGreaterThan(0)
    },
  )
})

describe('invoices', () => {
  test('several are one archive; who may not see numbers gets no file that has them', async () => {
    const [invoice] = await invoicesOf(door.desk, { accountId: 'A1' })
    const number = invoice?.number ?? ''
    const asked = await send('/accounts/A1/invoices', { [`invoice-${number}`]: 'on' }, 'eve')
    expect(asked.location).toBe(
      `/api/v1/accounts/A1/invoices/archive?numbers=${encodeURIComponent(number)}`,
    )
    const own = await page(asked.location, 'eve')
    const whole = await page(asked.location, 'ann')
    expect(own.startsWith('PK')).toBe(true)
    expect([kinds(own), kinds(whole)]).toEqual([['.pdf'], ['.csv', '.pdf']])
    expect(await status(`/api/v1/invoices/${number}/documents/cdrs?partner=P1`, 'eve')).toBe(403)
    expect(await status('/api/v1/accounts/A1/invoices/archive?year=2019', 'eve')).toBe(404)
    expect(await status('/api/v1/accounts/A1/invoices/archive', 'bob')).toBe(404)
    expect((await send('/accounts/A1/invoices', {}, 'eve')).status).toBe(422)
  })
})

test('a line of an invoice leads to exactly the usages that it is the sum of', async () => {
  const [invoice] = await invoicesOf(door.desk, { accountId: 'A1' })
  const path = `/accounts/A1/invoices/${invoice?.number}`
  const links = [...(await page(path)).matchAll(/href="([^"]+\/lines\/\d+)"/g)].map(([, to]) => to)
  expect(links.length).toBeGreaterThan(0)
  const pages = await Promise.all(links.map((to = '') => page(to)))
  expect(pages.filter((text) => text.includes('/usage/calls/files/1/0'))).toHaveLength(1)
  expect(await page(path, 'eve')).not.toContain('/lines/')
  expect(await status(`${path}/lines/99`, 'ann')).toBe(404)
})

describe('questions', () => {
  test('a thread waits for the provider, is answered with a mail, closed, and opened again', async () => {
    const [invoice] = await invoicesOf(door.desk, { accountId: 'A1' })
    const form = {
      kind: 'dispute',
      about: 'invoice-line',
      id: `${invoice?.number}/1`,
      amount: '1,50',
      text: 'Dit klopt niet',
    }
    const asked = await send('/accounts/A1/questions', form, 'eve')
    expect(asked.location).toMatch(/^\/accounts\/A1\/questions\/\d+$/)
    expect(await page(asked.location, 'eve')).toContain('wacht op antwoord')
    const id = asked.location.slice(asked.location.lastIndexOf('/') + 1)
    const key = await door.keyOf({ reachKind: 'partner', reachId: 'P1' })
    const answer = (path: string, body: unknown, given = key) =>
      door.ask(`/api/v1/questions/${id}/${path}`, { key: given, method: 'POST', body })
    expect((await answer('messages', { text: 'Wij zoeken het uit' })).status).toBe(201)
    expect(await page(asked.location, 'eve')).toContain('beantwoord')
    expect(await mails('answer')).toEqual([
      { recipient_email: 'eve@a1.example', subject: `Antwoord op uw vraag ${id}` },
    ])
    expect((await answer('close', {})).status).toBe(200)
    await send(asked.location, { act: 'reply', text: 'Nog niet' }, 'eve')
    expect(await page(asked.location, 'eve')).toContain('wacht op antwoord')
    const stranger = await door.keyOf({ reachKind: 'partner', reachId: 'P2' })
    expect((await answer('messages', { text: 'x' }, stranger)).status).toBe(404)
    expect((await send(asked.location, { act: 'close' }, 'eve')).status).toBe(422)
  })

  test('what somebody may not see they do not ask about, and do not read', async () => {
    const about = { about: 'usage', id: 'files/1/0', text: 'Dit belde ik niet' }
    expect((await send('/accounts/A1/questions', about, 'eve')).status).toBe(422)
    const asked = await send('/accounts/A1/questions', about, 'ann')
    expect(await status(asked.location, 'eve')).toBe(404)
    expect(await page('/accounts/A1/questions', 'eve')).not.toContain('Dit belde ik niet')
    const others = await send('/accounts/A2/questions', about, 'bob')
    expect(others.status).toBe(404)
  })
})

describe('a block', () => {
  const LINE = '/accounts/A1/mobile/SIM0'
  test('says its fee before, and loses it when the operator refuses', async () => {
    expect(await page(LINE)).toContain('Blokkeren kost eenmalig €\u00a05,00 excl. btw')
    const asked = await send(LINE, { act: 'block' })
    expect(asked.said).toContain('De operator is gevraagd')
    expect(await page(LINE)).toContain('Blokkade gevraagd')
    expect(await charges()).toEqual([{ amount_micros: 5_000_000 }])
    expect((await send(LINE, { act: 'block' })).status).toBe(422)
    const request = await last()
    expect(request).toMatchObject({ cause: 'person', askedBy: 'user:ann', state: 'requested' })
    const id = encodeURIComponent(request?.requestId ?? '')
    const key = await door.keyOf({ reachKind: 'partner', reachId: 'P1' })
    const body = { answer: 'refused', why: 'al in gebruik' }
    const ask = { key, method: 'POST', body, headers: { 'If-Match': '*' } }
    const answered = await door.ask(`/api/v1/block-requests/${id}/answer`, ask)
    expect(answered.status).toBe(200)
    expect(await charges()).toEqual([])
    expect(await page(LINE)).toContain('geweigerd: al in gebruik')
    expect(await mails('sim-block')).toEqual([
      {
        recipient_email: 'ann@a1.example',
        subject: 'Blokkade geweigerd: +31610001000 (Tracker 0)',
      },
    ])
    const again = await door.ask(`/api/v1/block-requests/${id}/answer`, ask)
    expect(again.status).toBe(422)
  })

  test('is confirmed with a mail, keeps its fee, and is taken back the same way', async () => {
    await send(LINE, { act: 'block' })
    expect(await answerAsDemo(door.desk, inMinutes(1))).toBe(1)
    expect(await page(LINE)).toContain('<em class="block-blocked">Geblokkeerd</em>')
    expect(await charges()).toEqual([{ amount_micros: 5_000_000 }])
    await send(LINE, { act: 'unblock' })
    expect(await page(LINE)).toContain('Opheffen gevraagd')
    await answerAsDemo(door.desk, inMinutes(1))
    expect(await page(LINE)).toContain('Niet geblokkeerd')
    expect((await mails('sim-block')).map(({ subject }) => subject.split(':')[0])).toEqual([
      'Blokkade geweigerd',
      'Geblokkeerd',
      'Blokkade opgeheven',
    ])
    expect(await charges()).toEqual([{ amount_micros: 5_000_000 }])
  })

  test('of which nothing is heard is said to be so, after a quarter of an hour', async () => {
    await send('/accounts/A1/mobile/SIM1', { act: 'block' })
    const isUnanswered = async (minutes: number) =>
      (await simBlockOf(door.desk, 'SIM1', inMinutes(minutes))).isUnanswered
    expect(await isUnanswered(ANSWER_MINUTES_MAX - 1)).toBe(false)
    expect(await isUnanswered(ANSWER_MINUTES_MAX + 1)).toBe(true)
    const request = await last()
    await answerBlock(door.desk, request?.requestId ?? '', { answer: 'confirmed' })
  })

  test('that is billed already is given back by a charge of its own', async () => {
    await send('/accounts/A1/mobile/SIM2', { act: 'block' })
    const request = await last()
    const { operations } = door.desk
    await operations.execute(
      `INSERT INTO invoice_one_off_charges (charge_id, invoice_id)
       SELECT $1, min(invoice_id) FROM invoices`,
      [`sim-block/${request?.requestId}`],
    )
    await answerBlock(door.desk, request?.requestId ?? '', { answer: 'refused' })
    const found = await operations.query(
      `SELECT amount_micros FROM one_off_charges WHERE subscription_id = 'SIM2' ORDER BY charge_id`,
      [],
      z.object({ amount_micros: z.int() }),
    )
    expect(found.map((row) => row.amount_micros)).toEqual([5_000_000, -5_000_000])
    await operations.execute('DELETE FROM invoice_one_off_charges WHERE charge_id = $1', [
      `sim-block/${request?.requestId}`,
    ])
  })

  test('is nobody else’s, and for who has the right', async () => {
    expect((await send('/accounts/A2/mobile/SIM0', { act: 'block' }, 'bob')).status).toBe(404)
    expect((await send(LINE, { act: 'block' }, 'bob')).status).toBe(404)
    expect((await send(LINE, { act: 'block' }, 'eve')).status).toBe(403)
  })
})

describe('SIMs', () => {
  test('are found by a part of any identity, and by state', async () => {
    expect(await names('')).toHaveLength(SIMS_COUNT)
    expect(await names('search=0610001007')).toEqual(['SIM7'])
    expect(await names('search=8931160000000001012')).toEqual(['SIM12'])
    expect(await names('search=tracker+3')).toEqual(['SIM3'])
    expect(await names('status=blocked')).toEqual(['SIM1'])
    expect(await names('volume=%3E1+MB')).toEqual([])
  })

  test('a limit is set for twenty at once, with a result for what could not be', async () => {
    const ticked = Object.fromEntries(SIMS.map((id) => [`sim-${id}`, 'on']))
    const form = { ...ticked, 'sim-SIMX': 'on', limit: 'subscription-total', amount: '25,00' }
    const done = await send('/accounts/A1/sims', { ...form, act: 'limit' })
    expect(done.said).toBe('Bij 20 simkaarten gedaan.')
    const set = await door.desk.operations.query(
      `SELECT scope_id FROM limit_settings WHERE code = 'subscription-total' AND amount = 25000000`,
      [],
      z.object({ scope_id: z.string() }),
    )
    expect(set.map((row) => row.scope_id).toSorted()).toEqual(SIMS.toSorted())
    const wrong = await send('/accounts/A1/sims', { ...form, amount: '25 SMS', act: 'limit' })
    expect(wrong.said).toContain('Bij 20 niet')
    expect((await send('/accounts/A1/sims', { act: 'limit', limit: 'x' })).status).toBe(422)
    const back = await send('/accounts/A1/sims', { ...form, amount: '', act: 'default' })
    expect(back.said).toBe('Bij 20 simkaarten gedaan.')
  })
})

describe('access', () => {
  test('a key is shown once, replaced by another that works beside it, and revoked', async () => {
    const form = { act: 'make', name: 'Koppeling', 'right-see-usage': 'on' }
    const made = await send('/accounts/A1/clients', form)
    const secret = /: (\S+)$/.exec(made.said)?.[1] ?? ''
    expect((await totals(secret)).status).toBe(200)
    expect(await page('/accounts/A1/clients')).not.toContain(secret)
    const [, client = ''] =
      /name="client" value="([^"]+)"/.exec(await page('/accounts/A1/clients')) ?? []
    const next = await send('/accounts/A1/clients', { act: 'rotate', client })
    const second = /: (\S+)$/.exec(next.said)?.[1] ?? ''
    expect([(await totals(secret)).status, (await totals(second)).status]).toEqual([200, 200])
    const others = await send('/accounts/A2/clients', { act: 'revoke', client }, 'bob')
    expect(others.status).toBe(404)
    await send('/accounts/A1/clients', { act: 'revoke', client })
    expect([(await totals(secret)).status, (await totals(second)).status]).toEqual([401, 200])
  })

  test('a colleague is added with rights and a welcome mail, and loses them again', async () => {
    const form = {
      act: 'add',
      user: 'kim',
      name: 'Kim',
      email: 'kim@a1.example',
      language: 'fr',
      'role-bookkeeper': 'on',
      'role-see-usage': 'on',
      'mail-invoices': 'on',
      welcome: 'on',
    }
    const added = await send('/accounts/A1/users', form)
    expect(added.said).toBe('Kim is toegevoegd. De uitnodiging is gemaild naar kim@a1.example.')
    expect(await mails('invitation')).toEqual([
      { recipient_email: 'kim@a1.example', subject: 'Votre accès au portail de Testpartner B.V.' },
    ])
    expect(await page('/accounts/A1/users')).toContain('uitnodiging wacht')
    await enter('user:kim')
    expect(await seenByKim()).toEqual([200, 200, 403])
    const { act: _act, welcome: _welcome, 'role-see-usage': _usage, ...kept } = form
    expect((await send('/accounts/A1/users', { ...kept, act: 'save' })).said).toBe(
      'De rechten zijn opgeslagen.',
    )
    expect(await seenByKim()).toEqual([403, 200, 403])
    const wrong = await send('/accounts/A1/users', { ...form, user: 'lee', email: 'lee' })
    expect([wrong.status, wrong.text.includes('value="lee"')]).toEqual([422, true])
    expect((await send('/accounts/A1/users', { ...kept, act: 'save' }, 'bob')).status).toBe(404)
  })

  test('a data stream is made, tested, sent again and removed on its pages', async () => {
    const form = { name: 'ERP', url: 'https://a1.example/in', 'events-usage': 'on' }
    const made = await send('/accounts/A1/streams', form)
    expect(made.said).toContain('Bewaar dit geheim nu')
    for (const act of ['test', 'pause', 'resume', 'secret']) {
      expect([act, (await send(made.location, { act })).status]).toEqual([act, 303])
    }
    expect((await send(made.location, { act: 'replay', from: '2026-10-01' })).status).toBe(303)
    expect((await send(made.location, { act: 'replay', from: '' })).status).toBe(422)
    const path = made.location.replace('A1', 'A2')
    expect(await status(path, 'bob')).toBe(404)
    expect((await send(made.location, { act: 'remove' })).location).toBe('/accounts/A1/streams')
    const local = await send('/accounts/A1/streams', { ...form, url: 'http://127.0.0.1/' })
    expect(local.status).toBe(422)
  })
})

test('the first page says how fresh it is, and what waits for whom', async () => {
  const text = await page('/accounts/A1?period=2026-10')
  expect(text).toContain('bijgewerkt tot 02-11-2026 09:00')
  expect(text).toMatch(/vorige periode tot en met dezelfde dag €\u00a00,00/)
  expect(text).not.toContain('Wat wacht')
  await send('/accounts/A1/mobile/SIM19', { act: 'block' })
  expect(await page('/accounts/A1')).toContain('Simkaarten die op de operator wachten: 1')
  expect(await page('/accounts/A1', 'eve')).not.toContain('Simkaarten')
  const [request] = await blockRequestsOf(door.desk, { accountId: 'A1', state: 'requested' })
  await answerBlock(door.desk, request?.requestId ?? '', { answer: 'refused' })
})
