/**
 * What the local store server runs for a client: statements over the ledger's own tables. ClickHouse's
 * embedded engine would also read and write any file of its owner, call out over the network and run
 * programs, by functions, table functions and table engines; so those are named that may be used, and
 * everything else is refused. The statements of tik need no more (clickhouse/).
 */

/** What is wrong with a statement, in words; `undefined` when it may run. */
export function forbiddenPart(sql: string, identifiers: readonly string[]): string | undefined {
  const bad = identifiers.find((name) => !/^\w+$/.test(name))
  if (bad !== undefined) return `the name ${JSON.stringify(bad)}`
  const tokens = tokensOf(sql)
  const first = tokens.find(({ text }) => text !== '(')?.text ?? ''
  if (!FIRST_WORDS.has(first)) return `a statement that begins with ${JSON.stringify(first)}`
  for (const [at, token] of tokens.entries()) {
    const reason = reasonAgainst(token, tokens[at - 1], tokens[at + 1])
    if (reason !== undefined) return reason
  }
  return undefined
}

type TokenKind = 'word' | 'quoted' | 'text' | 'sign'

interface Token {
  readonly kind: TokenKind
  /** Words in lower case; a quoted name or a text with its quotes. */
  readonly text: string
}

const FIRST_WORDS = new Set(['select', 'with', 'insert', 'create', 'alter', 'truncate', 'check'])

/** Words that open a way out of the ledger wherever they stand. */
const FORBIDDEN_WORDS = new Set(
  `outfile infile dictionary function user role grant revoke attach detach named collection
   executable kill backup restore`.match(/\w+/g),
)

/** A name or text after one of these stands for a table; the engine takes a file's path there too. */
const BEFORE_A_TABLE = new Set(['from', 'join', 'into', 'table', 'describe'])

const ENGINES = /^(?:replicated)?(?:replacing|summing|aggregating)?mergetree$/

/** Functions, types and words of the queries and migrations that a bracket may follow; none leaves the engine. */
const CALLABLE = new Set(
  `any anyIf anyLast argMax argMinIf array arrayConcat arrayCount arrayElement arrayExists arrayFilter arrayJoin arrayMap
   arraySlice arrayStringConcat arraySum arrayZip bloom_filter concat count countIf countSubstrings
   currentDatabase DateTime DateTime64 Decimal empty Enum16 Enum8 FixedString formatDateTime generateUUIDv4
   fromUnixTimestamp64Milli greatest groupArray groupUniqArray has if indexOf input intDiv lagInFrame left
   length LowCardinality lower match max maxIf min minIf multiIf not notEmpty now64 Nullable replaceAll replaceOne replaceRegexpOne splitByChar
   startsWith substring sum sumIf sumMap toBool toDate toDecimal64 toDecimalString toInt32 toInt32OrZero toInt64 toJSONString toString toUInt16
   toUInt32 toUnixTimestamp64Milli toYYYYMM tuple uniqExact
   and as by from having in index join key limit on or over select settings using values when where
   with`
    .toLowerCase()
    .match(/\w+/g),
)

function reasonAgainst(
  token: Token,
  before: Token | undefined,
  after: Token | undefined,
): string | undefined {
  const { kind, text } = token
  if (text === ';' && after !== undefined) return 'more than one statement'
  if (kind === 'quoted' && !/^.\w+.$/.test(text)) return `the name ${text}`
  if (kind === 'text' && before?.kind === 'word' && BEFORE_A_TABLE.has(before.text)) {
    return `the table ${text}`
  }
  if (kind === 'word' && FORBIDDEN_WORDS.has(text)) return `the word ${text}`
  if (text === 'engine' && after?.text !== '=') return 'an engine without a name'
  if (text === '=' && before?.text === 'engine' && !ENGINES.test(after?.text ?? '')) {
    return `the engine ${after?.text ?? ''}`
  }
  if (after?.text !== '(') return undefined
  if (kind === 'quoted') return `the function ${text}`
  return kind === 'word' && !CALLABLE.has(text) && !isColumnList(before)
    ? `the function ${text}`
    : undefined
}

/** `INSERT INTO table (columns)`, `CREATE TABLE IF NOT EXISTS name (`, `PROJECTION name (`: no call. */
function isColumnList(before: Token | undefined): boolean {
  return before?.kind === 'word' && ['into', 'exists', 'projection', 'table'].includes(before.text)
}

/** Comments fall away. The pattern takes each character once, so a long statement costs its length. */
function tokensOf(sql: string): Token[] {
  const tokens: Token[] = []
  for (const { 0: text } of sql.matchAll(TOKEN)) {
    if (/^(?:\s|--|#|\/\*)/.test(text)) continue
    if (/^\w/.test(text)) tokens.push({ kind: 'word', text: text.toLowerCase() })
    else if (text.startsWith("'")) tokens.push({ kind: 'text', text })
    else if (/^[`"]/.test(text)) tokens.push({ kind: 'quoted', text })
    else tokens.push({ kind: 'sign', text })
  }
  return tokens
}

const TOKEN =
  /\s+|--[^\n]*|#[^\n]*|\/\*[^]*?(?:\*\/|$)|'(?:[^'\\]|\\[^])*(?:'|$)|`(?:[^`\\]|\\[^])*(?:`|$)|"(?:[^"\\]|\\[^])*(?:"|$)|\w+|[^]/g
