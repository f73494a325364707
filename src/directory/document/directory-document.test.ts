/** The accounts document: what it says, what is wrong with it, and its way into the store. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dayStartMs, dayFromIso } from '../../core/time/period.ts'
import type { CatalogueIds } from './build-directory.ts'
import { readDirectoryContent, readDirectoryDocument } from './directory-document.ts'
import { readTable } from '../store/directory-rows.ts'
import { directoryJsonSchema } from './directory-schema.ts'
import { importDirectory } from '../store/import-directory.ts'
import { loadDirectory } from '../store/load-directory.ts'
import { openTestOperations, type TestOperations } from '../../../test/doubles/test-operations.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-test-accounts-'))
let operations: TestOperations
beforeAll(async () => {
  operations = await openTestOperations()
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await operations[Symbol.asyncDispose]()
})

const DOCUMENT = `
partners:
  - id: veldnet
    legalName: Veldnet Telecom B.V.
    address: { street: Kade 1, postcode: 3011 AB, city: Rotterdam, country: NL }
    mailFrom: noreply@veldnet.example
    defaultPlans: { voip: voip-flex, mobile: mobile-start }
accounts:
  - id: bakkerij
    partner: veldnet
    legalName: Bakkerij De Gist B.V.
    address: { street: Markt 2, postcode: 4811 XX, city: Breda, country: NL }
    country: NL
    anchorDay: 1
    discounts:
      - { on: usage, percent: "12.5", description: Korting, from: "2026-01-01" }
    webhook: { url: "https://gist.example/tik", secret: "0123456789abcdef" }
  - id: brasserie
    partner: veldnet
    legalName: Brasserie Sprl
    address: { street: Rue 3, postcode: "1000", city: Bruxelles, country: BE }
    country: BE
    language: fr
groups:
  - { id: gist-pool, account: bakkerij, name: Iedereen }
subscriptions:
  - id: gist-1
    account: bakkerij
    product: mobile
    label: Bestelbus
    activated: "2026-03-29"
    numbers: ["+31612345678", { value: "+31687654321", from: "2026-06-01", to: "2026-07-01" }]
    imsis: ["204080000000001"]
    plans: [mobile-start, { id: mobile-plus, from: "2026-05-01" }]
    modules: [eu-internet]
    groups: [gist-pool]
  - id: gist-2
    account: bakkerij
    product: voip
    activated: "2026-01-01T09:30"
    trunks: [gist-trunk]
users:
  - id: anna
    account: bakkerij
    name: Anna Gist
    email: anna@gist.example
    registrations: [mobile-high-usage, invoices]
limits:
  - { code: account-total, partner: veldnet, amount: "500.00" }
  - { code: subscription-total, subscription: gist-1, amount: "25.50", action: block }
  - { code: sim-cap, account: bakkerij, subject: data, amount: 50 MB }
  - { code: module-volume, account: bakkerij, subject: eu-internet, amount: 500 MB }
oneOffCharges:
  - id: c1
    account: bakkerij
    subscription: gist-1
    at: "2026-10-03"
    description: SIM swap
    amount: "7.50"
`

function write(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

test('local dates become instants in the time zone of the account', async () => {
  const directory = await readDirectoryDocument(write('one.yaml', DOCUMENT))
  const [mobile, voip] = directory.subscriptions
  // Summer time starts that night: midnight is still +01:00.
  expect(mobile?.activatedMs).toBe(Date.parse('2026-03-29T00:00:00+01:00'))
  expect(voip?.activatedMs).toBe(Date.parse('2026-01-01T09:30:00+01:00'))
  const may = dayStartMs(dayFromIso('2026-05-01'), 'Europe/Amsterdam')
  expect(mobile?.plans).toEqual([
    { planId: 'mobile-start', fromMs: mobile?.activatedMs, toMs: may },
    { planId: 'mobile-plus', fromMs: may, toMs: Infinity },
  ])
  expect(voip?.plans).toEqual([{ planId: 'voip-flex', fromMs: voip?.activatedMs, toMs: Infinity }])
})

test('levels of a limit are written beside its amount', async () => {
  const written = '{ code: voip-total, account: bakkerij, amount: "80.00", levels: "50%, +10.00" }'
  const text = DOCUMENT.replace(/limits:\n/, `limits:\n  - ${written}\n`)
  const { limits } = await readDirectoryDocument(write('levels.yaml', text))
  expect(limits.map(({ code, levels }) => [code, levels]).slice(0, 2)).toEqual([
    ['voip-total', '50,+10000000'],
    ['account-total', undefined],
  ])
  const wrong = text.replace('+10.00', '+10 MB')
  const refused = readDirectoryContent(write('levels-wrong.yaml', wrong))
  await expect(refused).rejects.toThrow('in the unit of the limit')
})

test.each`
  limit                                                                          | problem
  ${'{ code: sim-cap, account: bakkerij, subject: fax, amount: 1 MB }'}          | ${'a sim-cap is for data, sms or voice, not "fax"'}
  ${'{ code: account-total, subscription: gist-1, amount: "5.00" }'}             | ${'account-total is a limit of the account'}
  ${'{ code: sim-cap, subscription: gist-2, subject: voice, amount: 1 min }'}    | ${'sim-cap is for mobile subscriptions'}
  ${'{ code: voip-total, account: bakkerij, amount: "5.00", action: block }'}    | ${'voip-total cannot block anything'}
  ${'{ code: national-data, account: bakkerij, subject: data, amount: "5.00" }'} | ${'national-data has no subject'}
`('a limit that would never count is refused: $problem', async ({ limit, problem }) => {
  const text = DOCUMENT.replace(/limits:\n/, `limits:\n  - ${limit}\n`)
  const refused = readDirectoryContent(write('refused.yaml', text))
  await expect(refused).rejects.toThrow(problem)
})

/** What is said of one more discount of the first account; '' when it is taken. */
async function refusedDiscount(discount: string): Promise<string> {
  const line = `      - { on: ${discount}, description: Meer }\n`
  const text = DOCUMENT.replace('    webhook: { url', () => `${line}    webhook: { url`)
  const path = write('discounts.yaml', text)
  const known = { partners: new Map(), accounts: new Map(), groups: new Map(), subscriptions: [] }
  const read: unknown = await readDirectoryContent(path, known, catalogueIds).catch(
    (error: unknown) => error,
  )
  return read instanceof Error ? read.message.replace(/.*discounts\.yaml:/, '') : ''
}

const catalogueIds = (): Promise<CatalogueIds> =>
  Promise.resolve({ callTypes: new Set(['sms']), lifetimes: new Set(['iot']) })

test('a discount is a percentage or an amount, and one of each kind at a time', async () => {
  expect(await refusedDiscount('usage, amount: "5.00"')).toBe('')
  expect(await refusedDiscount('recurring, percent: "100"')).toBe('')
  expect(await refusedDiscount('usage, percent: "5", to: "2026-01-01"')).toBe('')
  expect(await refusedDiscount('call-type, callType: sms, percent: "5"')).toBe('')
  expect(await refusedDiscount('usage, percent: "5", from: "2026-06-01"')).toBe(
    '17: accounts.0.discounts.1: discount 1 of the account is a percentage on usage at that time too: there is one at a time',
  )
  expect(await refusedDiscount('call-type, callType: fax, percent: "5"')).toBe(
    '17: accounts.0.discounts.1.callType: the catalogue has no call type "fax"',
  )
  expect(await refusedDiscount('recurring, percent: "150"')).toMatch(/^17: .*at most "100"/)
  expect(await refusedDiscount('recurring, amount: "0.00"')).toMatch(/^17: .*an amount above 0/)
  expect(await refusedDiscount('recurring, amount: "0.005"')).toMatch(/^17: .*in whole cents/)
  expect(await refusedDiscount('recurring')).toMatch(/^17: .*either a percent or an amount/)
  expect(await refusedDiscount('recurring, percent: "5", amount: "5.00"')).toMatch(/^17: .*either/)
  expect(await refusedDiscount('call-type, percent: "5"')).toMatch(/^17: .*which call type/)
  expect(await refusedDiscount('usage, callType: sms, percent: "5"')).toMatch(
    /^17: .*call-type only/,
  )
})

test('amounts of limits are micros, bytes and seconds', async () => {
  const { limits } = await readDirectoryDocument(write('one.yaml', DOCUMENT))
  expect(
    limits.map(({ code, scopeKind, amount, action }) => [code, scopeKind, amount, action]),
  ).toEqual([
    ['account-total', 'partner', 500_000_000, 'notify'],
    ['subscription-total', 'subscription', 25_500_000, 'block'],
    ['sim-cap', 'account', 52_428_800, 'notify'],
    ['module-volume', 'account', 524_288_000, 'notify'],
  ])
})

test('a JSON file says the same as YAML', async () => {
  const { parse } = await import('yaml')
  const json = write('one.json', JSON.stringify(parse(DOCUMENT)))
  const fromYaml = await readDirectoryContent(write('one.yaml', DOCUMENT))
  expect(await readDirectoryContent(json)).toEqual(fromYaml)
})

test('everything that is wrong is named with its line, at once', async () => {
  const wrong = DOCUMENT.replace('anchorDay: 1', 'anchorDay: 31')
    .replace('"2026-03-29"', '"2026-02-30"')
    .replace('email: anna@gist.example', 'email: anna')
    .replace('"7.50"', '7.50')
    .replace('amount: 50 MB', 'amont: 50 MB')
  const error = await readDirectoryDocument(write('wrong.yaml', wrong)).catch((e: unknown) => e)
  const lines = error instanceof Error ? error.message.split('\n') : []
  const places = lines.map((line) => line.replace(/.*wrong\.yaml:(\d+): ([\w.]+).*/, '$1 $2'))
  expect(places).toEqual([
    '14 accounts.0.anchorDay',
    '31 subscriptions.0.activated',
    '46 users.0.email',
    '51 limits.2.amount',
    '51 limits.2',
    '59 oneOffCharges.0.amount',
  ])
})

test.each([
  [
    'an unknown partner',
    ['partner: veldnet\n    legalName: Bak', 'partner: x\n    legalName: Bak'],
    'partner "x"',
  ],
  ['a group of nobody', ['groups: [gist-pool]', 'groups: [pool]'], 'no group "pool"'],
  ['a number twice', ['trunks: [gist-trunk]', 'numbers: ["+31612345678"]'], 'at the same time'],
  ['a unit that does not fit', ['"25.50"', '25 MB'], 'another unit'],
  [
    'a limit of two owners',
    ['partner: veldnet, amount', 'account: bakkerij, partner: veldnet, amount'],
    'exactly one',
  ],
  [
    'a time zone from nowhere',
    ['country: NL\n    anchorDay', 'country: NL\n    timeZone: Mars/Base\n    anchorDay'],
    'Mars/Base',
  ],
  ['an unquoted number', ['["+31612345678",', '[+31612345678,'], 'quotes'],
])('%s is refused', async (_name, [from = '', to = ''], message) => {
  expect(DOCUMENT).toContain(from)
  const path = write('wrong.yaml', DOCUMENT.replace(from, to))
  await expect(readDirectoryDocument(path)).rejects.toThrow(message)
})

test('a group cannot be given an allowance of a lifetime: nobody could say when it began', async () => {
  const known = { partners: new Map(), accounts: new Map(), groups: new Map(), subscriptions: [] }
  const withGroup = (allowances: string): Promise<unknown> => {
    const text = DOCUMENT.replace(
      'name: Iedereen }',
      `name: Iedereen, allowances: [${allowances}] }`,
    )
    return readDirectoryContent(write('group.yaml', text), known, catalogueIds)
  }
  await expect(withGroup('crew, iot')).rejects.toThrow(
    'group.yaml:25: groups.0.allowances.1: a group has no beginning, so "iot" cannot last for a lifetime',
  )
  await expect(withGroup('crew')).resolves.toBeDefined()
})

test('importing gives back what was read; twice changes nothing; a dry run writes nothing', async () => {
  const { store } = operations
  const by = { atMs: 1_000, changedBy: 'test', dryRun: false }
  const content = await readDirectoryContent(write('one.yaml', DOCUMENT))

  const planned = await importDirectory(store, content, { ...by, dryRun: true })
  expect(planned.accounts.added).toEqual(['bakkerij', 'brasserie'])
  expect((await loadDirectory(store)).accounts.size).toBe(0)

  const first = await importDirectory(store, content, by)
  expect(first).toEqual(planned)
  const loaded = await loadDirectory(store)
  expect(loaded.subscriptions).toEqual(content.directory.subscriptions)
  expect(loaded.accounts).toEqual(content.directory.accounts)
  expect(loaded.partners).toEqual(content.directory.partners)
  expect(loaded.groups).toEqual(content.directory.groups)
  expect(loaded.users).toEqual(content.directory.users)
  expect(new Set(loaded.limits)).toEqual(new Set(content.directory.limits))

  const again = await importDirectory(store, content, by)
  for (const counts of Object.values(again)) {
    expect(counts).toMatchObject({ added: [], changed: [] })
  }
})

test('a changed label is one change, and a partial document refers to what is imported', async () => {
  const { store } = operations
  const by = { atMs: 1_000, changedBy: 'test', dryRun: false }
  await importDirectory(store, await readDirectoryContent(write('one.yaml', DOCUMENT)), by)
  const known = await loadDirectory(store)
  const part = write(
    'part.yaml',
    `subscriptions:
  - { id: gist-2, account: bakkerij, product: voip, label: Balie, activated: "2026-01-01T09:30", trunks: [gist-trunk] }
  - { id: gist-3, account: bakkerij, product: voip, activated: "2026-11-01", numbers: ["+31201234567"] }
`,
  )
  const report = await importDirectory(store, await readDirectoryContent(part, known), by)
  expect(report.subscriptions).toMatchObject({
    added: ['gist-3'],
    changed: ['gist-2'],
    unchanged: 0,
  })
  const stolen = write(
    'stolen.yaml',
    `subscriptions:
  - { id: gist-4, account: bakkerij, product: mobile, activated: "2026-11-01", numbers: ["+31612345678"] }
`,
  )
  const theft = importDirectory(store, await readDirectoryContent(stolen, known), by)
  await expect(theft).rejects.toMatchObject({ code: 'accounts_invalid' })
  expect((await loadDirectory(store)).subscriptions.map((one) => one.subscriptionId)).toEqual([
    'gist-1',
    'gist-2',
    'gist-3',
  ])
})

test('another anchor day holds from the end of the period that runs; before it all stays', async () => {
  const { store } = operations
  const by = { atMs: Date.parse('2026-11-20T12:00:00Z'), changedBy: 'test', dryRun: false }
  await importDirectory(store, await readDirectoryContent(write('one.yaml', DOCUMENT)), by)
  const moved = DOCUMENT.replace('anchorDay: 1', 'anchorDay: 15')
  const content = await readDirectoryContent(write('moved.yaml', moved))
  const planned = await importDirectory(store, content, { ...by, dryRun: true })
  const report = await importDirectory(store, content, by)
  expect(report).toEqual(planned)
  const [notice = ''] = report.accounts.notices ?? []
  const accountId = notice.slice(0, notice.indexOf(':'))
  expect(notice).toContain('hold from 2026-12-01, after a bridging period until 2026-12-14')
  const account = (await loadDirectory(store)).accounts.get(accountId)
  expect(account?.anchorDay).toBe(15)
  expect(account?.earlierTerms).toMatchObject([{ anchorDay: 1, toDay: dayFromIso('2026-12-01') }])
  const again = await importDirectory(store, content, by)
  expect(again.accounts).toMatchObject({ changed: [] })
  expect((await loadDirectory(store)).accounts.get(accountId)).toEqual(account)

  const unused = { ...by, lastUsedDay: () => Promise.resolve(undefined) }
  const back = await readDirectoryContent(write('one.yaml', DOCUMENT))
  expect((await importDirectory(store, back, unused)).accounts.notices).toBeUndefined()
  expect((await loadDirectory(store)).accounts.get(accountId)?.earlierTerms).toEqual([])
})

test('the published JSON Schema is the one of the code', () => {
  const published: unknown = JSON.parse(readFileSync('postgres/accounts.schema.json', 'utf8'))
  expect(published).toEqual(JSON.parse(JSON.stringify(directoryJsonSchema())))
})

test('amounts and percentages come back from the store, in whatever order they are written', async () => {
  const amount = '      - { on: usage, amount: "2.50", description: Meer, from: "2026-01-01" }\n'
  const percent =
    '      - { on: usage, percent: "12.5", description: Korting, from: "2026-01-01" }\n'
  expect(DOCUMENT).toContain(percent)
  const taxed = DOCUMENT.replace('    amount: "7.50"\n', '    amount: "7.50"\n    tax: exempt\n')
  const one = await readDirectoryContent(
    write('first.yaml', taxed.replace(percent, amount + percent)),
  )
  const other = await readDirectoryContent(
    write('second.yaml', taxed.replace(percent, percent + amount)),
  )
  const { store } = operations
  const options = { dryRun: false, atMs: 0, changedBy: 'test' }
  await importDirectory(store, one, options)
  const report = await importDirectory(store, other, options)
  expect([report.accounts.changed, report.oneOffCharges.changed]).toEqual([[], []])
  const stored = (await loadDirectory(store)).accounts.get('bakkerij')?.discounts ?? []
  const sizes = stored.map((each) => `${each.percentHundredths} ${each.amountMicros}`)
  expect(new Set(sizes)).toEqual(new Set(['0 2500000', '1250 0']))
  const charges = await readTable(store, 'one_off_charges')
  expect(charges.map((charge) => charge.tax_category)).toEqual(['exempt'])
})

const REMINDERS = `    reminders:
      steps:
        - { afterDays: 7 }
        - { afterDays: 21, texts: { nl: { subject: "Nota {number}", text: "Nog {open}" } } }
      terms:
        - { step: 2, country: NL, customerKind: consumer, cost: "1.50", texts: { nl: Kosten } }
`
const REMINDED = DOCUMENT.replace('    defaultPlans:', `${REMINDERS}    defaultPlans:`).replace(
  '    anchorDay: 1\n',
  '    anchorDay: 1\n    customerKind: consumer\n',
)

test('reminders and the kind of a customer come back from the store, and are off where nobody wrote them', async () => {
  const { store } = operations
  const options = { dryRun: false, atMs: 0, changedBy: 'test' }
  await importDirectory(store, await readDirectoryContent(write('one.yaml', DOCUMENT)), options)
  expect((await loadDirectory(store)).partners.get('veldnet')?.reminders).toBeUndefined()
  const content = await readDirectoryContent(write('reminded.yaml', REMINDED))
  await importDirectory(store, content, options)
  const directory = await loadDirectory(store)
  expect(directory.partners.get('veldnet')?.reminders).toEqual({
    steps: [
      { afterDays: 7 },
      { afterDays: 21, texts: { nl: { subject: 'Nota {number}', text: 'Nog {open}' } } },
    ],
    terms: [
      {
        step: 2,
        country: 'NL',
        customerKind: 'consumer',
        cost: '1.50',
        texts: { nl: 'Kosten' },
      },
    ],
  })
  expect(directory.accounts.get('bakkerij')?.customerKind).toBe('consumer')
  const again = await importDirectory(store, content, options)
  expect([again.partners.changed, again.accounts.changed]).toEqual([[], []])
})

test.each([
  ['a later one after fewer days', 'afterDays: 21', 'afterDays: 7', /after more days/],
  ['a fourth step', 'step: 2', 'step: 4', /step/],
  ['a part of a cent', '"1.50"', '"1.505"', /whole cents/],
  ['a kind of nobody', 'Kind: consumer', 'Kind: friend', /customerKind/],
])('reminders with %s are refused', async (_what, from, to, message) => {
  expect(REMINDED).toContain(from)
  const file = write('wrong.yaml', REMINDED.replace(from, to))
  await expect(readDirectoryContent(file)).rejects.toMatchObject({
    message: expect.stringMatching(message),
  })
})

const SERIES = DOCUMENT.replace(
  '    defaultPlans:',
  '    numberSeries: { invoice: { prefix: NL-, start: { "2026": 50151 } } }\n    defaultPlans:',
)

test('number series come back from the store, and an import into used numbers is refused whole', async () => {
  const { store } = operations
  const options = { dryRun: false, atMs: 0, changedBy: 'test' }
  const content = await readDirectoryContent(write('series.yaml', SERIES))
  await importDirectory(store, content, options)
  const numberSeries = { invoice: { prefix: 'NL-', start: { '2026': 50_151 } } }
  expect((await loadDirectory(store)).partners.get('veldnet')).toMatchObject({ numberSeries })
  expect((await importDirectory(store, content, options)).partners.changed).toEqual([])
  await store.execute(
    `INSERT INTO invoice_number_series (partner_id, series, year, first_number, last_number, prefix)
     VALUES ('veldnet', '', 2026, 50151, 50160, 'NL-')`,
  )
  const back = SERIES.replace('50151', '50155').replace('Kade 1', 'Kade 2')
  const backwards = await readDirectoryContent(write('back.yaml', back))
  await expect(importDirectory(store, backwards, options)).rejects.toMatchObject({
    code: 'accounts_invalid',
    message:
      'numbers of veldnet in 2026 began with 50151 and are at 50160: they cannot begin with 50155',
  })
  expect((await loadDirectory(store)).partners.get('veldnet')?.party.address.street).toBe('Kade 1')
  await store.execute('DELETE FROM invoice_number_series')
})

test.each([
  ['a prefix in small letters', 'NL-', 'nl-', /capitals/],
  ['a start of nothing', '50151', '0', /start/],
  ['a year that is none', '"2026"', '"26"', /Invalid key/],
  ['the prefix of credit notes', 'NL-', 'C', /another prefix/],
])('number series with %s are refused', async (_what, from, to, message) => {
  expect(SERIES).toContain(from)
  const file = write('wrong-series.yaml', SERIES.replace(from, to))
  await expect(readDirectoryContent(file)).rejects.toMatchObject({
    message: expect.stringMatching(message),
  })
})
