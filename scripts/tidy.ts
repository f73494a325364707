/**
 * The repository's own linter, run as an ordinary test: what oxlint cannot know about this project.
 * Every message names what to use instead.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expressionsOf } from './expressions-of.ts'
import { riskOf } from './risky-pattern.ts'
import { importMistake, roomImports } from './rooms.ts'

export interface Finding {
  readonly path: string
  readonly line: number
  readonly message: string
}

interface TextRule {
  readonly pattern: RegExp
  /** Paths that may, because they are the one place for it. */
  readonly allowed?: RegExp
  readonly message: string
}

const MONEY_STAGES =
  /^src\/(rating|invoicing|finance|ledger|core|reports|catalogue|alerts|balances)\//
const TEST = /\.(test|conformance)\.ts$/

/** Rules for the text of a source line; comments count too. */
const LINE_RULES: readonly (TextRule & { readonly where: RegExp })[] = [
  {
    where: /\.ts$/,
    pattern: /\b(FIXME|TODO|XXX)\b/,
    allowed: /^scripts\/tidy/,
    message: 'do it now, or write an issue; no marks are left in the code',
  },
  {
    where: /^src\/.*\.ts$/,
    pattern: /process\.env/,
    allowed: /^src\/core\/config\/config\.ts$|\.test\.ts$/,
    message: 'settings are read in src/core/config/config.ts and passed in',
  },
  {
    where: /^src\/.*\.ts$/,
    pattern: /\bDate\.now\(|new Date\(\)/,
    allowed: /^src\/core\/time\/clock\.ts$|\.test\.ts$/,
    message: 'take a Clock (src/core/time/clock.ts) or an instant as a parameter',
  },
  {
    where: /^src\/.*\.ts$/,
    pattern: /process\.std(out|err)\.write\(|console\./,
    allowed: /^src\/(cli\/options|core\/watch\/log)\.ts$|\.test\.ts$/,
    message:
      'print, remark and printPieces (src/cli/options.ts) make what comes from outside harmless',
  },
  {
    where: MONEY_STAGES,
    pattern: /parseFloat\(|\.toFixed\(/,
    allowed: TEST,
    message: 'money and quantities are integers: use src/core/money/money.ts',
  },
  {
    where: MONEY_STAGES,
    pattern: /Number\([^)]*(price|charge|amount|micros|fee)/i,
    allowed: /^src\/core\/money\/money\.ts$|\.test\.ts$/,
    message: 'read money with microsFromDecimal or micros (src/core/money/money.ts)',
  },
  {
    where: /^src\/rating\/.*\.ts$/,
    pattern: /\bMath\.(round|random)\(/,
    allowed: TEST,
    message: 'round with roundQuotient (src/core/money/money.ts); rating has no chance in it',
  },
  {
    where: /^src\/.*\.ts$/,
    pattern: /\bRegExp\(/,
    allowed: TEST,
    message: 'make no expression of data: match its parts by hand, as matchingIds does',
  },
  {
    where: /^(src|test|bench|scripts)\/.*\.ts$/,
    pattern: /^export default/,
    message: 'name what is exported; the file carries the same name',
  },
  {
    where: /^clickhouse\/.*\.sql$/,
    pattern: /\b(ALTER\s+TABLE\s+\w+\s+(UPDATE|DELETE)|DELETE\s+FROM|UPDATE\s+\w+\s+SET)\b/i,
    message: 'ledger entries are immutable: append a reversal and a correction',
  },
]

const VALIDITY = /^src\/(?!core\/time\/validity\.ts$).*\.ts$/
/** Names of bounds: `fromMs`, `period.endDay`, `terminatedMs`. */
const FIRST_BOUND = /\b(from|start|activated)(Ms|Day|Minute)\b/
const LAST_BOUND = /\b(to|end|until|terminated)(Ms|Day|Minute)\b/
/** What cannot be inside one condition. */
const CONDITION_ENDS = /[;{}?]|=>|\breturn\b/

/** Files that need no test of their own: types, wiring that the tour and the demo go through. */
const NO_TEST_NEEDED =
  /^src\/(main|.*\/texts\/.*)\.ts$|^src\/(core\/(accounts\/accounts|usage\/(usage|ledger-row|ids)|time\/clock|failures\/(reasons|errors|outcome)|watch\/log)|ingest\/format|catalogue\/catalogue|rating\/rater|ledger\/ledger)\.ts$/

const GENERIC_NAMES = /(^|\/)(utils?|helpers?|types|common|misc|index|manager|handler)\.ts$/

/** Checks the tree under `root`; `paths` are relative to it. */
export function tidy(root: string, paths: readonly string[]): Finding[] {
  const findings: Finding[] = []
  for (const path of paths) {
    const text = readFileSync(join(root, path), 'utf8')
    findings.push(...lineFindings(path, text))
    if (VALIDITY.test(path) && !TEST.test(path)) findings.push(...validityFindings(path, text))
    if (path.endsWith('.md')) findings.push(...markdownFindings(root, path, text))
    if (GENERIC_NAMES.test(path)) {
      findings.push({ path, line: 1, message: 'name the file after the one concept in it' })
    }
    if (path.startsWith('src/') && path.endsWith('.ts'))
      findings.push(...sourceFindings(root, path, text), ...expressionFindings(path, text))
  }
  return findings.concat(roomFindings(root), stageFindings(root))
}

/** All files that the rules look at. */
export function repositoryPaths(root: string): string[] {
  const folders = ['src', 'test', 'bench', 'scripts', 'clickhouse', 'postgres', 'docs']
  const nested = folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
        join(folder, name),
      ),
    )
  const top = readdirSync(root).filter((name) => name.endsWith('.md'))
  return [...nested, ...top].filter((path) => /\.(ts|md|sql)$/.test(path)).sort()
}

function lineFindings(path: string, text: string): Finding[] {
  const rules = LINE_RULES.filter(
    (rule) => rule.where.test(path) && rule.allowed?.test(path) !== true,
  )
  return text
    .split('\n')
    .flatMap((line, index) =>
      rules
        .filter((rule) => rule.pattern.test(line))
        .map((rule) => ({ path, line: index + 1, message: rule.message })),
    )
}

/** Two comparisons joined by `&&` or `||`, one with a first bound and one with a last. */
function validityFindings(path: string, text: string): Finding[] {
  const findings: Finding[] = []
  let line = 1
  for (const piece of text.split(CONDITION_ENDS)) {
    const comparisons = piece.split(/&&|\|\|/).map((part) => (/[<>]/.test(part) ? part : ''))
    const isByHand = comparisons.some((left, at) => {
      const right = comparisons[at + 1] ?? ''
      return (
        (FIRST_BOUND.test(left) && LAST_BOUND.test(right)) ||
        (LAST_BOUND.test(left) && FIRST_BOUND.test(right))
      )
    })
    if (isByHand) {
      const message =
        'validity has one rule: isWithin, holdsAt or overlaps (src/core/time/validity.ts)'
      findings.push({ path, line: line + leadingLines(piece), message })
    }
    line += piece.split('\n').length - 1
  }
  return findings
}

function leadingLines(piece: string): number {
  return (/^\s*/.exec(piece)?.[0] ?? '').split('\n').length - 1
}

/** Bounded by what writes them: amounts of an invoice, of at most 16 digits. */
const EXPRESSIONS_OVER_BOUNDED_TEXT = /^src\/core\/text\/locale-format\.ts$/

/** What reads data must not go quadratic over it: a long run of one letter would hold up everything. */
function expressionFindings(path: string, text: string): Finding[] {
  if (TEST.test(path) || EXPRESSIONS_OVER_BOUNDED_TEXT.test(path)) return []
  return expressionsOf(text).flatMap(({ line, source, flags }) => {
    const risk = riskOf(source, flags)
    const message = `/${source}/ can go quadratic (${risk}): bound a repeat, or scan by hand`
    return risk === '' ? [] : [{ path, line, message }]
  })
}

function markdownFindings(root: string, path: string, text: string): Finding[] {
  const prose = text.replaceAll(/```[\s\S]*?```/g, '')
  const titles = prose.split('\n').filter((line) => line.startsWith('# ')).length
  const findings = referenceFindings(root, path, text)
  if (titles === 1) return findings
  return [{ path, line: 1, message: `a document has one title, this has ${titles}` }, ...findings]
}

/** Decisions tell of their time; every other text names files that exist. */
const TELLS_OF_ITS_TIME = /^(docs\/decisions\/|CHANGELOG\.md)/
const NAMED_FILE = /(?<![\w*./-])((?:[\w.-]{1,40}\/){0,8}[\w-]{1,60}\.(?:ts|sql))\b/g

/** A file is named from the root or src, or by its end in the room of the text or among the queries. */
function referenceFindings(root: string, path: string, text: string): Finding[] {
  if (TELLS_OF_ITS_TIME.test(path)) return []
  const room = path.startsWith('src/') ? path.split('/').slice(0, 2).join('/') : dirname(path)
  return text.split('\n').flatMap((line, index) =>
    [...line.matchAll(NAMED_FILE)].flatMap(([, name = '']) => {
      const isThere =
        ['', 'src', 'test'].some((place) => existsSync(join(root, place, name))) ||
        ['clickhouse/queries', room].some((place) => isSomewhereIn(join(root, place), name))
      const message = `there is no ${name}: say where it is now`
      return isThere ? [] : [{ path, line: index + 1, message }]
    }),
  )
}

function isSomewhereIn(folder: string, name: string): boolean {
  return namesIn(folder).some((each) => `/${each}`.endsWith(`/${name}`))
}

function roomFindings(root: string): Finding[] {
  return roomImports(root).flatMap((each) => {
    const message = importMistake(each)
    return message === '' ? [] : [{ path: each.from, line: each.line, message }]
  })
}

function sourceFindings(root: string, path: string, text: string): Finding[] {
  const findings: Finding[] = []
  if (!TEST.test(path) && !/^(\/\*\*|#!)/.test(text)) {
    findings.push({
      path,
      line: 1,
      message: 'begin with a comment: what this is and why it exists',
    })
  }
  const tested = existsSync(join(root, path.replace(/\.ts$/, '.test.ts')))
  if (!TEST.test(path) && !tested && !NO_TEST_NEEDED.test(path) && !isTestedByRoom(root, path)) {
    findings.push({
      path,
      line: 1,
      message: `write ${path.replace(/\.ts$/, '.test.ts')} or test it from another test`,
    })
  }
  return findings
}

/** A file counts as tested when a test imports it, or imports what imports it within its room. */
function isTestedByRoom(root: string, path: string): boolean {
  const room = dirname(path.split('/').slice(0, 3).join('/'))
  const open = ['src', 'test'].flatMap((place) =>
    namesIn(join(root, place))
      .filter((file) => TEST.test(file))
      .map((file) => join(place, file)),
  )
  const seen = new Set(open)
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === path) return true
    if (!TEST.test(next) && !next.startsWith(`${room}/`) && !IS_DOOR.test(next)) continue
    const fresh = localImports(root, next).filter((each) => !seen.has(each))
    for (const each of fresh) seen.add(each)
    open.push(...fresh)
  }
  return false
}

/** What tests go through, as a user does. */
const IS_DOOR = /^(test|src\/app|src\/cli|src\/api|src\/portal)\//

function localImports(root: string, path: string): string[] {
  return remembered(importsByPath, join(root, path), (file) => {
    if (!existsSync(file)) return []
    const found = readFileSync(file, 'utf8').matchAll(/(?:from |import\()'(\.[^']+\.ts)'/g)
    return [...found].map((match) => join(dirname(path), match[1] ?? ''))
  })
}

function namesIn(folder: string): string[] {
  return remembered(namesByFolder, folder, (path) =>
    existsSync(path) ? readdirSync(path, { recursive: true, encoding: 'utf8' }) : [],
  )
}

/** The tree stands still while it is looked at, and is asked for the same often. */
const importsByPath = new Map<string, string[]>()
const namesByFolder = new Map<string, string[]>()

function remembered<Value>(
  known: Map<string, Value>,
  key: string,
  find: (key: string) => Value,
): Value {
  const value = known.get(key) ?? find(key)
  known.set(key, value)
  return value
}

function stageFindings(root: string): Finding[] {
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  )
  return folders
    .map((entry) => `src/${entry.name}/README.md`)
    .filter((path) => !existsSync(join(root, path)))
    .map((path) => ({
      path,
      line: 1,
      message: 'a stage explains itself: what it owns, its invariants, how to extend it',
    }))
}
