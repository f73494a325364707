/**
 * `npm run bill-siege`: two months of bill runs, documents, mails, credit notes and payments as commands that are
 * killed at moments which a seed decides, or started twice at once; each is then run to its end. The same documents
 * to the byte, the same numbers and the same history as undisturbed, with the stores in the data folder and on a
 * PostgreSQL server. Stops at the first difference with exit status 1 and leaves the folder as it is.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readBilledState } from './bill-siege/billed-state.ts'
import { writeCompany, type Company } from './bill-siege/company.ts'
import { embeddedPlace, serverPlace, type Place } from './bill-siege/place.ts'
import { postgresPrograms, startLocalPostgres } from '../scripts/postgres/local-postgres.ts'
import { runBesieged, runUndisturbed, type Undisturbed } from './bill-siege/run-months.ts'
import { seededRandom } from './seeded-random.ts'
import { compareStates } from './siege/compare-states.ts'

const HELP = `npm run bill-siege -- [--seed N] [--kills N] [--stores embedded,server] [--blind]

  --seed N           decides what is killed, how and when, and what is started twice (default 1)
  --kills N          at so many moments, in each kind of stores (default 50)
  --stores KINDS     embedded, server or both; server wants an installed PostgreSQL
  --blind            at the end a document is changed and nobody is told: it must be found
  --help             show this text

Linux only. PostgreSQL is one of our own in a folder of the siege, on loopback, and is stopped again.
`
const FINDINGS_SHOWN = 12

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: '50' },
    stores: { type: 'string', default: 'embedded,server' },
    blind: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) process.stdout.write(HELP)
else if (process.platform === 'linux') process.exitCode = await besiege()
else say('skipped: the siege reads /proc, which only Linux has')

async function besiege(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'tik-bill-siege-'))
  const company = writeCompany(folder)
  const kinds = values.stores.split(',')
  let isSame = true
  let wanted: Undisturbed | undefined
  if (kinds.includes('embedded')) {
    const place = embeddedPlace(folder, company)
    wanted = await undisturbed(place)
    isSame = await besiegePlace(place, wanted)
  }
  if (isSame && kinds.includes('server')) isSame = await besiegeServer(folder, company, wanted)
  if (isSame) rmSync(folder, { recursive: true, force: true })
  else say(`The folder is as it was left: ${folder}`)
  return isSame ? 0 : 1
}

async function besiegeServer(
  folder: string,
  company: Company,
  embedded: Undisturbed | undefined,
): Promise<boolean> {
  const programs = postgresPrograms()
  if (programs === undefined) {
    say('skipped, server: no PostgreSQL is installed here (apt-get install postgresql)')
    return process.env['TIK_REQUIRE_POSTGRES'] === undefined
  }
  await using postgres = await startLocalPostgres(programs)
  say(`PostgreSQL ${postgres.version}`)
  const place = serverPlace(folder, company, postgres)
  try {
    const own = await undisturbed(place)
    const differences = embedded === undefined ? [] : compareStates(own.state, embedded.state)
    if (embedded !== undefined) report('server against embedded', differences)
    return differences.length === 0 && (await besiegePlace(place, own))
  } finally {
    await place.close()
  }
}

async function undisturbed(place: Place): Promise<Undisturbed> {
  const beganMs = performance.now()
  const done = await runUndisturbed(place)
  const { documents, files } = done.state
  say(
    `${place.name}, undisturbed: ${documents.size} documents, ${files.size} files, ${took(beganMs)}`,
  )
  return done
}

async function besiegePlace(place: Place, wanted: Undisturbed): Promise<boolean> {
  const random = seededRandom(Number.parseInt(values.seed, 10))
  const kills = Number.parseInt(values.kills, 10)
  let killsCount = 0
  for (let round = 1; killsCount < kills; round += 1) {
    const beganMs = performance.now()
    const done = await runBesieged(place, wanted, { random, killsMax: kills - killsCount })
    killsCount += done.killsCount
    const state = values.blind ? await damaged(place) : done.state
    const differences = state === undefined ? [] : compareStates(state, wanted.state)
    const all = [...done.findings, ...differences]
    const what = `${done.killsCount} kills, ${done.togetherCount} times two at once`
    report(`${place.name}, seed ${values.seed}, round ${round}: ${what}, ${took(beganMs)}`, all)
    if (values.blind) return all.length > 0
    if (all.length > 0) return false
  }
  say(`${place.name}: the same documents and numbers after ${killsCount} kills`)
  return true
}

/** One byte of a document that went out. */
async function damaged(place: Place) {
  const folder = join(place.dataFolders[0], 'invoices')
  const [name] = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((each) =>
    each.endsWith('.xml'),
  )
  if (name === undefined) throw new Error('there is no document')
  const path = join(folder, name)
  writeFileSync(path, readFileSync(path, 'utf8').replace('<cbc:ID>', '<cbc:ID >'))
  return readBilledState(place)
}

function report(what: string, findings: readonly string[]): void {
  say(`${what}: ${findings.length === 0 ? 'ok' : `${findings.length} DIFFERENCES`}`)
  for (const text of findings.slice(0, FINDINGS_SHOWN)) say(`  ${text}`)
}

function took(beganMs: number): string {
  return `${((performance.now() - beganMs) / 1_000).toFixed(1)} s`
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
