/**
 * The order of the rooms: a folder of src imports only what stands above it here, so nothing goes in
 * a ring. `node scripts/rooms.ts` prints the picture and ends with 1 while there is an import upwards;
 * tidy.ts holds it in every test run.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const ROOMS = [
  'core',
  'postgres',
  'limits',
  'catalogue',
  'audit',
  'directory',
  'identity',
  'questions',
  'jobs',
  'rating',
  'ledger',
  'pipeline.ts',
  'balances',
  'ingest',
  'price-lists',
  'mediation',
  'stream',
  'files',
  'verify',
  'reports',
  'status',
  'rebuild',
  'corrections',
  'mail',
  'invoicing',
  'finance',
  'data-streams',
  'alerts',
  'retention',
  'store-server',
  'demo',
  'app',
  'api',
  'portal',
  'cli',
  'main.ts',
]

export interface RoomImport {
  /** Both relative to the root: `src/rating/price/price-usage.ts`. */
  readonly from: string
  readonly to: string
  readonly line: number
  /** Nothing of it runs. */
  readonly isOfTypes: boolean
}

/** Every import of a shipped file that leads into another room. */
export function roomImports(root: string): RoomImport[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((name) => join('src', name))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .sort()
    .flatMap((from) => importsOf(root, from).filter(({ to }) => roomOf(to) !== roomOf(from)))
}

/** What is wrong with an import, or '' for one that goes up the list. */
export function importMistake({ from, to, isOfTypes }: RoomImport): string {
  const [here, there] = [roomOf(from), roomOf(to)]
  if (there === '') return `shipped code imports ${to}: what is for tests stays in test/`
  const [hereAt, thereAt] = [ROOMS.indexOf(here), ROOMS.indexOf(there)]
  const unknown = [here, there].find((room) => !ROOMS.includes(room))
  if (unknown !== undefined)
    return `${unknown} has no place in the order of rooms, scripts/rooms.ts`
  if (DOORS.has(here) && BEHIND_USE_CASES.has(there) && !isOfTypes) {
    return `${here} is a door: let a use case of src/app ask ${to}, within a caller's reach`
  }
  if (thereAt < hereAt) return ''
  return `${here} stands above ${there} and cannot import ${to}: move what both need upwards`
}

/** Where people and programs come in: they call use cases, and can ask no store themselves. */
const DOORS: ReadonlySet<string> = new Set(['cli'])
const BEHIND_USE_CASES: ReadonlySet<string> = new Set([
  'postgres',
  'directory',
  'rating',
  'ledger',
  'pipeline.ts',
  'balances',
  'stream',
  'verify',
  'rebuild',
  'corrections',
  'jobs',
])

/** One line a room: what it imports, and from how many places. */
export function picture(imports: readonly RoomImport[]): string {
  const lines = ROOMS.map((room) => {
    const targets = imports.filter(({ from }) => roomOf(from) === room).map(({ to }) => roomOf(to))
    const counts = ROOMS.flatMap((each) => {
      const count = targets.filter((target) => target === each).length
      return count === 0 ? [] : [`${each} ${count}`]
    })
    return `${room.padEnd(14)}${counts.join(', ')}`
  })
  return lines.join('\n')
}

function importsOf(root: string, from: string): RoomImport[] {
  const text = readFileSync(join(root, from), 'utf8')
  return [...text.matchAll(IMPORT)].map((match) => ({
    from,
    to: join(dirname(from), match[2] ?? match[3] ?? ''),
    line: text.slice(0, match.index).split('\n').length,
    isOfTypes: match[1] !== undefined,
  }))
}

const IMPORT = /^(?:import|export) (type )?(?:[^;']*? from )?'(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm

/** `src/rating/price/x.ts` is in the room rating; what is outside of src is in none. */
function roomOf(path: string): string {
  const [top, room = ''] = path.split('/')
  return top === 'src' ? room : ''
}

if (import.meta.main) {
  const imports = roomImports('.')
  console.log(picture(imports))
  const mistakes = imports.flatMap((each) => {
    const mistake = importMistake(each)
    return mistake === '' ? [] : [`${each.from}:${each.line}: ${mistake}`]
  })
  console.log(mistakes.length === 0 ? 'every import goes up this list' : mistakes.join('\n'))
  process.exitCode = mistakes.length === 0 ? 0 : 1
}
