/**
 * A YAML or JSON file that knows on which line each value stands, so that everything wrong with it
 * can be said at once and found.
 */
import { readFile } from 'node:fs/promises'
import { isNode, LineCounter, parseDocument, type Document } from 'yaml'
import type { z } from 'zod'
import { TikError } from '../../core/failures/errors.ts'
import { yamlValue } from '../../core/text/yaml-value.ts'

export interface DocumentProblem {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

export interface LocatedDocument<Content> {
  readonly content: Content
  /** Throws `accounts_invalid` with one line `file:line: message` for each problem; else nothing. */
  assertNone(problems: readonly DocumentProblem[]): void
}

const PROBLEMS_SHOWN_MAX = 100

/** Reads and checks a file. Throws `file_missing`, or `accounts_invalid` with all that is wrong. */
export async function readLocatedDocument<Content>(
  path: string,
  schema: z.ZodType<Content>,
): Promise<LocatedDocument<Content>> {
  const text = await readText(path)
  const fail = (problems: readonly DocumentProblem[]): void => {
    if (problems.length > 0) throw invalidAccounts(path, located(text, problems))
  }
  const parsed = schema.safeParse(parse(path, text))
  if (!parsed.success) {
    throw invalidAccounts(path, located(text, parsed.error.issues))
  }
  return { content: parsed.data, assertNone: fail }
}

/** JSON is read as JSON: a large generated file is then twenty times faster than as YAML. */
function parse(path: string, text: string): unknown {
  if (path.endsWith('.json')) {
    try {
      return JSON.parse(text)
    } catch {
      // The YAML parser, which reads JSON too, says where it is wrong.
    }
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  if (document.errors.length > 0) {
    throw invalidAccounts(
      path,
      document.errors.map((error) => ({
        line: lines.linePos(error.pos[0]).line,
        message: error.message,
      })),
    )
  }
  return yamlValue(document, path, 'accounts_invalid') ?? {}
}

function located(
  text: string,
  problems: readonly DocumentProblem[],
): { line: number; message: string }[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  return problems.map(({ path, message }) => ({
    line: lines.linePos(offsetOf(document, path)).line,
    message: path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`,
  }))
}

/** Where the value stands; where its nearest parent stands when the value is missing. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true)
    if (isNode(node)) return node.range?.[0] ?? 0
  }
  return 0
}

/** One line `file:line: message` for each problem, in the order of the file. */
export function invalidAccounts(
  path: string,
  problems: { line: number; message: string }[],
): TikError {
  const sorted = problems.sort((left, right) => left.line - right.line)
  const lines = sorted
    .slice(0, PROBLEMS_SHOWN_MAX)
    .map(({ line, message }) => `${path}:${line}: ${message}`)
  if (sorted.length > lines.length) lines.push(`and ${sorted.length - lines.length} more`)
  return new TikError('accounts_invalid', lines.join('\n'), {
    hint: 'mend these lines; nothing was imported',
  })
}

/** Throws `file_missing`. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new TikError('file_missing', `cannot read ${path}`, { cause })
  }
}
