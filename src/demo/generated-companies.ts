/**
 * More companies like the three of the story, as many as asked for: most are small, some are not, a
 * quarter is Belgian. Same count, same companies.
 */
import type { z } from 'zod'
import type { HomeCountry, Language } from '../core/accounts/accounts.ts'
import { vatIdProblem } from '../core/text/check-digits.ts'
import type { directoryDocumentSchema } from '../directory/document/directory-schema.ts'
import { choicesOf, choose, createRandom } from './random.ts'
import type { Random } from './random.ts'

/** As people write it: what has a default may be left out. */
export type WrittenDirectory = {
  [Field in keyof WrittenDocument]-?: NonNullable<WrittenDocument[Field]>
}
type WrittenDocument = z.input<typeof directoryDocumentSchema>

/** Desks of a company, in per cent of companies; about 14 on average. */
const DESKS = choicesOf([
  [3, 25],
  [6, 25],
  [10, 20],
  [18, 15],
  [30, 10],
  [60, 5],
])
const FIRST_WORDS = [
  'Van Dalen',
  'De Boer',
  'Kuipers',
  'Meeus',
  'Lambrecht',
  'Oost',
  'Delta',
  'Haven',
]
const SECOND_WORDS = [
  'Techniek',
  'Transport',
  'Zorg',
  'Bouw',
  'Advies',
  'Installaties',
  'Food',
  'Media',
]
const CITIES = {
  NL: ['Amsterdam', 'Eindhoven', 'Zwolle', 'Breda'],
  BE: ['Gent', 'Antwerpen', 'Namur', 'Liège'],
}
const GENERATED_SEED = 4
const ACTIVATED = '2026-01-01'

interface CompanyContext {
  readonly accountId: string
  readonly home: HomeCountry
  readonly random: Random
  readonly document: WrittenDirectory
  readonly counters: { number: number }
}

/** Adds `count` companies to the document. */
export function addGeneratedCompanies(
  document: WrittenDirectory,
  count: number,
  partnerId: string,
): void {
  const random = createRandom()
  const counters = { number: 1_000_000 }
  for (let company = 1; company <= count; company++) {
    random.restart(GENERATED_SEED, company, 0)
    const home: HomeCountry = random.below(4) === 0 ? 'BE' : 'NL'
    const accountId = `company-${String(company).padStart(5, '0')}`
    const context = { accountId, home, random, document, counters }
    addAccount(context, partnerId, company)
    addSubscriptions(context)
  }
}

function addAccount(context: CompanyContext, partnerId: string, company: number): void {
  const { accountId, home, random, document } = context
  const name = `${choose(FIRST_WORDS, random)} ${choose(SECOND_WORDS, random)} ${company}`
  const language: Language = home === 'NL' ? 'nl' : random.below(2) === 0 ? 'fr' : 'nl'
  document.accounts.push({
    id: accountId,
    partner: partnerId,
    legalName: `${name} ${home === 'NL' ? 'B.V.' : 'NV'}`,
    address: {
      street: `Industrieweg ${1 + random.below(200)}`,
      postcode:
        home === 'NL' ? `${1_000 + random.below(8_999)} AB` : `${1_000 + random.below(8_999)}`,
      city: choose(CITIES[home], random),
      country: home,
    },
    vatId: home === 'NL' ? dutchVatId(company) : `BE${enterpriseNumber(company)}`,
    registrationNumber: home === 'NL' ? `${10_000_000 + company}` : enterpriseNumber(company),
    country: home,
    language,
  })
  document.users.push({
    id: `${accountId}-office`,
    account: accountId,
    name: 'Administratie',
    email: `office@${accountId}.example`,
    language,
    registrations: ['voip-high-usage', 'mobile-high-usage', 'invoices'],
  })
}

function addSubscriptions(context: CompanyContext): void {
  const { accountId, random, document } = context
  const desks = choose(DESKS, random)
  const flat = random.below(3) === 0
  for (let desk = 1; desk <= desks; desk++) {
    const numbers = [nextNumber(context, 'voip'), `${200 + desk}`]
    const plans = [flat ? 'voip-flat' : 'voip-basic']
    document.subscriptions.push({
      ...subscription(context, 'voip', `desk-${desk}`),
      numbers,
      plans,
    })
  }
  if (random.below(8) === 0) {
    const trunks = [`${accountId}-trunk`]
    const numbers = [nextNumber(context, 'voip'), nextNumber(context, 'voip')]
    const trunk = subscription(context, 'voip', 'trunk')
    document.subscriptions.push({ ...trunk, numbers, trunks, plans: ['sip-trunk'] })
  }
  addMobiles(context, desks)
}

function addMobiles(context: CompanyContext, count: number): void {
  const { accountId, random, document } = context
  const pooled = random.below(2) === 0
  const groupId = `${accountId}-pool`
  if (pooled) document.groups.push({ id: groupId, account: accountId, name: 'Mobiel' })
  const ownPlan = random.below(3) === 0 ? 'mobile-unlimited' : 'mobile-go'
  for (let mobile = 1; mobile <= count; mobile++) {
    document.subscriptions.push({
      ...subscription(context, 'mobile', `sim-${mobile}`),
      numbers: [nextNumber(context, 'mobile')],
      imsis: [`204161${String(context.counters.number).padStart(9, '0')}`],
      plans: [pooled ? 'mobile-pool' : ownPlan],
      groups: pooled ? [groupId] : [],
    })
  }
  const machines = random.below(20) === 0 ? 40 : random.below(3)
  for (let machine = 1; machine <= machines; machine++) {
    context.counters.number += 1
    const number = String(context.counters.number)
    document.subscriptions.push({
      ...subscription(context, 'mobile', `machine-${machine}`),
      imsis: [`204162${number.padStart(9, '0')}`],
      iccids: [`893116${number.padStart(13, '0')}`],
      plans: [machines > 3 ? 'iot-lifetime' : 'data-only'],
    })
  }
}

function subscription({ accountId }: CompanyContext, product: 'voip' | 'mobile', name: string) {
  return {
    id: `${accountId}-${name}`,
    account: accountId,
    product,
    label: name,
    activated: ACTIVATED,
  }
}

/** 088 and 061 numbers in the Netherlands, 02 and 047 numbers in Belgium, counted from 1,000,000. */
function nextNumber({ home, counters }: CompanyContext, product: 'voip' | 'mobile'): string {
  counters.number += 1
  if (home === 'NL') return `${product === 'voip' ? '+3188' : '+3161'}${counters.number}`
  return `${product === 'voip' ? '+322' : '+3247'}${counters.number}`
}

/** Ten digits of which the last two check the others, modulo 97. */
function enterpriseNumber(company: number): string {
  const base = 4_000_000 + company
  return `0${base}${String(97 - (base % 97)).padStart(2, '0')}`
}

/** Of a company that does not exist; its last digits are such that it checks. */
function dutchVatId(company: number): string {
  const ids = Array.from({ length: 100 }, (_, suffix) => {
    return `NL${100_000_000 + company}B${String(suffix).padStart(2, '0')}`
  })
  return ids.find((id) => vatIdProblem(id) === undefined) ?? ''
}
