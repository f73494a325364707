/**
 * A small world for tests of the stages: the sample catalogue, some companies whose pooled bundles
 * run out within a few hundred records, and CDRs of them that a seed decides.
 */
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Catalogue, RateVersions } from '../src/catalogue/catalogue.ts'
import { loadCatalogue } from '../src/catalogue/load-catalogue.ts'
import type { Directory } from '../src/core/accounts/accounts.ts'
import type { SourceConfig } from '../src/ingest/format.ts'
import { formatAdapter } from '../src/ingest/formats/format-registry.ts'
import { createMediator } from '../src/mediation/mediate.ts'
import { defaultSource } from '../src/ingest/sources.ts'
import { readDirectoryDocument } from '../src/directory/document/directory-document.ts'
import { createMessageMediator } from '../src/stream/mediation/mediate-message.ts'
import type { MessageMediator } from '../src/stream/mediation/mediate-message.ts'
import type { RatingReference } from '../src/stream/rating/rating-partition.ts'
import { createRatingReference } from '../src/stream/rating/rating-reference.ts'
import { seededRandom } from './seeded-random.ts'

export interface StreamWorld {
  readonly catalogue: Catalogue
  readonly directory: Directory
  readonly source: SourceConfig
  /** The document that the directory was read from. */
  readonly accountsFile: string
  readonly reference: RatingReference
  messageMediator(): MessageMediator
  /** The directory after the first account got a SIM with this number, outside its pool. */
  withNumber(number: string): Promise<Directory>
}

const CATALOGUE_FOLDER = join(import.meta.dirname, '..', 'fixtures', 'catalogue')
export const SIMS_PER_ACCOUNT = 3
const PLAN = 'mobile-pool'
/** Of `smallWorld`, by call type; the pools that would pay for them are left out. */
const BLOCK_SIZES = new Map([
  ['national-data', 200_000_000],
  ['national-sms', 2],
])
const POOLS_WITHOUT_BLOCKS: ReadonlySet<string> = new Set(['pool-data', 'pool-sms'])
/** What `cdrLines` makes. */
const USED_CALL_TYPES = ['national-mobile', 'national-sms', 'national-data']

/** `extras` are added to its document: users, more limits. */
export async function createStreamWorld(
  accountsCount = 8,
  extras: { users?: readonly object[]; limits?: readonly object[] } = {},
): Promise<StreamWorld> {
  const catalogue = await loadCatalogue(CATALOGUE_FOLDER)
  const path = join(await mkdtemp(join(tmpdir(), 'tik-world-')), 'accounts.json')
  const document = accountsDocument(accountsCount)
  const { users = [], limits = [] } = extras
  const extended = { ...document, users, limits: [...document.limits, ...limits] }
  await writeFile(path, JSON.stringify(extended))
  const directory = await readDirectoryDocument(path)
  const source: SourceConfig = {
    ...defaultSource('delimited'),
    sourceId: 'mobile',
    product: 'mobile',
    extensionDigits: { min: 0, max: 0 },
    options: {
      delimiter: ';',
      header: false,
      columns: {
        id: 1,
        kind: 2,
        served: 3,
        sender: 3,
        receiver: 4,
        start: 5,
        duration: 6,
        volume: 7,
        visitedNetwork: 8,
      },
    },
  }
  return {
    catalogue,
    directory,
    source,
    accountsFile: path,
    reference: createRatingReference(catalogue, directory, catalogue.hash.slice(0, 16)),
    messageMediator: () =>
      createMessageMediator({
        source,
        adapter: formatAdapter('delimited'),
        mediator: createMediator({ source, catalogue, directory }),
      }),
    async withNumber(number) {
      const [first] = extended.subscriptions
      if (first === undefined) throw new Error('a world has accounts')
      const added = { ...first, id: 'late', numbers: [number], groups: [] }
      const later = join(dirname(path), 'later.json')
      const subscriptions = [...extended.subscriptions, added]
      await writeFile(later, JSON.stringify({ ...extended, subscriptions }))
      return readDirectoryDocument(later)
    },
  }
}

/**
 * The world with the rates of its one plan only: a rater of it is made ten times as fast. Data and
 * messages are sold in blocks that an account's SIMs fill together, so that a balance that misses any
 * row shows in the next charge.
 */
export function smallWorld(world: StreamWorld): StreamWorld {
  const { catalogue, directory } = world
  const plan = catalogue.plans.get(PLAN)
  if (plan === undefined) throw new Error(`the sample catalogue has no plan ${PLAN}`)
  const rates = [...plan.rates].filter(([callType]) => USED_CALL_TYPES.includes(callType))
  const used = new Set(rates.flatMap(([, choices]) => choices.map(({ rateId }) => rateId)))
  const allowanceIds = plan.allowanceIds.filter((id) => !POOLS_WITHOUT_BLOCKS.has(id))
  const sizes = new Map(
    rates.flatMap(([callType, choices]) =>
      choices.map(({ rateId }) => [rateId, BLOCK_SIZES.get(callType)] as const),
    ),
  )
  const inBlocks = ([rateId, rate]: [string, RateVersions]): [string, RateVersions] => {
    const size = sizes.get(rateId)
    if (size === undefined) return [rateId, rate]
    const model = { type: 'package', scope: 'account', price: '0.50', size } as const
    return [rateId, { ...rate, versions: rate.versions.map((each) => ({ ...each, model })) }]
  }
  const small: Catalogue = {
    ...catalogue,
    plans: new Map([[PLAN, { ...plan, rates: new Map(rates), allowanceIds }]]),
    rates: new Map([...catalogue.rates].filter(([rateId]) => used.has(rateId)).map(inBlocks)),
  }
  const mediator = world.messageMediator()
  return {
    ...world,
    catalogue: small,
    reference: createRatingReference(small, directory, catalogue.hash.slice(0, 16)),
    messageMediator: () => mediator,
  }
}

/** CDR lines `id;kind;served;receiver;start;seconds;bytes;network`, the same for the same seed. */
export function cdrLines(range: {
  from: number
  to: number
  seed: number
  accounts: number
}): string[] {
  const random = seededRandom(range.seed)
  const lines: string[] = []
  for (let id = range.from; id < range.to; id += 1) {
    const served = numberOf(Math.floor(random() * range.accounts * SIMS_PER_ACCOUNT))
    const minute = Math.floor(random() * 20 * 24 * 60)
    const start = new Date(Date.UTC(2026, 9, 2) + minute * 60_000).toISOString()
    const moment = `${start.slice(0, 10)} ${start.slice(11, 19)}`
    const kind = ['voice', 'voice', 'sms', 'data'][Math.floor(random() * 4)] ?? 'voice'
    const receiver = kind === 'data' ? '' : '0687654321'
    const seconds = kind === 'voice' ? Math.floor(random() * 5_400) : 0
    const bytes = kind === 'data' ? Math.floor(random() * 300_000_000) : ''
    lines.push(`${id};${kind};${served};${receiver};${moment};${seconds};${bytes};`)
  }
  return lines
}

function numberOf(sim: number): string {
  return `+316100${String(sim).padStart(5, '0')}`
}

function accountsDocument(accountsCount: number) {
  const address = { street: 'Singel 1', postcode: '1012 AB', city: 'Amsterdam', country: 'NL' }
  const ids = Array.from({ length: accountsCount }, (_, index) => `A${index}`)
  return {
    partners: [{ id: 'P1', legalName: 'Telco', address }],
    accounts: ids.map((id) => ({ id, partner: 'P1', legalName: id, address, country: 'NL' })),
    groups: ids.map((id) => ({ id: `${id}-pool`, account: id, name: 'Pool' })),
    subscriptions: ids.flatMap((id, account) =>
      Array.from({ length: SIMS_PER_ACCOUNT }, (_, sim) => ({
        id: `${id}-${sim}`,
        account: id,
        product: 'mobile',
        activated: '2026-01-01',
        numbers: [numberOf(account * SIMS_PER_ACCOUNT + sim)],
        plans: [PLAN],
        groups: [`${id}-pool`],
      })),
    ),
    limits: [{ code: 'account-total', partner: 'P1', amount: '25.00' }],
  }
}
