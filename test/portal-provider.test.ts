/** The portal of the provider's people, without a browser: the month, corrections, support, finance, prices. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { JOB_KINDS } from '../src/api/jobs/job-kinds.ts'
import { ownActing } from '../src/app/access/acting.ts'
import { linkFor, putStaff } from '../src/app/access/people.ts'
import { auditOf } from '../src/app/access/audit-of.ts'
import { draftDocumentOf } from '../src/app/billing/draft-document.ts'
import { invoicesOf } from '../src/app/billing/invoice-archive.ts'
import { showInvoice } from '../src/app/billing/show-invoice.ts'
import { catalogueDifference, catalogueVersions } from '../src/app/catalogue/catalogue-versions.ts'
import { openInvoicesOf } from '../src/app/finance/open-of.ts'
import { runJobs } from '../src/app/jobs/run-jobs.ts'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { findCustomers } from '../src/app/support/find-customers.ts'
import { noteContact } from '../src/app/support/note-contact.ts'
import { timelineOf } from '../src/app/support/timeline-of.ts'
import { readQuestion } from '../src/app/usage/read-question.ts'
import { totalsOf } from '../src/app/usage/usage-reports.ts'
import { listContacts } from '../src/audit/contacts.ts'
import { addMicros, negateMicros, ZERO_MICROS } from '../src/core/money/money.ts'
import { localeFormat } from '../src/core/text/locale-format.ts'
import { dayFromIso } from '../src/core/time/period.ts'
import { ACTING_MS_MAX, actingOf, setActing } from '../src/identity/acting-sessions.ts'
import { setAccess } from '../src/identity/person-access.ts'
import type { PersonKey } from '../src/identity/person.ts'
import type { Role } from '../src/identity/rights.ts'
import { centsOf } from '../src/portal/parts/figures.ts'
import { readDirectory } from '../src/directory/store/load-directory.ts'
import { SMALL_COMPANY } from './small-company.ts'
import { openSmallDoor, type SmallDoor } from './small-door.ts'

const OWN = { 'Sec-Fetch-Site': 'same-origin' }
const EURO = localeFormat('nl')
const LOOK_MS = 20

let door: SmallDoor
let number = ''
const cookies = new Map<string, string>()

beforeAll(async () => {
  door = await openSmallDoor({ withPages: true })
  const staff: readonly (readonly [string, string, Role])[] = [
    ['max', '', 'billing-operations'],
    ['fin', '', 'finance'],
    ['kim', 'P1', 'support'],
    ['sam', 'P1', 'support-acts'],
  ]
  for (const [staffId, partnerId, role] of staff) {
    const person = { staffId, partnerId, name: staffId, email: `${staffId}@x.example` }
    await putStaff(door.desk, { ...person, language: 'nl', roles: [role] })
    cookies.set(staffId, await enter(`staff:${staffId}`))
  }
  const owner = { roles: ['owner'], isBlocked: false, nowMs: 0 }
  await setAccess(door.desk.operations, 'user:ann', owner)
  cookies.set('ann', await enter('user:ann'))
  const [invoice] = await invoicesOf(door.desk, { accountId: 'A1' })
  number = invoice?.number ?? ''
}, 60_000)
afterAll(() => door[Symbol.asyncDispose]())

async function enter(key: PersonKey): Promise<string> {
  const link = await linkFor(door.desk, key, 'sign-in')
  const response = await door.ask('/sign-in/link', { method: 'POST', body: { link }, headers: OWN })
  expect(response.status).toBe(200)
  return (response.headers.get('Set-Cookie') ?? '').split(';')[0] ?? ''
}

const cookieOf = (who: string): string => cookies.get(who) ?? ''

function send(path: string, form: Record<string, string>, who: string): Promise<Response> {
  const request = new Request(`http://tik.test${path}`, {
    method: 'POST',
    headers: { ...OWN, Cookie: cookieOf(who) },
    body: new URLSearchParams(form),
  })
  return Promise.resolve(door.api.request(request))
}

async function read(path: string, who: string): Promise<string> {
  const response = await door.ask(path, { headers: { Cookie: cookieOf(who) } })
  expect([path, response.status]).toEqual([path, 200])
  return response.text()
}

/** The page once nothing of it runs any more. */
async function settled(path: string, who: string): Promise<string> {
  for (let looks = 0; looks < 1_000; looks++) {
    const text = await read(path, who)
    if (!text.includes('data-refresh')) return text
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  throw new Error(`${path} goes on and on`)
}

describe('the month', () => {
  test('goes from check to preview to invoices, each step told with who did it; what went out is told apart', async () => {
    await using _ = runJobs(door.desk, { kinds: JOB_KINDS, log: door.log, lookMs: LOOK_MS })
    const path = '/month?period=2026-09'
    expect(await read(path, 'max')).toContain('Controleer nu')
    await send('/month', { period: '2026-09', act: 'check' }, 'max')
    const checked = await settled(path, 'max')
    expect(checked).toContain('staff:max')
    expect(checked).toContain('Opnieuw controleren')

    await send('/month', { period: '2026-09', act: 'preview' }, 'max')
    const previewed = await settled(path, 'max')
    expect(previewed).toContain('2 concepten')
    expect(previewed).toContain('/api/v1/accounts/A1/draft-invoice?period=2026-09')
    expect(await invoicesOf(door.desk, { period: '2026-09' })).toEqual([])
    const draft = await door.ask('/api/v1/accounts/A1/draft-invoice?period=2026-09', {
      headers: { Cookie: cookieOf('max') },
    })
    expect(
      Buffer.from(await draft.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-')

    const codes = [...previewed.matchAll(/name="accept-([a-z_]+)"/g)].map(([, code]) => code ?? '')
    const form = { period: '2026-09', act: 'finalise' }
    await send('/month', form, 'max')
    const stopped = await settled(path, 'max')
    if (codes.length > 0) expect(stopped).toContain('Er is niets gefactureerd')
    const accepted = Object.fromEntries(codes.map((code) => [`accept-${code}`, 'on']))
    await send('/month', { ...form, ...accepted }, 'max')
    const finalised = await settled(path, 'max')
    const invoices = await invoicesOf(door.desk, { period: '2026-09' })
    expect(invoices).toHaveLength(2)
    const gross = invoices.reduce((sum, one) => addMicros(sum, one.grossMicros), ZERO_MICROS)
    expect(finalised.replaceAll(/<\/?sub>/g, '')).toContain(EURO.amount(centsOf(gross)))
    expect(finalised).toContain('0 van ')
    expect(finalised).toContain('Nieuwe accounts factureren')
  }, 120_000)

  test('a draft of what was billed is not there', async () => {
    await expect(
      draftDocumentOf(door.desk, { period: '2026-10', accountId: 'A1' }),
    ).rejects.toMatchObject({ code: 'not_found' })
    const draft = await door.ask('/api/v1/accounts/A1/draft-invoice?period=2026-10', {
      headers: { Cookie: cookieOf('max') },
    })
    expect(draft.status).toBe(404)
  })
})

describe('an invoice that went out', () => {
  test('a credit is shown before it is made, and made as it was shown', async () => {
    const path = `/accounts/A1/invoices/${number}/acts`
    const { invoice } = await showInvoice(door.desk, number, 'P1')
    const line = invoice.lines.find(({ amountMicros }) => amountMicros > 0)
    const asked = `${path}?what=lines&line=${line?.lineNumber}&reason=Klopt+niet`
    const planned = await read(asked, 'max')
    expect(planned).toContain(line?.description ?? '?')
    expect(
      (await invoicesOf(door.desk, { accountId: 'A1' })).map(({ kind }) => kind),
    ).not.toContain('credit-note')
    const form = {
      act: 'credit',
      what: 'lines',
      lines: String(line?.lineNumber),
      reason: 'Klopt niet',
    }
    const made = await send(path, form, 'max')
    expect(made.status).toBe(303)
    const notes = (await invoicesOf(door.desk, { accountId: 'A1' })).filter(
      ({ kind }) => kind === 'credit-note',
    )
    expect(notes.map(({ corrects, netMicros }) => [corrects, negateMicros(netMicros)])).toEqual([
      [number, line?.amountMicros],
    ])
    expect(made.headers.get('Location')).toBe(`/accounts/A1/invoices/${notes[0]?.number}`)
    const again = await send(path, form, 'max')
    expect(again.status).toBe(422)
  }, 60_000)

  test('one that is credited whole and made anew is two documents, once confirmed', async () => {
    const [before] = await invoicesOf(door.desk, { accountId: 'A2', period: '2026-10' })
    const path = `/accounts/A2/invoices/${before?.number}/acts`
    const planned = await read(`${path}?what=reissue&reason=Adres`, 'max')
    expect(planned).toContain('Crediteren en opnieuw maken')
    const made = await send(path, { act: 'reissue', reason: 'Adres' }, 'max')
    expect(made.status).toBe(303)
    const all = await invoicesOf(door.desk, { accountId: 'A2', period: '2026-10' })
    expect(all.map(({ kind }) => kind).sort()).toEqual(['credit-note', 'invoice', 'invoice'])
  }, 60_000)

  test('support and customers have no such page', async () => {
    for (const who of ['kim', 'sam', 'ann']) {
      const path = `/accounts/A1/invoices/${number}/acts`
      const response = await door.ask(path, { headers: { Cookie: cookieOf(who) } })
      expect([who, response.status]).toEqual([who, 403])
      const form = { act: 'credit', what: 'whole', reason: 'x' }
      expect((await send(path, form, who)).status).toBe(403)
    }
  })
})

/** What was done, and by whom, in the words of the log. */
async function acts(): Promise<string[]> {
  const entries = await auditOf(door.desk, { accountId: 'A1', limit: 1_000 })
  return entries.map(({ act, name }) => `${act} ${name}`)
}

describe('staff on a customer’s pages', () => {
  test('that they look is marked on every page, and noted once', async () => {
    for (const page of ['', '/usage', '/limits', '/invoices']) {
      expect(await read(`/accounts/A1${page}`, 'kim')).toContain('U kijkt mee met')
    }
    expect((await acts()).filter((one) => one === 'account.look staff:kim')).toHaveLength(1)
    expect(await read('/accounts/A1/audit', 'ann')).toContain('account.look')
    expect(await read('/accounts/A1', 'ann')).not.toContain('U kijkt mee met')
  })

  test('nothing is changed while they look, whatever their rights', async () => {
    const limit = { code: 'account-total', subject: '', subscription: '', act: 'save', amount: '9' }
    for (const who of ['kim', 'sam', 'max']) {
      const refused = await send('/accounts/A1/limits', limit, who)
      expect([who, refused.status]).toEqual([who, 422])
      expect(await refused.text()).toContain('U kijkt mee en verandert niets.')
    }
    expect((await acts()).filter((one) => one.startsWith('limit.set'))).toEqual([])
  })

  test('who verified the caller acts for the customer, whose log says so, until they stop', async () => {
    const refused = await send('/accounts/A1/acting', { act: 'begin', verifiedBy: 'hunch' }, 'sam')
    expect(refused.status).toBe(422)
    const begin = { act: 'begin', verifiedBy: 'call-back', remark: 'mevrouw A.' }
    const begun = await send('/accounts/A1/acting', begin, 'sam')
    expect(begun.headers.get('Location')).toBe('/accounts/A1')
    expect(await read('/accounts/A1', 'sam')).toContain('U handelt namens')
    const limit = { code: 'account-total', subject: '', subscription: '', act: 'save', amount: '9' }
    expect((await send('/accounts/A1/limits', limit, 'sam')).status).toBe(303)
    expect(await acts()).toContain('account.act-for staff:sam')
    expect((await acts()).find((one) => one.startsWith('limit.set'))).toBe(
      'limit.set staff:sam for A1',
    )
    expect((await send('/accounts/A1/acting', { act: 'end' }, 'sam')).status).toBe(303)
    expect((await send('/accounts/A1/limits', limit, 'sam')).status).toBe(422)
  })

  test('acting runs out by itself', async () => {
    const { operations } = door.desk
    const [session] = await operations.query(
      "SELECT session_id FROM sessions WHERE person = 'staff:sam' LIMIT 1",
      [],
      z.object({ session_id: z.string() }),
    )
    const sessionId = session?.session_id ?? ''
    const acting = { accountId: 'A1', verifiedBy: 'invoice', remark: '', sinceMs: 1_000 } as const
    await setActing(operations, sessionId, acting)
    expect(await actingOf(operations, sessionId, 1_000 + ACTING_MS_MAX - 1)).toEqual(acting)
    expect(await actingOf(operations, sessionId, 1_000 + ACTING_MS_MAX)).toBeUndefined()
    expect(await ownActing(door.desk, sessionId)).toBeUndefined()
  })

  test('acting for one account is not acting for another', async () => {
    await send('/accounts/A1/acting', { act: 'begin', verifiedBy: 'invoice' }, 'max')
    const limit = { code: 'account-total', subject: '', subscription: '', act: 'save', amount: '9' }
    expect((await send('/accounts/A2/limits', limit, 'max')).status).toBe(422)
    await send('/accounts/A1/acting', { act: 'end' }, 'max')
  })

  test('who may only look cannot begin to act', async () => {
    const begin = { act: 'begin', verifiedBy: 'call-back' }
    expect((await send('/accounts/A1/acting', begin, 'kim')).status).toBe(403)
    expect((await send('/accounts/A1/acting', begin, 'ann')).status).toBe(403)
  })

  test('the timeline tells what happened, and what was said', async () => {
    const contact = { channel: 'phone', line: 'V1', text: 'Vraagt <b>waarom</b>' }
    expect((await send('/accounts/A1/timeline', contact, 'kim')).status).toBe(422)
    expect((await send('/accounts/A1/timeline', contact, 'sam')).status).toBe(303)
    const text = await read('/accounts/A1/timeline', 'kim')
    expect(text).toContain('Vraagt &lt;b&gt;waarom&lt;/b&gt;')
    expect(text).toContain(`/accounts/A1/invoices/${number}`)
    expect(text).toContain('account.act-for')
    expect(text).not.toContain('account.look')
    const ofOther = await read('/accounts/A1/timeline?line=V9', 'kim')
    expect(ofOther).toContain('Hier is niets gebeurd')
    const contacts = await read('/accounts/A1/timeline?kind=contact', 'kim')
    expect(contacts).not.toContain('account.act-for')
    const wrong = await send('/accounts/A1/timeline', { ...contact, line: 'S2' }, 'sam')
    expect(wrong.status).toBe(404)
    await expect(
      noteContact(door.desk, { accountId: 'A1', channel: 'phone', text: '  ' }),
    ).rejects.toMatchObject({ code: 'usage_error' })
    expect((await listContacts(door.desk.operations, 'A1')).map((one) => one.text)).toEqual([
      'Vraagt <b>waarom</b>',
    ])
    const told = await timelineOf(door.desk, { accountId: 'A1', limit: 500 })
    expect(told.map(({ atMs }) => atMs)).toEqual(
      told.map(({ atMs }) => atMs).toSorted((left, right) => right - left),
    )
  })
})

test('days are written as where the customer is writes them', async () => {
  const { operations } = door.desk
  await operations.execute("UPDATE accounts SET country = 'BE' WHERE account_id = 'A2'")
  const belgian = await read('/accounts/A2/invoices', 'max')
  const dutch = await read('/accounts/A1/invoices', 'max')
  expect([belgian.includes('02/11/2026'), dutch.includes('02-11-2026')]).toEqual([true, true])
  await operations.execute("UPDATE accounts SET country = 'NL' WHERE account_id = 'A2'")
})

test('whom to call stands on every page of a customer, and on what went wrong', async () => {
  const file = join(door.desk.folder.path, 'contact.json')
  const exported = await readDirectory(door.desk.operations)
  const partner = exported.partners.get('P1')
  expect(partner?.contact).toBeUndefined()
  const contact = { telephone: '+31 50 234 56 00', hours: { nl: 'ma–vr 8–18 uur' } }
  const [small] = SMALL_COMPANY.partners
  const { vatId, registrationNumber } = partner?.party ?? {}
  const { iban = '', bic = '', directDebit } = partner ?? {}
  const seller = { ...small, vatId, registrationNumber, iban, bic, directDebit, contact }
  writeFileSync(file, JSON.stringify({ partners: [seller] }))
  await importAccounts(door.desk, file, { dryRun: false, atMs: Date.parse('2026-11-03T08:00Z') })
  for (const path of ['/accounts/A1', '/me', '/accounts/A2', '/month']) {
    const response = await door.ask(path, { headers: { Cookie: cookieOf('ann') } })
    const text = await response.text()
    expect([path, text.includes('href="tel:+31502345600"')]).toEqual([path, true])
    expect(text).toContain('ma–vr 8–18 uur')
  }
  expect(await read('/help', 'ann')).toContain('<kbd>?</kbd>')
})

describe('finding a customer', () => {
  test.each([
    ['klein bedrijf', 'naam'],
    ['A1', 'klantnummer'],
    ['020-1234567', 'nummer'],
    ['+31 (0)20 123 45 67', 'nummer'],
    ['0031201234567', 'nummer'],
    ['ann@a1', 'persoon'],
  ])('%s is found by %s', async (search, by) => {
    const text = await read(`/customers?search=${encodeURIComponent(search)}`, 'max')
    expect(text).toContain('href="/accounts/A1"')
    expect(text).toContain(`${by} <a href="/accounts/A1/timeline`)
  })

  test('an invoice number leads to the invoice', async () => {
    const text = await read(`/customers?search=${number}`, 'kim')
    expect(text).toContain(`factuur <a href="/accounts/A1/invoices/${number}"`)
  })

  test('letters with digits are no number', async () => {
    const found = await findCustomers(door.desk, 'x2012345', 10)
    expect(found).toEqual([])
  })

  test('what is beyond reach is not found', async () => {
    for (const search of ['0207654321', 'bob@a2', 'A2']) {
      expect(await read(`/customers?search=${encodeURIComponent(search)}`, 'kim')).not.toContain(
        'href="/accounts/A2"',
      )
    }
  })
})

describe('finance', () => {
  test.each(['product', 'call-type', 'partner', 'account'] as const)(
    'revenue by %s is what totals are, on the page and in its file',
    async (by) => {
      const question = readQuestion({ period: '2026-10', timeZone: 'Europe/Amsterdam' })
      const rows = await totalsOf(door.desk, by, question)
      const sum = rows.reduce((total, one) => addMicros(total, one.amountMicros), ZERO_MICROS)
      const text = await read(`/finance?period=2026-10&by=${by}`, 'fin')
      expect(text.replaceAll(/<\/?sub>/g, '')).toContain(EURO.amount(centsOf(sum)))
      expect(text).toContain(EURO.exact(sum))
      const file = await door.ask(`/api/v1/usage/totals/export?period=2026-10&by=${by}`, {
        headers: { Cookie: cookieOf('fin') },
      })
      const lines = (await file.text()).trim().split('\r\n').slice(1)
      expect(lines).toHaveLength(rows.length)
      const amounts = lines.map((line) => Number(line.split(',').at(-1)))
      expect(Math.round(amounts.reduce((total, amount) => total + amount, 0) * 1e6)).toBe(sum)
    },
  )

  test('open items are those of the command, and a day is frozen once', async () => {
    const day = dayFromIso('2026-11-30')
    const { openMicros } = await openInvoicesOf(door.desk, day)
    const text = await read('/finance/open?day=2026-11-30', 'fin')
    expect(text.replaceAll(/<\/?sub>/g, '')).toContain(EURO.amount(centsOf(openMicros)))
    expect(await read('/finance/day?day=2026-10-31', 'fin')).toContain('nog open')
    const closed = await send('/finance/day', { act: 'close', day: '2026-10-31' }, 'fin')
    expect(closed.status).toBe(303)
    expect(await read('/finance/day?day=2026-10-31', 'fin')).toContain('Vastgelegd op')
    const since = await read('/finance/day?day=2026-11-15&since=2026-10-31&by=partner', 'fin')
    expect(since).toContain('Mutatie sinds')
  }, 60_000)

  test('a journal is exported and can be fetched', async () => {
    const form = { act: 'journal', partner: 'P1', period: '2026-11', target: 'books' }
    const made = await send('/finance/books', form, 'fin')
    expect([made.status, made.headers.get('Location')]).toEqual([
      303,
      '/finance/books?period=2026-11&partner=P1&journal=1',
    ])
    const text = await read(made.headers.get('Location') ?? '', 'fin')
    expect(text).toContain('/api/v1/finance/journals/P1/1')
  }, 60_000)

  test('support has no such pages', async () => {
    for (const path of ['/finance', '/finance/open', '/finance/day', '/finance/books']) {
      const response = await door.ask(path, { headers: { Cookie: cookieOf('kim') } })
      expect([path, response.status]).toEqual([path, 403])
    }
  })
})

describe('prices', () => {
  test('what holds is the rule of the command', async () => {
    const path = '/catalogue?account=A1&type=national-mobile&at=2026-10-15T12:00'
    const text = await read(path, 'max')
    expect(text).toContain('0.0725 per 1 min')
    expect(text).toContain('voip-basic')
  })

  test('a month with another price says what would differ, and changes nothing', async () => {
    await using _ = runJobs(door.desk, { kinds: JOB_KINDS, log: door.log, lookMs: LOOK_MS })
    const question = readQuestion({ period: '2026-10', timeZone: 'Europe/Amsterdam' })
    const before = await totalsOf(door.desk, 'call-type', question)
    const form = { period: '2026-10', rate: 'voip-national-mobile', percent: '100' }
    expect((await send('/catalogue/trial', { ...form, percent: 'veel' }, 'max')).status).toBe(422)
    await send('/catalogue/trial', form, 'max')
    const text = await settled('/catalogue/trial?period=2026-10', 'max')
    // A minute of each of the two accounts at 0.0725 more.
    expect(text.replaceAll(/<\/?sub>/g, '')).toContain('€\u00a00,15')
    expect(text).toContain('€ 0,0725')
    expect(await totalsOf(door.desk, 'call-type', question)).toEqual(before)
  }, 60_000)
})

test('what differs between two catalogues that rated something is told entry by entry', async () => {
  const { desk } = door
  const [kept] = await catalogueVersions(desk)
  const other = 'feedc0de00000000'
  const archive = desk.folder.subfolder('archive')
  cpSync(join(archive, `catalogue-${kept?.key}`), join(archive, `catalogue-${other}`), {
    recursive: true,
  })
  const rates = join(archive, `catalogue-${other}`, 'rates.yaml')
  writeFileSync(rates, readFileSync(rates, 'utf8').replace('0.0725/min', '0.0825/min'))
  const { entries, decks } = await catalogueDifference(desk, { from: kept?.key ?? '', to: other })
  expect(decks).toEqual([])
  expect(entries).toEqual([
    {
      section: 'rates',
      id: 'voip-national-mobile',
      kind: 'changed',
      fields: [{ path: 'versions.0.steps.0.price', before: '0.0725', after: '0.0825' }],
    },
  ])
  const text = await read(`/catalogue/difference?from=${kept?.key}&to=${other}`, 'max')
  expect(text).toContain('<ins>0.0825</ins>')
  const nowhere = await door.ask('/catalogue/difference?from=..&to=..', {
    headers: { Cookie: cookieOf('max') },
  })
  expect(nowhere.status).toBe(404)
})

test('today tells what came from each source, and verifies everything when asked', async () => {
  await using _ = runJobs(door.desk, { kinds: JOB_KINDS, log: door.log, lookMs: LOOK_MS })
  const before = await read('/today', 'max')
  expect(before).toContain('<td>asterisk</td>')
  expect(before).toContain('Master.csv')
  expect(before).toContain('Er is nog niets nagerekend.')
  await send('/today', { act: 'verify' }, 'max')
  const verified = await settled('/today', 'max')
  expect(verified).toMatch(/2 regels nagerekend, \d+ verschillen/)
}, 60_000)

test('a number is given to a line where its records wait, and a line that there is not is refused', async () => {
  const form = { act: 'assign', reason: 'served_unknown', since: '2026-10-01' }
  const wrong = await send(
    '/suspense',
    { ...form, number: '+31209999999', subscription: 'none' },
    'max',
  )
  expect(wrong.status).toBe(422)
  const done = await send(
    '/suspense',
    { ...form, number: '+31209999999', subscription: 'V1' },
    'max',
  )
  expect(done.status).toBe(303)
  const found = await read('/customers?search=0209999999', 'max')
  expect(found).toContain('href="/accounts/A1"')
})

describe('without a script', () => {
  test('a password is set by the link of a mail, pasted whole', async () => {
    const link = await linkFor(door.desk, 'staff:kim', 'invite')
    expect(await (await door.ask('/set-password')).text()).toContain('name="link"')
    const short = await send('/enter/password', { link, password: 'kort' }, '')
    expect(short.status).toBe(422)
    const pasted = {
      link: `https://x.example/set-password#link=${link}`,
      password: 'drie paarden zingen',
    }
    const set = await send('/enter/password', pasted, '')
    expect([set.status, set.headers.get('Location')]).toEqual([303, '/sign-in?set=1'])
    const entered = await send('/enter', { name: 'kim', password: 'drie paarden zingen' }, '')
    expect(entered.status).toBe(303)
    expect((await send('/enter/password', pasted, '')).status).toBe(422)
  })

  test('a mail for a new password is asked for, whoever it is', async () => {
    for (const name of ['kim', 'nobody']) {
      const asked = await send('/enter/forgot', { name }, '')
      expect(await asked.text()).toContain('Als wij dit adres kennen')
    }
  })
})
