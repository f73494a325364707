/** A large ledger under the door of bench/api.ts: invented rows, and an accounts document of who used them. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeReportsLedger } from './reports-ledger.ts'

const PARTNERS_COUNT = 40
/** Of account 0 in bench/reports-ledger.sql. */
const LARGEST_LINES = 2_000
const ADDRESS = { street: 'Straat 1', postcode: '1000 AA', city: 'Amsterdam', country: 'NL' }

/** Returns the document, which has the first accounts of the ledger, the largest among them. */
export async function makeLargeLedger(
  folder: string,
  rowsCount: number,
  accountsCount: number,
): Promise<string> {
  await makeReportsLedger(folder, rowsCount)
  const numbers = Array.from({ length: accountsCount }, (_, index) => index)
  const partners = [...new Set(numbers.map(partnerOf))]
  const document = join(folder, 'accounts.json')
  writeFileSync(
    document,
    JSON.stringify({
      partners: partners.map((id) => ({ id, legalName: id, address: ADDRESS })),
      accounts: numbers.map((index) => ({
        id: accountOf(index),
        partner: partnerOf(index),
        legalName: 'Bench B.V.',
        address: ADDRESS,
        country: 'NL',
      })),
      subscriptions: numbers.flatMap((index) => {
        const linesCount = index === 0 ? LARGEST_LINES : 1 + (index % 5)
        return Array.from({ length: linesCount }, (_, line) => ({
          id: `S${accountOf(index).slice(1)}-${line}`,
          account: accountOf(index),
          product: 'mobile',
          activated: '2024-12-01',
          numbers: [`+316${String(10_000_000 + index * LARGEST_LINES + line)}`],
          plans: ['mobile-go'],
        }))
      }),
    }),
  )
  return document
}

function accountOf(index: number): string {
  return `A${String(index).padStart(5, '0')}`
}

function partnerOf(index: number): string {
  return `P${index % PARTNERS_COUNT}`
}

/** The demo has a catalogue in its folder; invented rows are of accounts of the sample. */
export function catalogueOf(folder: string): Record<string, string> {
  const isInvented = existsSync(join(folder, 'ledger')) && !existsSync(join(folder, 'catalogue'))
  return isInvented ? { TIK_CATALOGUE: 'fixtures/catalogue' } : {}
}
