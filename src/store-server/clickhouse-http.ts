/**
 * ClickHouse's HTTP interface over the embedded engine: the part that `@clickhouse/client` uses, so
 * that other processes reach the same folder with the ordinary client. Queries, inserts with a body
 * (text formats, and Native through input()), parameters, errors with ClickHouse's own codes.
 */
import { open, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { addressOf } from '../core/text/request-address.ts'
import type { StreamFormat } from '../ledger/engine/engine-streams.ts'
import { paramValues } from './clickhouse-param.ts'
import { forbiddenPart } from './statement-guard.ts'
import { isSecret } from './store-secret.ts'
import { writableAgain } from './writable-again.ts'

/** The engine of a folder, as chDB's Session has it. */
export interface EmbeddedQueries {
  query(sql: string, params: QueryValues, format: string): Promise<Uint8Array>
  /** In pieces, for results that need not fit into memory. */
  stream(sql: string, params: QueryValues, format: StreamFormat): AsyncIterable<Uint8Array>
}

type QueryValues = Record<string, string | string[]>

/** Parameters travel in the URL: 5,000 usage ids in one look-up need room. */
const HEADER_BYTES_MAX = 4 * 1024 * 1024
/** A ledger batch of 500,000 rows stays far below this. */
const BODY_BYTES_MAX = 2 * 1024 * 1024 * 1024

/** Settings of the HTTP server itself: the answer is always whole, so they have nothing to do. */
const IGNORED = new Set([
  'query_id',
  'session_id',
  'database',
  'wait_end_of_query',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'enable_http_compression',
  'http_write_exception_in_output_format',
])

/** A request's headers come at once; who sends them slowly is no client of ours. */
const HEADERS_MS_MAX = 5_000

export interface ClickHouseHttpParts {
  readonly engine: EmbeddedQueries
  readonly blocksFolder: string
  /** What a client must give as its password; its user name is not looked at. */
  readonly secret: string
}

export function createClickHouseHttp(parts: ClickHouseHttpParts): Server {
  const options = { maxHeaderSize: HEADER_BYTES_MAX, headersTimeout: HEADERS_MS_MAX }
  return createServer(options, (request, response) => {
    answer(request, response, parts).catch((error: unknown) => {
      refuse(response, error)
    })
  })
}

/**
 * A page in a browser can send a request here: it cannot read the secret, but it is refused before
 * anything else, as is a name that somebody pointed at this machine.
 */
function isFromElsewhere({ headers }: IncomingMessage): boolean {
  const isLocal = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/.test(headers.host ?? '')
  return !isLocal || headers.origin !== undefined || headers['sec-fetch-site'] !== undefined
}

function passwordOf(request: IncomingMessage): string {
  const [scheme, encoded = ''] = (request.headers.authorization ?? '').split(' ')
  if (scheme !== 'Basic') return ''
  const pair = Buffer.from(encoded, 'base64').toString('utf8')
  return pair.slice(pair.indexOf(':') + 1)
}

function turnAway(response: ServerResponse, statusCode: number, text: string): void {
  response.statusCode = statusCode
  response.setHeader('X-ClickHouse-Exception-Code', '516')
  response.end(`Code: 516. DB::Exception: ${text} (AUTHENTICATION_FAILED)`)
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  parts: ClickHouseHttpParts,
): Promise<void> {
  const { engine, blocksFolder, secret } = parts
  if (isFromElsewhere(request)) {
    turnAway(response, 403, 'only programs of this machine are answered')
    return
  }
  const { path, search } = addressOf(request.url)
  if (path === '/ping') {
    response.end('Ok.\n')
    return
  }
  if (!isSecret(passwordOf(request), secret)) {
    turnAway(response, 401, 'the password is not the secret of this data folder')
    return
  }
  const statement = statementOf(search)
  response.setHeader('X-ClickHouse-Query-Id', search.get('query_id') ?? '')
  response.setHeader('Content-Type', 'text/plain; charset=UTF-8')
  if (statement.sql !== '' && /\bFROM input\('/.test(statement.sql)) {
    await insertNative(request, statement, engine, blocksFolder)
    response.end()
    return
  }
  const body = (await bodyOf(request)).toString('utf8')
  const sql = statement.sql === '' ? body : `${withSettings(statement)}\n${body}`
  const params = allowedParams(sql, statement.params)
  const asked = /\bFORMAT\s+(\w+)(?:\s{0,8};)?\s*$/i.exec(sql)
  const format = STREAMED.find((each) => each === asked?.[1])
  if (asked === null || format === undefined || /^\s*INSERT\b/i.test(sql)) {
    response.end(await engine.query(sql, params, statement.format))
    return
  }
  const question = sql.slice(0, asked.index)
  const isWhole = ANSWERED_WHOLE.test(question)
  if (isWhole) response.end(await engine.query(question, params, format))
  else await sendStream(response, engine.stream(question, params, format))
}

/** Results that need not fit into memory. */
const STREAMED: readonly StreamFormat[] = ['JSONEachRow', 'RawBLOB', 'Parquet']

/** The engine streams results of queries only; those of these are a few rows. */
const ANSWERED_WHOLE = /^\s*(?:CHECK|DESCRIBE|EXISTS|SHOW)\b/i

/** Throws as ClickHouse does for a user without the right. */
function allowedParams(sql: string, texts: ReadonlyMap<string, string>): QueryValues {
  const names = [...sql.matchAll(/\{(\w+):\s*Identifier\s*\}/g)].map(([, name = '']) => name)
  const forbidden = forbiddenPart(
    sql,
    names.map((name) => texts.get(name) ?? ''),
  )
  if (forbidden !== undefined) {
    throw new Error(
      `Code: 497. DB::Exception: the store server does not run ${forbidden} (ACCESS_DENIED)`,
    )
  }
  return paramValues(sql, texts)
}

interface Statement {
  readonly sql: string
  readonly params: ReadonlyMap<string, string>
  readonly settings: ReadonlyMap<string, string>
  readonly format: string
}

function statementOf(search: URLSearchParams): Statement {
  const params = new Map<string, string>()
  const settings = new Map<string, string>()
  for (const [name, value] of search) {
    if (name.startsWith('param_')) params.set(name.slice('param_'.length), value)
    else if (name !== 'query' && name !== 'default_format' && !IGNORED.has(name)) {
      settings.set(name, value)
    }
  }
  const format = search.get('default_format') ?? 'TabSeparated'
  return { sql: search.get('query') ?? '', params, settings, format }
}

/** Settings of an insert go into its text; the engine would keep a SET for everybody. */
function withSettings({ sql, settings }: Statement): string {
  if (settings.size === 0) return sql
  const clause = [...settings].map(([name, value]) => {
    if (!/^\w+$/.test(name)) throw new Error(`Code: 115. DB::Exception: ${name} (UNKNOWN_SETTING)`)
    return `${name} = '${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  })
  return sql.replace(/\bFORMAT\s+\w+\s*$/i, (format) => `SETTINGS ${clause.join(', ')} ${format}`)
}

/** The engine reads a Native block from a file only; the file is gone when this resolves. */
async function insertNative(
  request: IncomingMessage,
  statement: Statement,
  engine: EmbeddedQueries,
  blocksFolder: string,
): Promise<void> {
  const path = join(blocksFolder, `http-${(blocksCount += 1)}.native`)
  const params = allowedParams(statement.sql, statement.params)
  try {
    await using file = await open(path, 'w')
    for await (const chunk of request) await file.write(toBuffer(chunk))
    const sql = statement.sql
      .replace(/\bFROM input\(/, `FROM file('${path}', Native, `)
      .replace(/\bFORMAT\s+Native\s*$/i, '')
    await engine.query(sql, params, 'Null')
  } finally {
    await rm(path, { force: true })
  }
}

let blocksCount = 0

/** An error before the first chunk is an answer; after it the connection breaks off. */
async function sendStream(
  response: ServerResponse,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  for await (const chunk of chunks) {
    if (response.destroyed) return
    if (!response.write(chunk)) await writableAgain(response)
  }
  response.end()
}

function refuse(response: ServerResponse, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  if (response.headersSent) {
    response.destroy()
    return
  }
  const code = /\bCode: (\d+)/.exec(message)?.[1]
  response.statusCode = code === undefined ? 500 : 404
  response.setHeader('X-ClickHouse-Exception-Code', code ?? '1002')
  response.end(
    code === undefined ? `Code: 1002. DB::Exception: ${message} (UNKNOWN_EXCEPTION)` : message,
  )
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    const buffer = toBuffer(chunk)
    bytes += buffer.length
    if (bytes > BODY_BYTES_MAX) throw new Error('the body is larger than the server takes')
    chunks.push(buffer)
  }
  return Buffer.concat(chunks)
}

function toBuffer(chunk: unknown): Buffer {
  if (Buffer.isBuffer(chunk)) return chunk
  if (typeof chunk === 'string') return Buffer.from(chunk)
  throw new TypeError('a request body comes in buffers')
}
